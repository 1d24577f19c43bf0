"""Every component in every state, with invented people: what `/_ui` shows and what the screenshot and accessibility tests look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from osler.interfaces.web.components import sample_chart as chart
from osler.interfaces.web.components import sample_forms as forms
from osler.interfaces.web.components import sample_states as states


@dataclass(frozen=True, slots=True)
class State:
    """One component in one state: a macro of a family's template and what it is given."""

    name: str
    family: str
    macro: str
    arguments: tuple[Any, ...]
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    states: tuple[State, ...]
    layout: Literal["wide", "two", "three"] = "three"


def sections() -> tuple[Section, ...]:
    """The gallery, in the order of the page."""
    return (
        Section("ui-banner", "Patient banner", _each("banner", "patient_banner", states.BANNERS), "wide"),
        Section("ui-values", "Values, flags, chips, actions", _words(), "three"),
        Section("ui-problems", "Problem list", _each("problems", "problem_list", states.PROBLEM_LISTS)),
        Section("ui-medications", "Medication list", _each("medications", "medication_list", states.MEDICATION_LISTS)),
        Section("ui-allergies", "Allergies", _each("allergies", "allergy_list", states.ALLERGY_LISTS)),
        Section("ui-vitals", "Vital signs", _each("vitals", "vitals_grid", states.VITALS)),
        Section("ui-trend", "Trends", _each("vitals", "trend_card", states.TRENDS), "two"),
        Section("ui-results", "Results", _each("results", "results_card", states.RESULTS), "two"),
        Section("ui-grid", "Results over time", _each("results", "results_grid", states.GRIDS), "wide"),
        Section("ui-timeline", "Timeline", (*_each("timeline", "timeline_card", states.SINCE), *_timelines()), "two"),
        Section("ui-notes", "Notes", (*_notes(), *_each("notes", "notes_card", states.NOTE_LISTS)), "two"),
        Section("ui-forms", "Forms", _each("forms", "form_card", forms.FORMS)),
        Section("ui-people", "Patients", (*_people(), *_each("people", "today_list", states.TODAY)), "two"),
        Section("ui-palette", "Palette", _each("palette", "palette_options", states.PALETTES, "card"), "two"),
        Section("ui-messages", "Messages", _messages(), "wide"),
    )


def _each(family: str, macro: str, models: dict[str, Any], stage: str = "") -> tuple[State, ...]:
    return tuple(State(name, family, macro, (model,), stage) for name, model in models.items())


def _words() -> tuple[State, ...]:
    return (
        *(State(f"value · {name}", "values", "value", (one,)) for name, one in states.VALUES.items()),
        State("chips", "values", "chips", (states.CHIPS,)),
        *(State(f"action · {name}", "values", "action", (one,)) for name, one in states.ACTIONS.items()),
        State("view as FHIR", "values", "as_fhir", ("Patient/delgado", "patient")),
        *_each("card", "empty", states.EMPTY, "card"),
    )


def _timelines() -> tuple[State, ...]:
    return (State("whole", "timeline", "timeline", (states.TIMELINE,)),)


def _notes() -> tuple[State, ...]:
    return (*_each("notes", "note_view", states.NOTES), *_each("notes", "note_editor", states.EDITORS))


def _people() -> tuple[State, ...]:
    return tuple(
        State(name, "people", "search_results", (view,), "card") for name, view in states.SEARCHES.items()
    )


def _messages() -> tuple[State, ...]:
    return (
        *_each("messages", "toast", states.TOASTS),
        *_each("messages", "error_message", states.ERRORS),
        *_each("messages", "alert", {"critical": chart.ALERT, **states.ALERTS}),
    )
