"""Dates and numbers as the spans that searches compare (R4 search §3.1.1.4.6, §3.1.1.4.7).

Dates are half-open spans [lo, hi) in UTC, as wide as what was written is vague. Numbers as written in a search are
half-open spans of half a unit of their last digit to either side.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Context, Decimal
from functools import lru_cache

from osler.fhir.datatypes.dates import EARLIEST, LATEST, parse_date_time

DateSpan = tuple[datetime, datetime]

LARGEST_EXPONENT = 100
"""Numbers from 10^101 up, or down to 10^-101, are no measurements: searches refuse them and they are not indexed."""

EXACT = Context(prec=300)
"""Decimal arithmetic that never rounds what a search or a resource holds."""

_MINUTE = timedelta(minutes=1)
_VAGUE_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,100}(?:\.\d{1,100})?(?:[eE][+-]?\d{1,3})?", re.ASCII)


@lru_cache(maxsize=16_384)
def date_span(text: str, zone: tzinfo) -> DateSpan | None:
    """The span of a FHIR date, dateTime or instant, or of a search's minute; None when it is none of these.

    Without a zone of its own it is read in `zone`. Clamped to the years 1 to 9999.
    """
    try:
        return parse_date_time(text).span(zone)
    except ValueError:
        return _vague_time_span(text, zone)


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


def _vague_time_span(text: str, zone: tzinfo) -> DateSpan | None:
    """A time that lacks its seconds or its zone, as searches may write it (§3.1.1.4.7)."""
    found = _VAGUE_TIME.fullmatch(text)
    if found is None:
        return None
    minute, seconds, offset = found.groups()
    try:
        lo, hi = parse_date_time(minute + (seconds or ":00") + (offset or "Z")).span(zone)
    except ValueError:
        return None
    if not offset:
        lo, hi = _read_in(lo, zone), _moved(_read_in(lo, zone), hi - lo)
    return (lo, hi) if seconds else (lo, _moved(lo, _MINUTE))


def _read_in(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return EARLIEST if moment.year == 1 else LATEST


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return EARLIEST if by < timedelta(0) else LATEST
