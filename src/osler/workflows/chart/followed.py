"""One problem with all that it is followed by: results, blood pressures, drugs, goals, and the notes that mention it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from osler.access.ask import together
from osler.access.records import Records
from osler.clinical.medications.queries import Medications, list_medications
from osler.clinical.notes.queries import NotePage, list_notes
from osler.clinical.problems.fhir import Goal, Problem
from osler.clinical.problems.queries import get_problem, list_goals
from osler.clinical.problems.rules import PRESSURE, bears_on
from osler.clinical.results.fhir import Result
from osler.clinical.results.queries import list_course
from osler.clinical.vitals.fhir import Reading
from osler.clinical.vitals.queries import list_pressures
from osler.fhir.ahead import without_ahead
from osler.fhir.search.text import normalize_text
from osler.workflows.chart.queries import if_open

_LOINC = "http://loinc.org|"
_COMMON = """
type stage chronic acute disease disorder syndrome with without and the for not due mild moderate severe right left
unspecified essential primary secondary history remission
"""
_PLAIN = frozenset(_COMMON.split())
_READ = 40
"""Notes that are looked through."""


@dataclass(frozen=True, slots=True)
class Followed:
    """None: the actor's role does not open that part. `codes` of what it is followed by, what matters most first."""

    problem: Problem
    goals: tuple[Goal, ...]
    codes: tuple[str, ...]
    results: tuple[Result, ...]
    pressures: tuple[Reading, ...]
    medications: Medications | None
    notes: NotePage | None


async def get_followed(
    records: Records, patient: str, id_: str, *, now: datetime, window: timedelta | None
) -> Followed:
    """`window` is how far results and blood pressures go back; None: all the way. Raises NotFound."""
    problem = await get_problem(records, patient, id_)
    goals = [each for each in await if_open(list_goals, records, patient) or [] if id_ in each.problems]
    codes = tuple(dict.fromkeys((
        *(code for goal in goals for code in goal.measures), *(_LOINC + code for code in bears_on(problem))
    )))  # fmt: skip
    since = now - window if window else None
    results, pressures, medications, notes = await together(
        records,
        if_open(list_course, records, patient, [code for code in codes if code != _LOINC + PRESSURE], 200, since),
        if_open(list_pressures if _LOINC + PRESSURE in codes else _none, records, patient, since),
        if_open(list_medications, records, patient),
        if_open(partial(list_notes, limit=_READ), records, patient),
    )
    zone = records.store.zone
    results = without_ahead(results or (), now, zone)
    pressures = without_ahead((pressures or [])[::-1], now, zone)[::-1]
    return Followed(
        problem, tuple(goals), codes, tuple(results), tuple(pressures), medications,
        _mentioning(notes, problem) if notes else None,
    )  # fmt: skip


async def _none(records: Records, patient: str, since: datetime | None) -> list[Reading]:
    del records, patient, since
    return []


def _mentioning(page: NotePage, problem: Problem) -> NotePage:
    """Those of the notes in which a word of the problem's name stands that is no word of many problems."""
    words = [word for word in normalize_text(problem.name).split() if len(word) > 3 and word not in _PLAIN]
    pattern = re.compile("|".join(rf"\b{re.escape(word)}" for word in words) or r"(?!)")
    return replace(page, notes=tuple(each for each in page.notes if pattern.search(normalize_text(each.text or ""))))
