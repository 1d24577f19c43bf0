"""FHIR date, dateTime, instant and time (https://hl7.org/fhir/R4/datatypes.html#dateTime).

A partial date is an interval with a precision, never a `datetime.date`: `2012` is all of 2012 and no day in it. Years
run from 0001 to 9999. `24:00` is refused. Second `60`, which the standard allows for leap seconds, is read as the first
second of the next minute. Digits of a fraction beyond the sixth are kept in `text` and otherwise cut off.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Precision = Literal["year", "month", "day", "second", "fraction"]

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(?:\.(\d+))?"
_ZONE = r"(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_INSTANT = re.compile(rf"\d{{4}}-\d\d-\d\dT{_CLOCK}{_ZONE}", re.ASCII)
_TIME = re.compile(_CLOCK, re.ASCII)
_BY_LENGTH: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date, dateTime or instant as precise as it was written."""

    text: str
    precision: Precision
    start: datetime
    """First moment: aware for `second` and `fraction`, without a zone for `year`, `month` and `day`."""

    @property
    def has_time(self) -> bool:
        return self.precision in ("second", "fraction")

    @property
    def day(self) -> date | None:
        """The calendar day as written; None when only a year or month is known."""
        return None if self.precision in ("year", "month") else self.start.date()

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Half-open [lo, hi) in UTC; whole days, months and years are those of `zone`.

        Ends outside the years 1 to 9999 of UTC are cut to `EARLIEST` and `LATEST`.
        """
        if self.has_time:
            width = timedelta(seconds=1) if self.precision == "second" else _fraction_width(self.text)
            return _utc(self.start), _later(_utc(self.start), width)
        after = self._next_start()
        return _utc(self.start.replace(tzinfo=zone)), LATEST if after is None else _utc(after.replace(tzinfo=zone))

    def _next_start(self) -> datetime | None:
        start = self.start
        if self.precision == "year":
            return start.replace(year=start.year + 1) if start.year < 9999 else None
        days = monthrange(start.year, start.month)[1] if self.precision == "month" else 1
        try:
            return start + timedelta(days=days)
        except OverflowError:
            return None


def parse_date(text: str) -> PartialDate:
    """`2012`, `2012-02` or `2012-02-29`. Raises ValueError for anything else, and for days that never were."""
    if _DATE.fullmatch(text) is None:
        raise ValueError("not a FHIR date")
    padded = text + "-01-01"[len(text) - 4 :]
    return PartialDate(text, _BY_LENGTH[len(text)], datetime.fromisoformat(padded))


def parse_instant(text: str) -> PartialDate:
    """`2012-02-29T10:00:00Z`: at least to the second, always with a zone. Raises ValueError for anything else."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError("not a FHIR instant")
    precision = "fraction" if found[3] else "second"
    if found[2] == "60":
        start = datetime.fromisoformat(text[:17] + "59" + text[19:])
        return PartialDate(text, precision, _later(start, timedelta(seconds=1)))
    return PartialDate(text, precision, datetime.fromisoformat(text))


def parse_date_time(text: str) -> PartialDate:
    """A date as `parse_date` takes it, or a time as `parse_instant` does. Raises ValueError for anything else."""
    return parse_date(text) if len(text) <= 10 else parse_instant(text)


def parse_time(text: str) -> time:
    """`14:30:00`, no zone. A leap second is the last microsecond of its minute. Raises ValueError for anything else."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("not a FHIR time")
    if found[2] == "60":
        return time.fromisoformat(text[:6] + "59.999999")
    return time.fromisoformat(text)


def _fraction_width(text: str) -> timedelta:
    digits = len(text.split(".", 1)[1].rstrip("Z").split("+")[0].split("-")[0])
    return timedelta(microseconds=10 ** max(0, 6 - digits))


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return EARLIEST if moment.year == 1 else LATEST


def _later(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return datetime.max.replace(tzinfo=moment.tzinfo)
