"""What follows a charting form: the changed cards with an undo, the same form with what is wrong, or the next page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from starlette.responses import RedirectResponse, Response

from osler.access.audit.entry import Action
from osler.access.authorship import Authorship
from osler.access.permissions import Permission
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient
from osler.clinical.patients.queries import get_patient
from osler.clinical.staff.queries import list_names
from osler.core.errors import Invalid, OslerError
from osler.interfaces.web import page
from osler.interfaces.web.chart.forms.shared import Typed, typed
from osler.interfaces.web.chart.show.summary import chart_summary, shown_banner
from osler.interfaces.web.chart.show.vitals import WINDOWS
from osler.interfaces.web.chart.toasts import DONE, said_of, toast_for
from osler.interfaces.web.components.chart import ChartSummary
from osler.interfaces.web.components.forms import FormView
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.errors import error_view
from osler.interfaces.web.show import chart_address, died
from osler.workflows.chart.queries import get_chart, get_head

USUAL_WINDOW = "1 y"
Work = Callable[[Records], Awaitable[Authorship]]
MakeForm = Callable[[Typed], FormView]


async def show_form(desk: Desk, form: FormView, *, status: int = 200) -> Response:
    """In the side panel, or as a page of its own below the banner."""
    if desk.in_panel:
        async with desk.reading("chart form") as records:
            form = _late(form, await get_patient(records, desk.patient), desk)
        return desk.fragment("components/form_fragment.html", form=form, status=status)
    async with desk.reading("chart form") as records:
        head = await get_head(records, desk.patient, now=desk.now, zone=desk.zone)
    form = _late(form, head.patient, desk)
    frame = desk.frame(f"{form.title} · {head.patient.family.upper()}, {head.patient.given}", "/patients")
    return desk.page("components/form_page.html", frame, status=status, form=form, banner=shown_banner(head, desk))


def _late(form: FormView, patient: Patient, desk: Desk) -> FormView:
    """Nobody charts on a patient who has died without being told so."""
    return replace(form, title=f"{died(patient, desk.zone)}: late entry · {form.title}") if patient.deceased else form


async def chart(
    desk: Desk, work: Work, what: str, make: MakeForm | None = None, action: Action = Action.CREATE
) -> Response:
    """Runs the work, and shows what has changed. What cannot be saved leaves the form as it was typed."""

    async def done(records: Records) -> tuple[Authorship, ChartSummary | None, str]:
        made = await work(records)
        summary = await read_summary(records, desk, window_of(desk)) if on_summary(desk) else None
        said = await said_of(records, made)
        records.about_written(made.targets[0], desk.patient)  # and not what was read for the answer
        return made, summary, said

    try:
        made, summary, said = await desk.write(done, what, action)
    except Invalid as error:
        if make is None:
            raise
        return await show_form(desk, make(typed(desk, error)), status=422)
    except OslerError as error:
        if make is None or desk.in_panel:
            raise
        return await _kept_form(desk, make, error)
    return saved(desk, made, summary, said)


async def _kept_form(desk: Desk, make: MakeForm, error: OslerError) -> Response:
    """A whole page that could not be saved keeps every word that was typed, and says why."""
    view = error_view(error)
    form = make(typed(desk, None, f"{view.title} {view.message}"))
    frame = desk.frame(form.title, "/patients")
    return desk.page("components/form_page.html", frame, status=view.status, form=form, banner=None)


def saved(desk: Desk, made: Authorship, summary: ChartSummary | None, said: str = "") -> Response:
    """The changed cards where they stand, or the page anew with the same message."""
    if summary is not None:
        changed: tuple[Any, ...] = (
            summary.banner, summary.problems, summary.allergies, summary.vitals, *summary.trends, summary.notes
        )  # fmt: skip
        cards = [each for each in changed if each is not None]
        return page.updates(desk.request, *cards, toasts=(toast_for(made, desk, said),))
    back = current_page(desk) or chart_address(desk.patient)
    target = f"{back}?{DONE}={quote(made.id)}"
    if desk.in_panel:
        return Response(status_code=200, headers={"HX-Redirect": target, "cache-control": "no-store"})
    return RedirectResponse(target, 303)


async def read_summary(records: Records, desk: Desk, window: str) -> ChartSummary:
    """Everything on the summary page."""
    found = await get_chart(records, desk.patient, now=desk.now, zone=desk.zone, window=WINDOWS[window])
    names = await list_names(records, (each.reading.by for each in (found.vitals or {}).values()))
    return chart_summary(found, desk, window, names, desk.may(Permission.CHART_WRITE))


def on_summary(desk: Desk) -> bool:
    """Whether the form stands beside the summary, whose cards can then be changed in place."""
    return desk.in_panel and current_page(desk) == chart_address(desk.patient)


def current_page(desk: Desk) -> str:
    """Path of the page that asks, when it is one of this chart."""
    path = urlsplit(desk.request.headers.get("hx-current-url", "")).path
    here = chart_address(desk.patient)
    return path if path == here or path.startswith(f"{here}/") else ""


def window_of(desk: Desk) -> str:
    """How far the blood pressure chart of the page looks back."""
    here = desk.request.url.query
    query = here or urlsplit(desk.request.headers.get("hx-current-url", "")).query
    asked = parse_qs(query).get("bp", [USUAL_WINDOW])[0]
    return asked if asked in WINDOWS else USUAL_WINDOW
