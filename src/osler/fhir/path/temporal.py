"""Dates, times and moments of FHIRPath: each as precise as it was written (https://hl7.org/fhirpath/N1/#date).

Two of them can be neither equal nor unequal: `2012` and `2012-04` may or may not be the same. Then `compare` is None.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Kind = Literal["Date", "DateTime", "Time"]

_CLOCK = r"(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?"
_TIME = re.compile(rf"T?{_CLOCK}", re.ASCII)
_MOMENT = re.compile(rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d))?)?(T(?:{_CLOCK}(Z|[+-]\d\d:\d\d)?)?)?", re.ASCII)
_EARLIEST_ZONE, _LATEST_ZONE = 14 * 60, -12 * 60


class Temporal:
    """A Date, DateTime or Time. `fields` are year, month, day, hour, minute, second as far as they are known; of a Time,
    hour, minute, second. The last second has its fraction."""

    __slots__ = ("digits", "fields", "kind", "offset")

    def __init__(
        self, kind: Kind, fields: tuple[int | Decimal, ...], digits: int = 0, offset: int | None = None
    ) -> None:
        self.kind: Kind = kind
        self.fields = fields
        self.digits = digits
        """Digits of the second's fraction."""
        self.offset = offset
        """Minutes east of UTC; None when it was not said."""

    def __str__(self) -> str:
        if self.kind == "Time":
            return _clock(self.fields, self.digits)
        day = "-".join(f"{field:0{4 if index == 0 else 2}}" for index, field in enumerate(self.fields[:3]))
        if len(self.fields) <= 3:
            return day
        return f"{day}T{_clock(self.fields[3:], self.digits)}{_zone(self.offset)}"

    def __repr__(self) -> str:
        return f"@{'T' if self.kind == 'Time' else ''}{self}"

    def at_utc(self) -> tuple[int | Decimal, ...]:
        """Day number, hour, minute, second as far as known, in UTC. Only for those with an offset."""
        year, month, day, hour, *rest = self.fields
        minute = rest[0] if rest else 0
        ordinal = date(int(year), int(month), int(day)).toordinal()
        total = ordinal * 1440 + int(hour) * 60 + int(minute) - (self.offset or 0)
        exact = (total // 1440, total % 1440 // 60, total % 60, *rest[1:])
        return exact if rest or total % 60 else exact[:2]


def parse_temporal(text: str, *, literal: bool = False) -> Temporal | None:
    """`2012`, `2012-04-15T10:00`, `T10:00`; None for what is none, and for days that never were.

    A FHIR `date` of a resource has no T; of what is written in an expression, the T alone makes a DateTime.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        return _parse_time(text) if not literal or text.startswith("T") else None
    if found[4] and found[4] != "T" and not found[3]:
        return None
    fields = _fields(found.group(1, 2, 3, 5, 6, 7), found[8])
    if not _is_day(fields) or not _is_clock(fields[3:]):
        return None
    offset = _offset(found[9])
    if offset is not None and abs(offset) > _EARLIEST_ZONE:
        return None
    return Temporal("DateTime" if found[4] else "Date", fields, len(found[8] or ""), offset)


@lru_cache(maxsize=8192)
def parse_date_time(text: str) -> Temporal | None:
    """The value of a FHIR dateTime or instant."""
    found = parse_temporal(text)
    if found is None or found.kind == "Time":
        return None
    return found if found.kind == "DateTime" else Temporal("DateTime", found.fields)


@lru_cache(maxsize=8192)
def parse_date(text: str) -> Temporal | None:
    """The value of a FHIR date."""
    found = parse_temporal(text)
    return found if found is not None and found.kind == "Date" else None


def parse_clock(text: str) -> Temporal | None:
    """The value of a FHIR time."""
    return _parse_time(text) if not text.startswith("T") else None


def from_datetime(moment: datetime) -> Temporal:
    """An aware moment, to the millisecond."""
    second = Decimal(moment.second) + Decimal(moment.microsecond // 1000).scaleb(-3)
    offset = moment.utcoffset() or timedelta()
    fields = (moment.year, moment.month, moment.day, moment.hour, moment.minute, second)
    return Temporal("DateTime", fields, 3, round(offset.total_seconds() / 60))


def compare(one: Temporal, other: Temporal, zone: tzinfo | None) -> int | None:
    """-1, 0 or 1; None where the precision does not tell, or where they cannot be compared at all.

    A moment without an offset is of `zone`. When there is no zone either, it may be anywhere on earth.
    """
    if (one.kind == "Time") != (other.kind == "Time"):
        return None
    if one.offset is not None and other.offset is not None:
        return _by_fields(one.at_utc(), other.at_utc())
    if one.offset is None and other.offset is None:
        return _by_fields(one.fields, other.fields)
    if zone is not None:
        return _by_fields(_local(one, zone), _local(other, zone))
    return _by_bounds(_bounds(one), _bounds(other))


def _by_fields(one: tuple[int | Decimal, ...], other: tuple[int | Decimal, ...]) -> int | None:
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            return -1 if mine < theirs else 1
    return 0 if len(one) == len(other) else None


def _by_bounds(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal]) -> int | None:
    if one[1] <= other[0]:
        return -1
    return 1 if one[0] >= other[1] else None


def _local(moment: Temporal, zone: tzinfo) -> tuple[int | Decimal, ...]:
    if moment.offset is None or len(moment.fields) < 5:
        return moment.fields
    year, month, day, hour, minute, *second = moment.fields
    aware = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=UTC)
    try:
        there = (aware - timedelta(minutes=moment.offset)).astimezone(zone)
    except OverflowError:
        return moment.fields
    return (there.year, there.month, there.day, there.hour, there.minute, *second)


def _bounds(moment: Temporal) -> tuple[Decimal, Decimal]:
    """First and last second of UTC that it can mean."""
    low, high = _seconds(moment.fields, first=True), _seconds(moment.fields, first=False)
    if moment.offset is not None:
        return low - moment.offset * 60, high - moment.offset * 60
    return low - _EARLIEST_ZONE * 60, high - _LATEST_ZONE * 60


def _seconds(fields: tuple[int | Decimal, ...], *, first: bool) -> Decimal:
    year = int(fields[0])
    month = fields[1] if len(fields) > 1 else (1 if first else 12)
    day = fields[2] if len(fields) > 2 else (1 if first else days_in(year, int(month)))
    rest = (0, 0, 0) if first else (23, 59, 60)
    hour, minute, second = (*fields[3:], *rest[max(0, len(fields) - 3) :])
    ordinal = date(year, int(month), int(day)).toordinal()
    return Decimal(((ordinal * 24 + int(hour)) * 60 + int(minute)) * 60) + second


def days_in(year: int, month: int) -> int:
    following = date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
    return following.day


def _parse_time(text: str) -> Temporal | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    fields = _fields(found.group(1, 2, 3), found[4])
    return Temporal("Time", fields, len(found[4] or "")) if _is_clock(fields) else None


def _fields(texts: tuple[str | None, ...], fraction: str | None) -> tuple[int | Decimal, ...]:
    fields: tuple[int | Decimal, ...] = tuple(int(text) for text in texts if text is not None)
    return (*fields[:-1], Decimal(f"{fields[-1]}.{fraction}")) if fraction else fields


def _is_day(fields: tuple[int | Decimal, ...]) -> bool:
    year, month, day = (*fields[:3], 1, 1)[:3]
    return year > 0 and 1 <= month <= 12 and 1 <= day <= days_in(int(year), int(month))


def _is_clock(fields: tuple[int | Decimal, ...]) -> bool:
    hour, minute, second = (*fields[:3], 0, 0, 0)[:3]
    return hour < 24 and minute < 60 and second < 61


def _offset(text: str | None) -> int | None:
    if not text:
        return None
    minutes = 0 if text == "Z" else int(text[1:3]) * 60 + int(text[4:])
    return -minutes if text.startswith("-") else minutes


def _clock(fields: tuple[int | Decimal, ...], digits: int) -> str:
    texts = [f"{int(field):02}" for field in fields]
    if digits:
        texts[2] = f"{fields[2]:0{digits + 3}.{digits}f}"
    return ":".join(texts)


def _zone(offset: int | None) -> str:
    if not offset:
        return "" if offset is None else "Z"
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
