"""Systolic and diastolic pressures that were recorded apart, as the one blood pressure that they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from osler.access.records import Resource
from osler.clinical.vitals.fhir import Reading, part_of
from osler.clinical.vitals.signs import DIASTOLIC, SYSTOLIC

_PRESSURE = "pressure"
Place = tuple[str, str]


def readings_of(found: Iterable[Resource], *, in_error: bool = False) -> list[Reading]:
    """The measurements among these Observations, in their order; halves of a blood pressure of one time are one."""
    return paired([part for each in found if (part := part_of(each, in_error=in_error))])


def paired(parts: Sequence[Reading]) -> list[Reading]:
    """Never guesses: of several different values of one time none is paired. A diastolic alone is not read."""
    halves = {key: _by_place(parts, key) for key in (SYSTOLIC.key, DIASTOLIC.key)}
    panels = {(each.at, each.value) for each in parts if each.key == _PRESSURE}
    told: set[tuple[Place, object]] = set()
    found: list[Reading] = []
    for each in parts:
        if each.key == SYSTOLIC.key:
            said = (_place(each), each.value)
            if (each.at, each.value) in panels or said in told:
                continue
            told.add(said)
            found.append(_whole(each, halves[SYSTOLIC.key], halves[DIASTOLIC.key]))
        elif each.key != DIASTOLIC.key:
            found.append(each)
    return found


def _whole(systolic: Reading, systolics: dict[Place, list[Reading]], diastolics: dict[Place, list[Reading]]) -> Reading:
    place = _place(systolic)
    others = diastolics.get(place, [])
    clear = systolic.at and len({each.value for each in systolics[place]}) == len({each.value for each in others}) == 1
    if not clear:
        return replace(systolic, key=_PRESSURE)
    other = others[0]
    note = " ".join(dict.fromkeys(filter(None, (systolic.note, other.note))))
    return replace(systolic, key=_PRESSURE, second=other.value, flag=_flag(systolic.flag, other.flag), note=note)


def _flag(*flags: str) -> str:
    """What is out of order in either; normal only when both were said to be."""
    return next((each for each in flags if each not in ("", "N")), "N" if set(flags) == {"N"} else "")


def _by_place(parts: Iterable[Reading], key: str) -> dict[Place, list[Reading]]:
    found: dict[Place, list[Reading]] = {}
    for each in parts:
        if each.key == key:
            found.setdefault(_place(each), []).append(each)
    return found


def _place(reading: Reading) -> Place:
    return reading.at, reading.site
