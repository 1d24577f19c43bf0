"""Quantities of FHIRPath: a number with a UCUM unit or a calendar duration (https://hl7.org/fhirpath/N1/#quantity)."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from osler.fhir.datatypes.units import canonical

_DEFINITE = {
    "week": "wk",
    "day": "d",
    "hour": "h",
    "minute": "min",
    "second": "s",
    "millisecond": "ms",
}
"""Calendar durations that are the same as a UCUM unit. A year and a month are not: they differ in length."""
_MONTHS = {"year": 12, "month": 1}
_UCUM_CALENDAR = {"a": "year", "mo": "month"}
CALENDAR_WORDS = {word: name for name in (*_MONTHS, *_DEFINITE) for word in (name, f"{name}s")}
"""`week`, `weeks` … to the singular."""


class Quantity(NamedTuple):
    """`unit` is UCUM, or with `calendar` the singular of a duration's name."""

    value: Decimal
    unit: str = "1"
    calendar: bool = False
    either: bool = False
    """Read from a resource, where the code `a` also means a calendar year and `mo` a month."""

    @classmethod
    def written(cls, value: Decimal, unit: str, *, in_quotes: bool) -> Quantity:
        """A literal: `4 days`, `4 'd'`."""
        if not in_quotes:
            return cls(value, CALENDAR_WORDS[unit], calendar=True)
        return cls(value, unit)

    def __str__(self) -> str:
        if self.calendar:
            return f"{self.value} {self.unit}{'' if self.value == 1 else 's'}"
        return f"{self.value} '{self.unit}'"

    @property
    def ucum(self) -> str:
        """The UCUM code; empty for calendar years and months, which have none."""
        return _DEFINITE.get(self.unit, "") if self.calendar else self.unit

    @property
    def duration(self) -> str:
        """Year, month, week … when it is a calendar duration, or one of UCUM that equals one; else empty."""
        if self.calendar:
            return self.unit
        if self.either and self.unit in _UCUM_CALENDAR:
            return _UCUM_CALENDAR[self.unit]
        return next((name for name, code in _DEFINITE.items() if code == self.unit), "")

    def base(self, *, calendar: bool = False) -> tuple[Decimal, str]:
        """Comparable with whatever has the same second part. `calendar`: take a UCUM year or month for one of these."""
        name = self.unit if self.calendar else _UCUM_CALENDAR.get(self.unit, "") if calendar else ""
        if name in _MONTHS:
            return self.value * _MONTHS[name], "calendar"
        found = canonical(self.value, self.ucum)
        return found if found is not None else (self.value, f"unknown {self.unit}")


def bases(one: Quantity, other: Quantity, *, loosely: bool = False) -> tuple[tuple[Decimal, str], tuple[Decimal, str]]:
    """Both in comparable form. `loosely`: a year of UCUM is a calendar year, as equivalence has it."""
    return (
        one.base(calendar=loosely or (one.either and other.calendar)),
        other.base(calendar=loosely or (other.either and one.calendar)),
    )


def compare_quantities(one: Quantity, other: Quantity) -> int | None:
    """-1, 0 or 1; None for what does not measure the same."""
    if one.unit == other.unit and one.calendar == other.calendar:
        mine, theirs = one.value, other.value
    else:
        (mine, dimension), (theirs, another) = bases(one, other)
        if dimension != another:
            return None
    return (mine > theirs) - (mine < theirs)
