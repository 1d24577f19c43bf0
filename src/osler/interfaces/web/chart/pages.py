"""Reading a chart: the summary and its sections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from osler.access.authorship import list_authorship
from osler.access.permissions import Permission, permission
from osler.access.records import Records
from osler.clinical.allergies.queries import list_allergies
from osler.clinical.events.fhir import Kind
from osler.clinical.events.queries import KINDS, list_events
from osler.clinical.medications.queries import list_medications
from osler.clinical.patients.queries import list_patients
from osler.clinical.problems.queries import list_goals, list_problems, list_withdrawn
from osler.clinical.results.queries import list_page, list_reports
from osler.clinical.staff.queries import list_names
from osler.clinical.vitals.queries import list_columns
from osler.clinical.vitals.queries import list_withdrawn as list_withdrawn_readings
from osler.interfaces.web.chart.answers import read_summary, window_of
from osler.interfaces.web.chart.show.courses import problem_courses
from osler.interfaces.web.chart.show.element import problem_view
from osler.interfaces.web.chart.show.flowsheet import flowsheet, withdrawn
from osler.interfaces.web.chart.show.lists import allergy_list, medication_list, problem_list
from osler.interfaces.web.chart.show.results import results_grid
from osler.interfaces.web.chart.show.stories import kind_label, notes_card, timeline
from osler.interfaces.web.chart.show.summary import rail, shown_banner
from osler.interfaces.web.chart.show.vitals import WINDOWS, is_adult
from osler.interfaces.web.chart.toasts import toasts_for
from osler.interfaces.web.components.shell import OpenChart
from osler.interfaces.web.components.states import Toast
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.recent import OPEN, recent_ids, remember
from osler.interfaces.web.show import chart_address, open_chart
from osler.workflows.chart.followed import get_followed
from osler.workflows.chart.queries import Head, get_head


@permission(Permission.CHART_READ)
async def summary(desk: Desk) -> Response:
    async with desk.reading("chart summary") as records:
        chart = await read_summary(records, desk, window_of(desk))
        opened = await list_opened(records, desk)
        toasts = await toasts_for(records, desk)
    frame = desk.frame(
        title_of(chart.banner.family, chart.banner.given), "/patients", toasts=toasts, open_charts=opened
    )
    return remember(desk, desk.page("components/chart_page.html", frame, chart=chart), desk.patient)


async def list_opened(records: Records, desk: Desk) -> tuple[OpenChart, ...]:
    """The charts opened last, this one first; no strip for one alone."""
    ids = [desk.patient, *(each for each in recent_ids(desk) if each != desk.patient)][:OPEN]
    if len(ids) < 2:
        return ()
    return tuple(open_chart(each, desk.patient) for each in await list_patients(records, ids))


@permission(Permission.CHART_READ)
async def problems(desk: Desk) -> Response:
    async with desk.reading("chart problems") as records:
        around = await read_around(records, desk)
        listed = await list_problems(records, desk.patient)
        goals = await list_goals(records, desk.patient)
        withdrawn = await list_withdrawn(records, desk.patient)
    shown = type(listed)(listed.active, (*listed.past, *withdrawn), listed.none_known)
    card = problem_list(shown, desk.patient, desk.zone, goals=tuple(goals), may_write=desk.may(Permission.CHART_WRITE))
    return section(desk, around, "problems", "Problems", problems=card)


@permission(Permission.CHART_READ)
async def one_problem(desk: Desk) -> Response:
    """One problem: what is known of it, the course of what it is followed by, what is taken for it, who charted it."""
    id_, window = desk.request.path_params["id"], window_of(desk)
    async with desk.reading("Condition") as records:
        around = await read_around(records, desk)
        found = await get_followed(records, desk.patient, id_, now=desk.now, window=WINDOWS[window])
        done = await list_authorship(records, f"Condition/{id_}")
        records.about_patient(desk.patient)
    drugs = [each for each in found.medications.active if id_ in each.problems] if found.medications else []
    view = problem_view(found.problem, found.goals, drugs, done, desk, desk.may(Permission.CHART_WRITE))
    courses = problem_courses(
        found.problem, found.codes, found.goals, found.results, found.pressures, found.medications, desk.patient, window,
        desk.zone, desk.now,
    )  # fmt: skip
    mentions = notes_card(found.notes, desk.patient, desk.zone, may_write=False, more=False) if found.notes else None
    mentions = replace(mentions, title="Notes that mention it", id="mentions") if mentions else None
    return section(desk, around, "problem", found.problem.name, view=view, courses=courses, mentions=mentions)


@permission(Permission.CHART_READ)
async def medications(desk: Desk) -> Response:
    async with desk.reading("chart medications") as records:
        around = await read_around(records, desk)
        listed = await list_medications(records, desk.patient, past=200)
    card = medication_list(listed, desk.patient, desk.zone, desk.now)
    return section(desk, around, "medications", "Medications", medications=card)


@permission(Permission.CHART_READ)
async def allergies(desk: Desk) -> Response:
    async with desk.reading("chart allergies") as records:
        around = await read_around(records, desk)
        listed = around.head.allergies or await list_allergies(records, desk.patient)
    card = allergy_list(listed, desk.patient, desk.zone, desk.may(Permission.CHART_WRITE))
    return section(desk, around, "allergies", "Allergies", allergies=card)


@permission(Permission.CHART_READ)
async def vitals(desk: Desk) -> Response:
    async with desk.reading("chart vitals") as records:
        around = await read_around(records, desk)
        columns, more = await list_columns(records, desk.patient, cursor=desk.request.query_params.get("from", ""))
        gone = await list_withdrawn_readings(records, desk.patient)
        reasons = {each.id: await _withdrawal(records, each.id) for each in gone}
        names = await list_names(records, (each.by for column in columns for each in column.readings.values()))
    adult = is_adult(around.head.patient.born, desk.local.date())
    sheet = flowsheet(columns, desk.patient, desk.now, desk.zone, names, adult, desk.may(Permission.CHART_WRITE), more)
    sheet = replace(sheet, withdrawn=withdrawn(gone, reasons, desk.zone))
    return section(desk, around, "vitals", "Vital signs", flowsheet=sheet)


async def _withdrawal(records: Records, id_: str) -> str:
    """Who said that a reading was entered in error, and why."""
    done = await list_authorship(records, f"Observation/{id_}")
    found = next((each for each in done if each.activity == "NULLIFY"), None)
    return ": ".join(filter(None, (found.by, found.reason))) if found else ""


@permission(Permission.CHART_READ)
async def results(desk: Desk) -> Response:
    async with desk.reading("chart results") as records:
        around = await read_around(records, desk)
        found, more = await list_page(records, desk.patient, desk.request.query_params.get("from", ""))
        reports = await list_reports(records, desk.patient)
    older = f"{chart_address(desk.patient, 'results')}?from={more}" if more else ""
    return section(
        desk, around, "results", "Results", grid=results_grid(found, reports, desk.zone, desk.now), older=older
    )


@permission(Permission.CHART_READ)
async def whole_timeline(desk: Desk) -> Response:
    kind = desk.request.query_params.get("kind", "")
    kinds: list[Kind] = [each for each in KINDS if each == kind] or list(KINDS)
    async with desk.reading("chart timeline") as records:
        around = await read_around(records, desk)
        events = await list_events(
            records, desk.patient, zone=desk.zone, kinds=kinds, limit=200 if len(kinds) == 1 else 60
        )
    current = kind_label(kinds[0]) if len(kinds) == 1 else "All"
    shown = timeline(events, desk.patient, desk.zone, desk.now, current)
    return section(desk, around, "timeline", "Timeline", timeline=shown)


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds every part of a chart: the banner's facts, what was just done, the charts open beside it."""

    head: Head
    toasts: tuple[Toast, ...]
    opened: tuple[OpenChart, ...]


async def read_around(records: Records, desk: Desk) -> Around:
    """Raises NotFound."""
    head = await get_head(records, desk.patient, now=desk.now, zone=desk.zone)
    around = Around(head, await toasts_for(records, desk), await list_opened(records, desk))
    records.about_patient(desk.patient)
    return around


def section(desk: Desk, around: Around, part: str, title: str, **models: Any) -> Response:
    """A page of one part of the chart, below the open charts and the banner, beside the rail."""
    patient = around.head.patient
    title = title_of(patient.family, patient.given, title)
    frame = desk.frame(title, "/patients", toasts=around.toasts, open_charts=around.opened)
    current = {"note": "notes", "problem": "problems"}.get(part, part)
    response = desk.page(
        f"chart/{part}.html", frame, banner=shown_banner(around.head, desk), rail=rail(desk.patient, current), **models
    )
    return remember(desk, response, desk.patient)


def title_of(family: str, given: str, part: str = "Summary") -> str:
    return f"{family.upper()}, {given} · {part}"
