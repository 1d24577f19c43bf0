"""The chart of one patient, assembled: what a clinician sees first, in few look-ups whatever the chart's size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, TypeVar

from osler.access.ask import together
from osler.access.records import Records
from osler.clinical.allergies.queries import Allergies, list_allergies
from osler.clinical.events.fhir import Event
from osler.clinical.events.queries import in_time, list_events
from osler.clinical.medications.queries import Medications, list_medications
from osler.clinical.medications.rules import bears_on_pressure
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
from osler.clinical.problems.queries import Problems, list_active, list_goals, list_problems
from osler.clinical.results.fhir import Result
from osler.clinical.results.queries import list_course, list_recent
from osler.clinical.visits.queries import Visits, find_visits
from osler.clinical.vitals.fhir import Reading
from osler.clinical.vitals.queries import Latest, list_latest, list_pressures
from osler.core.errors import Forbidden
from osler.fhir.ahead import count_ahead, without_ahead
from osler.fhir.readers import instant

Found = TypeVar("Found")
_TOLD = 12
"""Events since the last visit that are told."""
_LATELY = timedelta(days=400)
"""Past orders as old as this are told when the last visit was longer ago than a year, and no older ones."""
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
class Ahead:
    """How many measurements and results are dated ahead of now: they are the latest of nothing, and counted instead."""

    vitals: int = 0
    results: int = 0


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
    ahead: Ahead = Ahead()


async def get_head(records: Records, id_: str, *, now: datetime, zone: tzinfo) -> Head:
    """Raises NotFound."""
    patient = await get_patient(records, id_)
    return _head(patient, await together(records, *_head_questions(records, patient, now, zone)))


def _head_questions(records: Records, patient: Patient, now: datetime, zone: tzinfo) -> list[Coroutine[Any, Any, Any]]:
    return [
        if_open(list_allergies, records, patient.id),
        if_open(find_visits, records, patient.id, now, zone),
        if_open(find_code_status, records, patient.id),
        if_open(find_insurance, records, patient.id),
        if_open(has_namesake, records, patient),
        _physician(records, patient),
    ]


async def _physician(records: Records, patient: Patient) -> str:
    return patient.pcp or await if_open(find_physician, records, patient.id) or ""


def _head(patient: Patient, answers: list[Any]) -> Head:
    allergies, visits, code_status, insurance, namesake, physician = answers
    return Head(patient, allergies, visits, code_status, physician, insurance or "", bool(namesake))


async def get_chart(records: Records, id_: str, *, now: datetime, zone: tzinfo, window: timedelta | None) -> Chart:
    """The summary of one patient. `window` is how far the blood pressure chart looks back; None: all of it."""
    patient = await get_patient(records, id_)
    questions = _head_questions(records, patient, now, zone)
    answers = await together(
        records,
        *questions,
        if_open(list_goals, records, id_),
        if_open(list_recent, records, id_),
        if_open(list_pressures, records, id_, now - window if window else None),
        if_open(_problems, records, id_),
        if_open(_medications, records, id_, now),
        if_open(list_latest, records, id_, now),
        if_open(list_notes, records, id_),
    )
    head, (goals, recent, pressures, problems, medications, vitals, notes) = (
        _head(patient, answers[: len(questions)]), answers[len(questions) :]
    )  # fmt: skip
    found, coming = vitals or (None, 0)
    ahead = Ahead(coming, count_ahead(recent or (), now, zone))
    since = _last_seen(head, zone)
    events, pursued = await together(
        records,
        _events(records, head, medications, since or now - _EARLIER, now, zone),
        if_open(_courses, records, id_, goals or [], recent or []),
    )
    pressures = without_ahead((pressures or [])[::-1], now, zone)[::-1]
    pursued = without_ahead(pursued or (), now, zone)
    return Chart(
        head=head, problems=problems, goals=tuple(goals or ()), medications=medications, vitals=found,
        pressures=tuple(pressures), results=None if recent is None else tuple(recent[ahead.results :]),
        pursued=tuple(pursued), since=since, events=events, notes=notes, ahead=ahead,
    )  # fmt: skip


async def _problems(records: Records, id_: str) -> Problems:
    """The active ones; past ones too where there is nothing else to say."""
    found = await list_active(records, id_)
    return found if found.active or found.none_known else await list_problems(records, id_)


async def _medications(records: Records, id_: str, now: datetime) -> Medications:
    """Of the past ones those that the blood pressure chart may show, and the latest."""
    latest = (now - _LATELY).date().isoformat()
    return await list_medications(
        records, id_, past_only=lambda words, ordered: ordered >= latest or bears_on_pressure(words)
    )


def _last_seen(head: Head, zone: tzinfo) -> datetime | None:
    """By the clinician who sees the patient now, else by the patient's own, else by anybody: a nurse may have been between."""
    visits = head.visits or Visits()
    who = visits.current.clinician if visits.current else head.physician
    by_them = (each for each in visits.latest if who and each.clinician == who and not each.open)
    last = next(by_them, visits.last)
    return instant(last.start, zone) if last else None


async def _events(
    records: Records, head: Head, medications: Medications | None, since: datetime, now: datetime, zone: tzinfo
) -> tuple[Event, ...]:
    """Neither the visit that "since" begins with, nor the one going on: their reader was or is there."""
    after = since + timedelta(hours=12)
    found = await list_events(
        records,
        head.patient.id,
        zone=zone,
        since=after,
        kinds=("result", "vaccine", "message", "procedure"),
        limit=_TOLD,
    )
    known = (*_visits(head), *_orders(medications))
    found += [each for each in known if (at := instant(each.at, zone)) and at >= after]
    return tuple(without_ahead(in_time(found, zone), now, zone)[:_TOLD])


def _visits(head: Head) -> list[Event]:
    """Visits as events, but for the one going on."""
    visits = head.visits or Visits()
    return [
        Event(f"Encounter/{each.id}", "visit", each.start, " — ".join(filter(None, (each.kind, each.reason))),
              each.provider if each.setting in ("EMER", "IMP") else "", each.setting)
        for each in visits.latest
        if each != visits.current
    ]  # fmt: skip


def _orders(medications: Medications | None) -> list[Event]:
    """Orders as events."""
    return [
        Event(each.reference, "medication", each.started, f"{each.name} {each.product}".strip(), each.status)
        for each in ((*medications.active, *medications.past) if medications else ())
        if each.reference.startswith("MedicationRequest/")
    ]


async def _courses(records: Records, id_: str, goals: list[Goal], recent: list[Result]) -> list[Result]:
    """What goals measure and the latest laboratory results do not hold: scores, rare tests."""
    held = {code for result in recent for code in result.codes}
    wanted = [code for goal in goals for code in goal.measures[:1] if code not in held]
    return await list_course(records, id_, wanted)


async def if_open(question: Callable[..., Awaitable[Found]], *about: Any) -> Found | None:
    """The answer, or None where the actor's role does not open that part."""
    try:
        return await question(*about)
    except Forbidden:
        return None
