"""Finding a patient by name, birth date, record number or telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from osler.access.ask import ask
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient, patient_of
from osler.clinical.patients.queries import list_patients
from osler.workflows.finding.rules import Wanted, is_near, phone_spellings, rank, read_query

FEW = 3
"""With fewer exact matches than this, similar names are looked for too."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`looser`: too few matched as typed, and similar names were added. `more`: there are others."""

    patients: tuple[Patient, ...]
    looser: bool = False
    more: bool = False


async def find_patients(
    records: Records, text: str, *, today: date, first: Sequence[str] = (), limit: int = 8
) -> Finding:
    """The likeliest patients. Those of `first` (ids) who match stand first, however many others match."""
    wanted = read_query(text, today)
    if wanted.empty:
        return Finding(())
    known = [each for each in await list_patients(records, first) if _matches(each, wanted)] if first else []
    found = await _exactly(records, wanted, limit + 1)
    merged = _merged(known, found)
    looser = False
    if len(merged) < FEW and wanted.names:
        similar = await _similar(records, wanted)
        looser = any(each.id not in {one.id for one in merged} for each in similar)
        merged = _merged(merged, similar)
    in_order = rank(merged, wanted, first)
    return Finding(tuple(in_order[:limit]), looser, len(in_order) > limit)


async def _exactly(records: Records, wanted: Wanted, limit: int) -> list[Patient]:
    count = str(limit)
    if wanted.number:
        return await _by_number(records, wanted.number, count)
    params: dict[str, str | tuple[str, ...]] = {}
    if wanted.names:
        params["name"] = tuple(wanted.names)
    if wanted.born:
        params["birthdate"] = ",".join(wanted.born)
    return [patient_of(each) for each in await ask(records, "Patient", _count=count, **params)]


async def _by_number(records: Records, digits: str, count: str) -> list[Patient]:
    found = await ask(records, "Patient", identifier=digits, _count=count)
    if not found:
        spellings = ",".join(each.replace(",", "\\,") for each in phone_spellings(digits))
        found = await ask(records, "Patient", phone=spellings, _count=count)
    return [patient_of(each) for each in found]


async def _similar(records: Records, wanted: Wanted) -> list[Patient]:
    """Names that begin alike and differ by a slip; the letter pairs most often exchanged are tried both ways."""
    longest = max(wanted.names, key=len)
    if len(longest) < 3:
        return []
    beginnings = {longest[:3], longest[0] + longest[2] + longest[1]}
    more = {"birthdate": ",".join(wanted.born)} if wanted.born else {}
    found = await ask(records, "Patient", name=",".join(sorted(beginnings)), _count="200", **more)
    return [patient for each in found if is_near(patient := patient_of(each), wanted.names)]


def _matches(patient: Patient, wanted: Wanted) -> bool:
    if wanted.number:
        return patient.mrn.startswith(wanted.number)
    born = not wanted.born or any(patient.born.startswith(each) for each in wanted.born)
    return born and is_near(patient, wanted.names)


def _merged(first: Sequence[Patient], second: Sequence[Patient]) -> list[Patient]:
    return list({each.id: each for each in (*first, *second)}.values())
