"""The chart of one patient, assembled: what a clinician sees first, in few look-ups whatever the chart's size."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TypeVar

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
    patient = await get_patient(records, id_)
    return Head(
        patient=patient,
        allergies=await _open(list_allergies(records, id_)),
        visits=await _open(find_visits(records, id_, now, zone)),
        code_status=await _open(find_code_status(records, id_)),
        physician=patient.pcp or await _open(find_physician(records, id_)) or "",
        insurance=await _open(find_insurance(records, id_)) or "",
    )


async def get_chart(records: Records, id_: str, *, now: datetime, zone: tzinfo, window: timedelta | None) -> Chart:
    """The summary of one patient. `window` is how far the blood pressure chart looks back; None: all of it."""
    head = await get_head(records, id_, now=now, zone=zone)
    last = head.visits.last if head.visits else None
    since = instant(last.start, zone) if last else None
    goals = await _open(list_goals(records, id_)) or []
    recent = await _open(list_recent(records, id_))
    pressures = await _open(list_pressures(records, id_, now - window if window else None))
    return Chart(
        head=head,
        problems=await _open(list_problems(records, id_)),
        goals=tuple(goals),
        medications=await _open(list_medications(records, id_)),
        vitals=await _open(list_latest(records, id_)),
        pressures=tuple(pressures or ()),
        results=None if recent is None else tuple(recent),
        pursued=tuple(await _open(_courses(records, id_, goals, recent or [])) or ()),
        since=since,
        events=await _events(records, id_, since or now - _EARLIER, zone),
        notes=await _open(list_notes(records, id_)),
    )


async def _events(records: Records, id_: str, since: datetime, zone: tzinfo) -> tuple[Event, ...]:
    """Not the visit that "since" begins with, nor what was written in it."""
    after = since + timedelta(hours=12)
    kinds = ("visit", "result", "vaccine", "message", "procedure", "medication")
    return tuple(await list_events(records, id_, zone=zone, since=after, kinds=kinds))


async def _courses(records: Records, id_: str, goals: list[Goal], recent: list[Result]) -> list[Result]:
    """What goals measure and the latest laboratory results do not hold: scores, rare tests."""
    held = {code for result in recent for code in result.codes}
    wanted = [code for goal in goals for code in goal.measures[:1] if code not in held]
    return await list_course(records, id_, wanted)


async def _open(question: Awaitable[Found]) -> Found | None:
    """The answer, or None where the actor's role does not open that part."""
    try:
        return await question
    except Forbidden:
        return None
