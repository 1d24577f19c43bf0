"""Spans of time and number, half open, and what each prefix says about two of them (R4 search §3.1.1.4.5 to 4.7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Context, Decimal
from typing import Any

from osler.core.errors import Invalid

EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
EXACT = Context(prec=2000)
"""Arithmetic that loses no digit."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?")


@dataclass(frozen=True, slots=True)
class Span:
    """[lo, hi). What has no beginning begins at EARLIEST, what has no end ends at LATEST, and so does 9999."""

    lo: Any
    hi: Any


def date_span(written: str, zone: tzinfo) -> Span:
    """The span a partial date covers: `2013` a year, `2013-01-14T10:00` a minute; in `zone` when it says none."""
    match = _DATE.fullmatch(written)
    if not match:
        raise Invalid("That is not a date.")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        start = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0))  # noqa: DTZ001
    except ValueError as wrong:
        raise Invalid("That is not a date.") from wrong
    if month is None:
        end = _year_start(start.year + 1)
    elif day is None:
        end = _year_start(start.year + 1) if start.month == 12 else start.replace(month=start.month + 1)
    elif hour is None:
        end = _later(start, timedelta(days=1))
    elif second is None:
        end = _later(start, timedelta(minutes=1))
    else:
        digits = (fraction or "")[:6]
        start = _later(start, timedelta(seconds=int(second), microseconds=int(digits.ljust(6, "0"))))
        end = _later(start, timedelta(microseconds=10 ** (6 - len(digits))))
    where = zone if offset is None else _offset(offset)
    return Span(_moment(start, where), _moment(end, where))


def _year_start(year: int) -> datetime:
    return datetime(year, 1, 1) if year <= 9999 else datetime.max  # noqa: DTZ001, DTZ901  (the zone follows in _moment)


def _later(start: datetime, by: timedelta) -> datetime:
    try:
        return start + by
    except OverflowError:
        return datetime.max  # noqa: DTZ901


def _offset(written: str) -> tzinfo:
    if written == "Z":
        return UTC
    hours, minutes = int(written[1:3]), int(written[4:6])
    return timezone((1 if written[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _moment(wall: datetime, zone: tzinfo) -> datetime:
    try:
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return EARLIEST if wall.year == 1 else LATEST


def number_span(written: Decimal) -> Span:
    """What the digits leave open: `5.4` is [5.35, 5.45), `1e2` is [50, 150)."""
    half = Decimal(5).scaleb(int(written.as_tuple().exponent) - 1)
    return Span(EXACT.subtract(written, half), EXACT.add(written, half))


def near_date(span: Span, now: datetime) -> Span:
    """Ten per cent of the time between then and now, on both sides."""
    gap = abs(now - span.lo) / 10
    return Span(max(span.lo, EARLIEST + gap) - gap, min(span.hi, LATEST - gap) + gap)


def contains(outer: Span, inner: Span) -> bool:
    return outer.lo <= inner.lo and inner.hi <= outer.hi


def overlaps(one: Span, other: Span) -> bool:
    return one.lo < other.hi and other.lo < one.hi


Rule = Callable[[Span, Span], bool]

DATE_RULES: dict[str, Rule] = {
    "eq": lambda asked, held: contains(asked, held),
    "ne": lambda asked, held: not contains(asked, held),
    "gt": lambda asked, held: held.hi > asked.hi,
    "lt": lambda asked, held: held.lo < asked.lo,
    "ge": lambda asked, held: held.hi > asked.lo,
    "le": lambda asked, held: held.lo < asked.hi,
    "sa": lambda asked, held: held.lo >= asked.hi,
    "eb": lambda asked, held: held.hi <= asked.lo,
    "ap": lambda asked, held: overlaps(asked, held),
}
