"""Finding a patient by name, birth date, record number or telephone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from osler.access.ask import ask, together
from osler.access.beginnings import list_beginning
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient, patient_of
from osler.clinical.patients.queries import list_patients
from osler.clinical.patients.rules import namesakes, slips
from osler.fhir.search.parse import parse_query
from osler.fhir.search.query import Query, Tokens
from osler.workflows.finding.rules import (
    Wanted,
    begins,
    completions,
    is_near,
    phone_spellings,
    rank,
    read_query,
)

FEW = 3
"""With fewer exact matches than this, similar names are looked for too."""
MOST = 200
"""As many matches are listed at most."""
_LOOKED_AT = 24
"""Matches looked at for the few of a palette: enough to put the likelier ones first."""
_OF_A_SLIP = 4
"""Patients looked at of each spelling that may have been meant."""
_TOGETHER = 100
"""Record numbers asked for at a time."""
_WHOLE = 7
"""Digits that a telephone number has at least; fewer are a piece of a number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`patients` the likeliest of `total`; `looser`: too few matched as typed, and similar names were added.

    `counted`: `total` is all there are, not only those looked at. `alike`: ids of those among all matches who could be
    taken for one another. `partly`: a piece of a record number too short to be looked for but among those of `first`.
    """

    patients: tuple[Patient, ...]
    looser: bool = False
    total: int = 0
    counted: bool = True
    alike: frozenset[str] = frozenset()
    partly: bool = False

    @property
    def more(self) -> bool:
        """Whether there are others."""
        return self.total > len(self.patients)


async def find_patients(
    records: Records, text: str, *, today: date, first: Sequence[str] = (), limit: int = 8
) -> Finding:
    """The likeliest patients: the best match first, those of `first` (ids) before others that match as well."""
    wanted = read_query(text, today)
    if wanted.empty:
        return Finding(())
    about = await list_patients(records, first) if first else []
    if wanted.number:
        return await _find_number(records, wanted, about, limit)
    most = min(max(limit, _LOOKED_AT), MOST) + 1
    found = await _exactly(records, wanted, most)
    merged = _merged([each for each in about if _matches(each, wanted)], found)
    looser = False
    if len(merged) < FEW and wanted.names:
        near = [each for each in about if _born(each, wanted) and is_near(each, wanted.names)]
        similar = _merged(near, await _similar(records, wanted))
        looser = any(each.id not in {one.id for one in merged} for each in similar)
        merged = _merged(merged, similar)
    in_order = rank(merged, wanted, first)
    alike = namesakes((*in_order, *about))
    return Finding(tuple(in_order[:limit]), looser, len(in_order), len(found) < most, alike)


async def _exactly(records: Records, wanted: Wanted, most: int) -> list[Patient]:
    """Those whose surname begins so come before those of whom another name does."""
    if not wanted.names or any(len(each) == 10 for each in wanted.born):
        born = await ask(records, "Patient", birthdate=",".join(wanted.born), _count=str(MOST))
        return [each for each in map(patient_of, born) if begins(each, wanted.names)]
    leading, *others = sorted(wanted.names, key=len, reverse=True)
    query = _query(records, others, wanted.born)
    found = await _beginning(records, query, "family", [leading], most)
    if len(found) < most:
        found = _merged(found, await _beginning(records, query, "name", [leading], most))
    return found


async def _similar(records: Records, wanted: Wanted) -> list[Patient]:
    """Those whose name somebody may have meant who made a slip in one word; of the others their first letters count."""
    found: list[Patient] = []
    for word in sorted(wanted.names, key=len, reverse=True)[:2]:
        spelled = slips(word)
        others = [each[:2] for each in wanted.names if each != word]
        if spelled and not found:
            near = await _beginning(records, _query(records, others, wanted.born), "name", spelled, _OF_A_SLIP)
            found = [each for each in near if is_near(each, wanted.names)]
    return found


def _query(records: Records, names: Iterable[str], born: Sequence[str]) -> Query:
    pairs = [("name", each) for each in names] + ([("birthdate", ",".join(born))] if born else [])
    return parse_query("Patient", pairs, zone=records.store.zone, now=records.clock(), base_url=records.store.base_url)


async def _beginning(records: Records, query: Query, param: str, words: Sequence[str], limit: int) -> list[Patient]:
    return [patient_of(each) for each in await list_beginning(records, query, param, words, limit=limit)]


async def _find_number(records: Records, wanted: Wanted, about: list[Patient], limit: int) -> Finding:
    """A whole record or telephone number; else the beginning of a record number, or its end where it is known who is meant."""
    digits = wanted.number
    found = await _whole_number(records, digits)
    known = [each for each in about if each.mrn.startswith(digits) or (len(digits) > 2 and each.mrn.endswith(digits))]
    partly = False
    if not found:
        numbers = completions(digits, (each.mrn for each in about))
        partly = len(digits) < _WHOLE and not numbers
        found = await _by_numbers(records, numbers)
    merged = rank(_merged(known, found), wanted, [each.id for each in about])
    return Finding(tuple(merged[:limit]), False, len(merged), True, namesakes((*merged, *about)), partly)


async def _whole_number(records: Records, digits: str) -> list[Patient]:
    found = await ask(records, "Patient", identifier=digits, _count=str(MOST))
    if not found and len(digits) >= _WHOLE:
        spellings = ",".join(each.replace(",", "\\,") for each in phone_spellings(digits))
        found = await ask(records, "Patient", phone=spellings, _count=str(MOST))
    return [patient_of(each) for each in found]


async def _by_numbers(records: Records, numbers: Sequence[str]) -> list[Patient]:
    """Those who have one of these record numbers."""
    parts = [numbers[at : at + _TOGETHER] for at in range(0, len(numbers), _TOGETHER)]
    answers = await together(records, *(_having(records, part) for part in parts))
    return [patient for answer in answers for patient in answer]


async def _having(records: Records, numbers: Sequence[str]) -> list[Patient]:
    keys = tuple(f"identifier={each}" for each in numbers)
    query = Query("Patient", (Tokens("identifier", keys),), count=_TOGETHER, used=_OF_NUMBERS)
    return [patient_of(each) for each in (await records.search(query)).matches]


_OF_NUMBERS = frozenset(("Patient.identifier",))


def _matches(patient: Patient, wanted: Wanted) -> bool:
    return _born(patient, wanted) and begins(patient, wanted.names)


def _born(patient: Patient, wanted: Wanted) -> bool:
    return not wanted.born or any(patient.born.startswith(each) for each in wanted.born)


def _merged(first: Sequence[Patient], second: Sequence[Patient]) -> list[Patient]:
    return list({each.id: each for each in (*first, *second)}.values())
