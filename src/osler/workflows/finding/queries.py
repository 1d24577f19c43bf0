"""Finding a patient by name, birth date, record number or telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from osler.access.ask import ask
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient, patient_of
from osler.clinical.patients.queries import list_patients
from osler.workflows.finding.rules import Wanted, begins, is_near, namesakes, phone_spellings, rank, read_query

FEW = 3
"""With fewer exact matches than this, similar names are looked for too."""
SHORT, MANY = 2, 200_000
"""Where there are many patients, words this short begin thousands of names: only whole names match them (Ng, Li)."""
MOST = 100
"""As many matches are looked at; `Finding.counted` says whether there were more."""


_WHOLE = 7
"""Digits that a telephone number has at least; fewer are a piece of a number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`patients` the likeliest of `total`; `looser`: too few matched as typed, and similar names were added.

    `counted`: `total` is all there are, not only the most that are looked at. `alike`: ids of those among all matches
    who could be taken for one another. `partly`: a piece of a record number, looked for only among those of `first`.
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
    found = await _exactly(records, wanted)
    merged = _merged([each for each in about if _matches(each, wanted)], found)
    looser = False
    if len(merged) < FEW and wanted.names:
        near = [each for each in about if _born(each, wanted) and is_near(each, wanted.names)]
        similar = _merged(near, await _similar(records, wanted))
        looser = any(each.id not in {one.id for one in merged} for each in similar)
        merged = _merged(merged, similar)
    in_order = rank(merged, wanted, first)
    return Finding(
        tuple(in_order[:limit]), looser, len(in_order), len(found) < MOST, namesakes((*in_order, *about)),
        bool(wanted.number) and len(wanted.number) < _WHOLE and not found,
    )  # fmt: skip


async def _exactly(records: Records, wanted: Wanted) -> list[Patient]:
    """When the name is so common that not all can be looked at, those whose surname it is are among them."""
    count = str(MOST)
    if wanted.number:
        return await _by_number(records, wanted.number, count)
    params: dict[str, str | tuple[str, ...]] = {}
    if wanted.names:
        # The longest first: of equals the search engine lets the first one lead, and it leaves the fewest.
        params["name"] = tuple(sorted(wanted.names, key=len, reverse=True))
    if wanted.born:
        params["birthdate"] = ",".join(wanted.born)
    found = [patient_of(each) for each in await ask(records, "Patient", _count=count, **params)]
    if len(found) < MOST or not wanted.names:
        return found
    surnames = await ask(records, "Patient", _count=count, family=wanted.names[0], **params)
    return _merged([patient_of(each) for each in surnames], found)


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
    found = await ask(records, "Patient", name=",".join(sorted(beginnings)), _count="100", **more)
    return [patient for each in found if is_near(patient := patient_of(each), wanted.names)]


def _matches(patient: Patient, wanted: Wanted) -> bool:
    if wanted.number:
        return patient.mrn.startswith(wanted.number)
    return _born(patient, wanted) and begins(patient, wanted.names)


def _born(patient: Patient, wanted: Wanted) -> bool:
    return not wanted.born or any(patient.born.startswith(each) for each in wanted.born)


def _merged(first: Sequence[Patient], second: Sequence[Patient]) -> list[Patient]:
    return list({each.id: each for each in (*first, *second)}.values())
