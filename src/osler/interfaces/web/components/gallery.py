"""Every component in every state, with invented people:

what `/_ui` shows and what the screenshot and accessibility tests look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from osler.interfaces.web.components.samples import (
    account,
    banners,
    chart,
    forms,
    lists,
    measurements,
    messages,
    people,
    stories,
    words,
)


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
        Section("ui-banner", "Patient banner", _each("banner", "patient_banner", banners.BANNERS), "wide"),
        Section("ui-values", "Values, flags, chips, actions", _words(), "three"),
        Section("ui-problems", "Problem list", _each("problems", "problem_list", lists.PROBLEM_LISTS)),
        Section("ui-medications", "Medication list", _each("medications", "medication_list", lists.MEDICATION_LISTS)),
        Section("ui-allergies", "Allergies", _each("allergies", "allergy_list", lists.ALLERGY_LISTS)),
        Section("ui-vitals", "Vital signs", _each("vitals", "vitals_grid", measurements.VITALS)),
        Section("ui-trend", "Trends", _each("vitals", "trend_card", measurements.TRENDS), "two"),
        Section("ui-results", "Results", _each("results", "results_card", measurements.RESULTS), "two"),
        Section("ui-grid", "Results over time", _each("results", "results_grid", measurements.GRIDS), "wide"),
        Section("ui-timeline", "Timeline", (*_each("timeline", "timeline_card", stories.SINCE), *_timelines()), "two"),
        Section("ui-notes", "Notes", (*_notes(), *_each("notes", "notes_card", stories.NOTE_LISTS)), "two"),
        Section("ui-forms", "Forms", _each("forms", "form_card", forms.FORMS)),
        Section("ui-people", "Patients", (*_people(), *_each("people", "today_list", people.TODAY)), "two"),
        Section("ui-palette", "Palette", _palettes(), "two"),
        Section("ui-messages", "Messages", _messages(), "wide"),
        Section("ui-frame", "Rail and open charts", _frame(), "two"),
        Section("ui-account", "Account", _account(), "two"),
        Section("ui-gate", "Sign in and lock", _gate()),
    )


def _each(family: str, macro: str, models: dict[str, Any], stage: str = "") -> tuple[State, ...]:
    return tuple(State(name, family, macro, (model,), stage) for name, model in models.items())


def _words() -> tuple[State, ...]:
    return (
        *(State(f"value · {name}", "values", "value", (one,)) for name, one in words.VALUES.items()),
        State("chips", "values", "chips", (words.CHIPS,)),
        *(State(f"action · {name}", "values", "action", (one,)) for name, one in words.ACTIONS.items()),
        State("view as FHIR", "values", "as_fhir", ("Patient/delgado", "patient")),
        *_each("card", "empty", words.EMPTY, "card"),
    )


def _palettes() -> tuple[State, ...]:
    return tuple(
        State(name, "palette", "palette_list", (view, f"ui-list-{number}"), "card")
        for number, (name, view) in enumerate(people.PALETTES.items())
    )


def _timelines() -> tuple[State, ...]:
    return (State("whole", "timeline", "timeline", (stories.TIMELINE,)),)


def _notes() -> tuple[State, ...]:
    return (*_each("notes", "note_view", stories.NOTES), *_each("notes", "note_editor", stories.EDITORS))


def _frame() -> tuple[State, ...]:
    return (
        State("rail", "shell", "chart_rail", (chart.RAIL,)),
        State("open charts", "shell", "open_charts", (people.OPEN_CHARTS,)),
    )


def _gate() -> tuple[State, ...]:
    return (*_each("sign_in", "sign_in_card", forms.SIGN_IN), *_each("sign_in", "lock_card", forms.LOCK))


def _account() -> tuple[State, ...]:
    """The cards have fixed ids, as there is one of each on its page: here each is in one state."""
    off, on = account.ACCOUNTS.values()
    return (
        State("codes off", "account", "account_card", (off,)),
        State("codes on, password wrong", "account", "codes_card", (on,)),
        *_each("account", "enrolment_card", account.ENROLMENTS),
        *_each("account", "recovery_card", account.RECOVERY),
    )


def _people() -> tuple[State, ...]:
    return (
        *_each("people", "search_results", people.SEARCHES, "card"),
        State("search page", "people", "patient_search", (people.SEARCH_PAGE,)),
    )


def _messages() -> tuple[State, ...]:
    return (
        *_each("messages", "toast", messages.TOASTS),
        *_each("messages", "error_message", messages.ERRORS),
        *_each("messages", "error_card", messages.PAGES),
        *_each("messages", "alert", {"critical": chart.ALERT, **messages.ALERTS}),
    )
