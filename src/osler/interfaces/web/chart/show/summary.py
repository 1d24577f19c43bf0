"""The chart summary as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

from osler.clinical.notes.queries import find_draft
from osler.fhir.readers import instant
from osler.interfaces.web.chart.show.lists import allergy_list, medication_list, problem_list
from osler.interfaces.web.chart.show.measures import filtration, measures
from osler.interfaces.web.chart.show.results import results_card
from osler.interfaces.web.chart.show.stories import notes_card, opened_editor, since_card
from osler.interfaces.web.chart.show.vitals import is_adult, pressure_card, vitals_grid
from osler.interfaces.web.components.banner import BannerView
from osler.interfaces.web.components.chart import ChartSummary
from osler.interfaces.web.components.notes import NoteEditor
from osler.interfaces.web.components.shell import NavItem, Rail
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.show import banner, chart_address, died
from osler.workflows.chart.queries import Chart, Head

SECTIONS = (
    ("Summary", "", "layout-dashboard"),
    ("Timeline", "timeline", "history"),
    ("Notes", "notes", "file-text"),
    ("Results", "results", "flask-conical"),
    ("Medications", "medications", "pill"),
    ("Allergies", "allergies", "octagon-alert"),
    ("Problems", "problems", "clipboard-list"),
    ("Vitals", "vitals", "activity"),
)


def chart_summary(chart: Chart, desk: Desk, window: str, names: Mapping[str, str], may_write: bool) -> ChartSummary:
    """Every card, filled. Parts that the actor's role does not open are None in `chart` and left out of the page."""
    patient, zone, now = chart.head.patient, desk.zone, desk.now
    id_, results = patient.id, chart.results or ()
    latest_pressures = chart.pressures or tuple(
        each.reading for key, each in (chart.vitals or {}).items() if key == "pressure"
    )
    measured = measures(chart.goals, (*results, *chart.pursued), latest_pressures, zone)
    adult = is_adult(patient.born, desk.local.date())
    trend = pressure_card(
        chart.pressures, id_, zone, now, window=window, goals=chart.goals, medications=chart.medications
    )
    return ChartSummary(
        banner=shown_banner(chart.head, desk),
        rail=rail(id_, ""),
        problems=problem_list(
            chart.problems, id_, zone, goals=chart.goals, measures=measured, kidneys=filtration(results, zone),
            medications=chart.medications, may_write=may_write,
        ) if chart.problems else None,
        medications=medication_list(replace(chart.medications, past=()), id_, zone, now, chart.medications.past_count) if chart.medications else None,
        allergies=allergy_list(chart.head.allergies, id_, zone, may_write) if chart.head.allergies else None,
        vitals=vitals_grid(chart.vitals, id_, zone, now, names=names, adult=adult, may_write=may_write, ahead=chart.ahead.vitals)
        if chart.vitals is not None else None,
        results=results_card(results, id_, zone, goals=chart.goals, since=chart.since, ahead=chart.ahead.results)
        if chart.results is not None else None,
        since=since_card(chart.events or (), id_, zone, since=chart.since, results=results),
        notes=notes_card(chart.notes, id_, zone, may_write=may_write) if chart.notes else None,
        trends=(trend,) if chart.pressures else (),
        editor=_editor(chart, desk) if may_write else None,
    )  # fmt: skip


def _editor(chart: Chart, desk: Desk) -> NoteEditor | None:
    """The draft that the address names, or the latest of one's own; a new note when it is asked for."""
    drafts = [each for each in (chart.notes.notes if chart.notes else ()) if find_draft((each,), desk.actor)]
    asked = desk.request.query_params.get("note", "")
    draft = next((each for each in drafts if each.id == asked), next(iter(drafts), None))
    if not draft and asked != "new":
        return None
    late = died(chart.head.patient, desk.zone)
    return replace(opened_editor(draft, desk), visit=f"{late}: late entry" if late else "")


def shown_banner(head: Head, desk: Desk) -> BannerView:
    visit = head.visits.current if head.visits else None
    return banner(head, desk.local.date(), desk.zone, _minutes(visit.start if visit else "", desk.now, desk.zone))


def rail(patient: str, current: str) -> Rail:
    return Rail(
        tuple(
            NavItem(label, chart_address(patient, *filter(None, (part,))), icon, part == current)
            for label, part, icon in SECTIONS
        )
    )


def _minutes(start: str, now: datetime, zone: tzinfo) -> int:
    begun = instant(start, zone)
    return int((now - begun).total_seconds() // 60) if begun else 0
