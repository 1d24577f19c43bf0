"""Dates and numbers as the spans that searches compare (R4 search §3.1.1.4.6, §3.1.1.4.7).

Dates are half-open spans [lo, hi) in UTC, as wide as what was written is vague. Numbers as written in a search are
half-open spans of half a unit of their last digit to either side.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Context, Decimal
from functools import lru_cache

DateSpan = tuple[datetime, datetime]

LARGEST_EXPONENT = 100
"""Numbers from 10^101 up, or down to 10^-101, are no measurements: searches refuse them and they are not indexed."""

EXACT = Context(prec=300)
"""Decimal arithmetic that never rounds what a search or a resource holds."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"[+-]?\d{1,100}(?:\.\d{1,100})?(?:[eE][+-]?\d{1,3})?", re.ASCII)


@lru_cache(maxsize=16_384)
def date_span(text: str, zone: tzinfo) -> DateSpan | None:
    """The span of a FHIR date, dateTime or instant, or of a search's minute; None when it is none of these.

    Without a zone of its own it is read in `zone`. Clamped to the years 1 to 9999.
    """
    if len(text) > 19 and text[10] == "T" and text[16] == ":" and (text[-1] == "Z" or text[-3] == ":"):
        quick = _quick_span(text)
        if quick is not None:
            return quick
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        if hour is None:
            return _days(int(year), int(month or 0), int(day or 0), zone)
        leap = second == "60"
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), 59 if leap else int(second or 0))  # noqa: DTZ001
        lo = _in_utc(local.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0"))), offset, zone)
        if leap:
            lo = _moved(lo, timedelta(seconds=1))
        return lo, _moved(lo, _width(second, fraction))
    except ValueError:
        return None


def _quick_span(text: str) -> DateSpan | None:
    """The common case, down to the second and with a zone; None leaves it to the careful reading."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        lo = datetime.fromisoformat(text).astimezone(UTC)
        if text[19] != ".":
            return lo, lo + _SECOND
        digits = len(text) - (21 if text[-1] == "Z" else 26)
        return lo, lo + timedelta(microseconds=10 ** max(0, 6 - digits))
    except (ValueError, OverflowError):
        return None


def number_span(text: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """A written number as (itself, lo, hi) of its precision; None when it is no number or out of all proportion."""
    if _NUMBER.fullmatch(text) is None:
        return None
    number = Decimal(text)
    if not indexable(number):
        return None
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    half = Decimal(5).scaleb(exponent - 1)
    return number, EXACT.subtract(number, half), EXACT.add(number, half)


def indexable(number: Decimal) -> bool:
    """Of a magnitude that searches compare."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and abs(exponent) <= LARGEST_EXPONENT and number.adjusted() <= LARGEST_EXPONENT


def around(span: DateSpan, margin: timedelta) -> DateSpan:
    """The span with `margin` added on both sides."""
    return _moved(span[0], -margin), _moved(span[1], margin)


def _days(year: int, month: int, day: int, zone: tzinfo) -> DateSpan:
    first = datetime(year, month or 1, day or 1)  # noqa: DTZ001
    if day:
        after = first + timedelta(days=1) if first < datetime(9999, 12, 31) else None  # noqa: DTZ001
    elif month:
        after = datetime(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else None  # noqa: DTZ001
    else:
        after = datetime(year + 1, 1, 1) if year < 9999 else None  # noqa: DTZ001
    return _in_utc(first, None, zone), _LATEST if after is None else _in_utc(after, None, zone)


def _in_utc(local: datetime, offset: str | None, zone: tzinfo) -> datetime:
    if offset is None:
        try:
            return local.replace(tzinfo=zone).astimezone(UTC)
        except OverflowError:
            return _EARLIEST if local.year == 1 else _LATEST
    if offset == "Z":
        return local.replace(tzinfo=UTC)
    east = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    return _moved(local.replace(tzinfo=UTC), east if offset[0] == "-" else -east)


def _moved(instant: datetime, by: timedelta) -> datetime:
    try:
        return instant + by
    except OverflowError:
        return _EARLIEST if by < timedelta(0) else _LATEST


def _width(second: str | None, fraction: str | None) -> timedelta:
    if second is None:
        return timedelta(minutes=1)
    if fraction is None:
        return timedelta(seconds=1)
    return timedelta(microseconds=10 ** max(0, 6 - len(fraction)))
