"""The chart of one patient, assembled: what a clinician sees first, in few look-ups whatever the chart's size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, TypeVar

from osler.access.ask import together
from osler.access.records import Records
from osler.clinical.allergies.queries import Allergies, list_allergies
from osler.clinical.events.fhir import Event
from osler.clinical.events.queries import list_events
from osler.clinical.medications.queries import Medications, list_medications
from osler.clinical.notes.queries import NotePage, list_notes
from osler.clinical.patients.fhir import Patient
from osler.clinical.patients.queries import (
    CodeStatus,
    find_code_status,
    find_insurance,
    find_physician,
    get_patient,
    has_namesake,
)
from osler.clinical.problems.fhir import Goal
from osler.clinical.problems.queries import Problems, list_goals, list_problems
from osler.clinical.results.fhir import Result
from osler.clinical.results.queries import list_course, list_recent
from osler.clinical.visits.queries import Visits, find_visits
from osler.clinical.vitals.fhir import Reading
from osler.clinical.vitals.queries import Latest, list_latest, list_pressures
from osler.core.errors import Forbidden
from osler.fhir.readers import instant

Found = TypeVar("Found")
_EARLIER = timedelta(days=90)
"""How far "since last visit" looks back when there was none."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the banner says, on every page of the chart. None: the actor's role does not open that part."""

    patient: Patient
    allergies: Allergies | None
    visits: Visits | None
    code_status: CodeStatus | None
    physician: str
    insurance: str
    namesake: bool = False
    """Somebody else could be taken for this patient."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The summary. None: the actor's role does not open that part."""

    head: Head
    problems: Problems | None
    goals: tuple[Goal, ...]
    medications: Medications | None
    vitals: dict[str, Latest] | None
    pressures: tuple[Reading, ...]
    """Of the window asked for, oldest first."""
    results: tuple[Result, ...] | None
    pursued: tuple[Result, ...]
    """The course of what the goals measure, newest first."""
    since: datetime | None
    """Beginning of the last visit; None when there was none."""
    events: tuple[Event, ...] | None
    notes: NotePage | None


async def get_head(records: Records, id_: str, *, now: datetime, zone: tzinfo) -> Head:
    """Raises NotFound."""
    found = _head(await together(records, *_head_questions(records, id_, now, zone)))
    return replace(found, namesake=bool(await _open(has_namesake, records, found.patient)))


def _head_questions(records: Records, id_: str, now: datetime, zone: tzinfo) -> list[Coroutine[Any, Any, Any]]:
    return [
        get_patient(records, id_),
        _open(list_allergies, records, id_),
        _open(find_visits, records, id_, now, zone),
        _open(find_code_status, records, id_),
        _open(find_physician, records, id_),
        _open(find_insurance, records, id_),
    ]


def _head(answers: list[Any]) -> Head:
    patient, allergies, visits, code_status, physician, insurance = answers
    return Head(patient, allergies, visits, code_status, patient.pcp or physician or "", insurance or "")


async def get_chart(records: Records, id_: str, *, now: datetime, zone: tzinfo, window: timedelta | None) -> Chart:
    """The summary of one patient. `window` is how far the blood pressure chart looks back; None: all of it."""
    *head, goals, recent, pressures, problems, medications, vitals, notes = await together(
        records,
        *_head_questions(records, id_, now, zone),
        _open(list_goals, records, id_),
        _open(list_recent, records, id_),
        _open(list_pressures, records, id_, now - window if window else None),
        _open(list_problems, records, id_),
        _open(list_medications, records, id_),
        _open(list_latest, records, id_),
        _open(list_notes, records, id_),
    )
    found = _head(head)
    since = _last_seen(found, zone)
    events, pursued, namesake = await together(
        records,
        _events(records, found, since or now - _EARLIER, zone),
        _open(_courses, records, id_, goals or [], recent or []),
        _open(has_namesake, records, found.patient),
    )
    return Chart(
        head=replace(found, namesake=bool(namesake)), problems=problems, goals=tuple(goals or ()), medications=medications, vitals=vitals,
        pressures=tuple(pressures or ()), results=None if recent is None else tuple(recent), pursued=tuple(pursued or ()),
        since=since, events=events, notes=notes,
    )  # fmt: skip


def _last_seen(head: Head, zone: tzinfo) -> datetime | None:
    last = head.visits.last if head.visits else None
    return instant(last.start, zone) if last else None


async def _events(records: Records, head: Head, since: datetime, zone: tzinfo) -> tuple[Event, ...]:
    """Neither the visit that "since" begins with, nor the one going on: their reader was or is there."""
    after = since + timedelta(hours=12)
    kinds = ("visit", "result", "vaccine", "message", "procedure", "medication")
    found = await list_events(records, head.patient.id, zone=zone, since=after, kinds=kinds)
    now = head.visits.current if head.visits else None
    return tuple(each for each in found if now is None or each.about != f"Encounter/{now.id}")


async def _courses(records: Records, id_: str, goals: list[Goal], recent: list[Result]) -> list[Result]:
    """What goals measure and the latest laboratory results do not hold: scores, rare tests."""
    held = {code for result in recent for code in result.codes}
    wanted = [code for goal in goals for code in goal.measures[:1] if code not in held]
    return await list_course(records, id_, wanted)


async def _open(question: Callable[..., Awaitable[Found]], *about: Any) -> Found | None:
    """The answer, or None where the actor's role does not open that part."""
    try:
        return await question(*about)
    except Forbidden:
        return None
