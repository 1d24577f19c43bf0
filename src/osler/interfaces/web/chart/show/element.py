"""One element of the chart on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from osler.access.authorship import Authorship
from osler.clinical.medications.fhir import Medication
from osler.clinical.problems.fhir import Goal, Problem
from osler.interfaces.web.components import format
from osler.interfaces.web.components.values import Action
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.show import chart_address
from osler.interfaces.web.vocabulary import code_words

_DONE = {"CREATE": "Charted", "UPDATE": "Changed", "NULLIFY": "Entered in error"}


@dataclass(frozen=True, slots=True)
class ElementView:
    """Facts as label and text; an empty text reads "Not recorded". `history` in words, newest first."""

    title: str
    facts: tuple[tuple[str, str], ...]
    history: tuple[str, ...]
    fhir: str
    actions: tuple[Action, ...] = ()
    in_error: bool = False


def problem_view(
    problem: Problem, goals: Sequence[Goal], drugs: Sequence[Medication], done: Sequence[Authorship], desk: Desk,
    may_write: bool,
) -> ElementView:  # fmt: skip
    day = lambda text: format.day(text, desk.zone).text if text else ""  # noqa: E731
    facts = (
        ("Status", "entered in error" if problem.in_error else problem.status),
        ("Since", day(problem.onset)),
        *((("Until", day(problem.abated)),) if problem.abated else ()),
        ("Code", ", ".join(map(code_words, problem.codes)) or "none: charted in words"),
        ("Goals", "; ".join(each.text for each in goals)),
        ("Medications", ", ".join(format.drug_name(each.name) for each in drugs)),
        ("Recorded", " by ".join(filter(None, (day(problem.recorded), problem.recorder)))),
        *((("Note", problem.note),) if problem.note else ()),
    )
    return ElementView(
        problem.name, facts, history(done, desk), f"Condition/{problem.id}",
        _actions(problem, desk.patient) if may_write and not problem.in_error else (), problem.in_error,
    )  # fmt: skip


def history(done: Sequence[Authorship], desk: Desk) -> tuple[str, ...]:
    """Who did what when, and why where a reason was given."""
    return tuple(
        f"{_DONE.get(each.activity, 'Changed')} {format.moment(each.recorded, desk.zone).text} by {each.by or 'someone'}"
        + (f": {each.reason}" if each.reason else "")
        for each in done
    )


def _actions(problem: Problem, patient: str) -> tuple[Action, ...]:
    base = ("problems", problem.id)
    withdraw = Action("Entered in error…", chart_address(patient, *base, "withdraw"), "ban", panel=True)
    if not problem.active:
        return (withdraw,)
    return (Action("Resolved…", chart_address(patient, *base, "resolve"), "check", panel=True), withdraw)
