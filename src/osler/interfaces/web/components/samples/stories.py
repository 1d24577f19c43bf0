"""Timelines and notes."""

from __future__ import annotations

from dataclasses import replace

from osler.interfaces.web.components.notes import Addendum, NoteConflict, NotesCard, NoteView
from osler.interfaces.web.components.samples import chart
from osler.interfaces.web.components.timeline import Timeline, TimelineCard, TimelineGroup, TimelineRow
from osler.interfaces.web.components.values import Action, When

SINCE = {
    "since last visit": replace(chart.SINCE, id="ui-since-full"),
    "nothing since": TimelineCard((), since=When("12-Aug-2026", "2026-08-12"), id="ui-since-none"),
}

TIMELINE = Timeline(
    (
        TimelineGroup(
            "24-Dec-2026",
            (TimelineRow("t0", When("24-Dec-2026", "2026-12-24"), "Vaccine", "syringe", "Influenza", ahead=True),),
        ),
        TimelineGroup(
            "18-Nov-2026",
            (
                TimelineRow(
                    "t1",
                    When("09:12", "2026-11-18T09:12"),
                    "Laboratory",
                    "flask-conical",
                    "Basic metabolic panel",
                    "/r",
                    "DiagnosticReport/t1",
                ),
            ),
        ),
        TimelineGroup(
            "12-Aug-2026",
            (
                TimelineRow(
                    "t2",
                    When("10:00", "2026-08-12T10:00"),
                    "Visit",
                    "stethoscope",
                    "Office visit",
                    "/v",
                    "Encounter/t2",
                    "A. Okafor, MD",
                ),
            ),
        ),
    ),
    tuple(Action(label, f"?kind={label}") for label in ("All", "Visits", "Results", "Medications", "Vaccines")),
    "All",
    "ui-timeline-whole",
)

_SIGNED = NoteView(
    "v1",
    "Office visit",
    "Diabetes and hypertension, stable.\n\nContinue the present treatment; return in three months.",
    "signed",
    "Adaeze Okafor, MD",
    When("12-Aug-2026 10:24", "2026-08-12T10:24"),
    "DocumentReference/v1",
    "Office visit, 12-Aug-2026",
    actions=(Action("Addend", "/addend", panel=True),),
)

NOTES = {
    "signed": _SIGNED,
    "amended": replace(
        _SIGNED,
        id="v2",
        status="amended",
        addenda=(
            Addendum(
                "Patient called: the dizziness is gone.", "J. Park, MA", When("14-Aug-2026 08:02", "2026-08-14T08:02")
            ),
        ),
    ),
    "entered in error": replace(_SIGNED, id="v3", status="entered-in-error", error_reason="wrong patient", actions=()),
    "empty draft of another": replace(_SIGNED, id="v4", status="draft", text="", actions=()),
}

EDITORS = {
    "writing": replace(chart.EDITOR, id="ui-draft"),
    "two wrote at once": replace(
        chart.EDITOR,
        id="ui-conflict",
        text="My words.",
        conflict=NoteConflict("Their words.", "J. Park, MA", When("09:31", "2026-11-21T09:31")),
    ),
    "signing orders too, refused": replace(
        chart.EDITOR,
        id="ui-sign",
        text="Short.",
        titles=(),
        error="Not signed: the record is away. Your text is kept.",
        signs=("naproxen 220 mg: stop", "Basic metabolic panel, in 3 days"),
    ),
}

NOTE_LISTS = {
    "three": replace(chart.NOTES, id="ui-notes-full", write=Action("Write note", "/n", "pen-line")),
    "none": NotesCard((), id="ui-notes-none"),
}
