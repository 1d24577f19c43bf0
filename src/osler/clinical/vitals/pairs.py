"""Systolic and diastolic pressures that were recorded apart, as the one blood pressure that they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

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


def told_as_one(id_: str, parts: Sequence[Reading]) -> list[str]:
    """Ids of all that the chart shows as the one measurement of which this is a part, itself left out.

    The other half of a blood pressure and whatever says the same a second time: when one is withdrawn and another stays,
    the chart goes on showing what was entered in error.
    """
    one = next((each for each in parts if each.id == id_), None)
    if one is None or not one.at or one.key not in (_PRESSURE, SYSTOLIC.key, DIASTOLIC.key):
        return []
    said = _sayings(one, [each for each in parts if _place(each) == _place(one)])
    here = [each for each in parts if each.at == one.at and (one.key == _PRESSURE or each.site == one.site)]
    return [each.id for each in here if each.id != id_ and (each.key, each.value, each.second) in said]


def _sayings(one: Reading, here: Sequence[Reading]) -> set[tuple[str, Decimal | None, Decimal | None]]:
    """Key, value and second value of what says the same as this."""
    if one.key == _PRESSURE:
        halves = ((SYSTOLIC.key, one.value, None), (DIASTOLIC.key, one.second, None))
        return {(one.key, one.value, one.second), *halves}
    found: set[tuple[str, Decimal | None, Decimal | None]] = {
        (each.key, each.value, None) for each in here if each.key in (SYSTOLIC.key, DIASTOLIC.key)
    }
    # Of several at once nobody can say which belongs to which.
    return found if len(found) == 2 == len({key for key, *_ in found}) else {(one.key, one.value, None)}


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
