"""A patient's vital signs: the latest of each, and their course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from osler.access.ask import ask, ask_page
from osler.access.records import Records
from osler.clinical.vitals.fhir import Reading, part_of
from osler.clinical.vitals.pairs import readings_of, told_as_one
from osler.clinical.vitals.signs import DIASTOLIC, LOINC, SINGLE, SYSTOLIC
from osler.fhir.ahead import count_ahead, without_ahead

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category|vital-signs"
_PRESSURES = (SYSTOLIC.code, DIASTOLIC.code)
"""Of the components of a blood pressure, or of its halves that were recorded apart."""
_CODES = {"pressure": _PRESSURES} | {sign.key: (sign.code, *sign.more_codes) for sign in SINGLE}


_FURTHER = 20
"""Measurements of what the latest forty do not hold, at the first try."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest of one vital sign and the one before it."""

    reading: Reading
    before: Reading | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """All readings of one moment, by key."""

    at: str
    readings: dict[str, Reading]


async def list_latest(records: Records, patient: str, now: datetime) -> tuple[dict[str, Latest], int]:
    """The latest of every vital sign, by key, and how many measurements are dated ahead of now: these are the latest of
    nothing. Reads the last forty, and further back only what is not among them.
    """
    page = await ask_page(
        records, "Observation", patient=f"Patient/{patient}", category=_CATEGORY, _sort="-date", _count="40"
    )
    zone = records.store.zone
    readings = readings_of(page.matches)
    ahead = count_ahead(readings, now, zone)
    found = _latest(readings[ahead:])
    if page.next and (pressure := found.get("pressure")) and pressure.reading.second is None:
        del found["pressure"]  # its other half may be beyond the page
    missing = [key for key in _CODES if key not in found] if page.next else []
    if missing:
        codes = tuple(code for key in missing for code in _CODES[key])
        further = without_ahead(await list_readings(records, patient, codes=codes, limit=_FURTHER), now, zone)
        found |= _latest(further)
        for key in missing if len(further) >= _FURTHER // 2 else ():
            if key not in found:
                found |= _latest(
                    without_ahead(await list_readings(records, patient, codes=_CODES[key], limit=4), now, zone)
                )
    return found, ahead


async def list_readings(
    records: Records, patient: str, *, codes: tuple[str, ...] = (), since: datetime | None = None, limit: int = 40
) -> list[Reading]:
    """Measurements, newest first: all kinds, or those with one of these LOINC codes; pressures also as components."""
    # Only pressures are looked for among components: a question by the code itself is one look-up.
    by_code = "combo_code" if set(codes) & set(_PRESSURES) else "code"
    what = {by_code: ",".join(f"{LOINC}|{code}" for code in codes)} if codes else {"category": _CATEGORY}
    if since:
        what["date"] = f"ge{since.date().isoformat()}"
    found = await ask(records, "Observation", patient=f"Patient/{patient}", _sort="-date", _count=str(limit), **what)
    return readings_of(found)


async def list_pressures(records: Records, patient: str, since: datetime | None) -> list[Reading]:
    """Blood pressures, oldest first."""
    return (await list_readings(records, patient, codes=_PRESSURES, since=since, limit=200))[::-1]


async def list_columns(records: Records, patient: str, *, cursor: str = "") -> tuple[list[Column], str]:
    """Measurements by moment, newest first, and where to go on (empty at the end)."""
    more = {"_cursor": cursor} if cursor else {}
    page = await ask_page(
        records, "Observation", patient=f"Patient/{patient}", category=_CATEGORY, _sort="-date", _count="120", **more
    )
    columns: dict[str, dict[str, Reading]] = {}
    for reading in readings_of(page.matches):
        columns.setdefault(reading.at, {}).setdefault(reading.key, reading)
    return [Column(at, readings) for at, readings in columns.items()], page.next or ""


async def list_withdrawn(records: Records, patient: str) -> list[Reading]:
    """The latest that were entered in error, newest first."""
    found = await ask(
        records, "Observation", patient=f"Patient/{patient}", category=_CATEGORY, status="entered-in-error",
        _sort="-date", _count="20",
    )  # fmt: skip
    return readings_of(found, in_error=True)


async def list_told_as_one(records: Records, patient: str, id_: str) -> list[str]:
    """Ids of the other Observations that the chart shows as one blood pressure with this one. Raises NotFound."""
    part = part_of(await records.read("Observation", id_))
    if part is None or part.key in _CODES.keys() - {"pressure"} or not part.at:
        return []
    codes = ",".join(f"{LOINC}|{code}" for code in _PRESSURES)
    found = await ask(records, "Observation", patient=f"Patient/{patient}", combo_code=codes, date=part.at, _count="40")
    return told_as_one(id_, [each for one in found if (each := part_of(one))])


async def list_last_values(records: Records, patient: str, now: datetime) -> dict[str, Decimal]:
    """The last value of each vital sign in its first unit, for plausibility."""
    found, _ = await list_latest(records, patient, now)
    return {key: latest.reading.converted for key, latest in found.items()}


def _latest(readings: Sequence[Reading]) -> dict[str, Latest]:
    found: dict[str, Latest] = {}
    for reading in readings:
        known = found.get(reading.key)
        if known is None:
            found[reading.key] = Latest(reading)
        elif known.before is None:
            found[reading.key] = Latest(known.reading, reading)
    return found
