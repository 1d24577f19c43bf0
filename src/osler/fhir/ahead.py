"""What is dated ahead of now: written in the record, but not yet measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import takewhile
from typing import Protocol, TypeVar

from osler.fhir.readers import instant

_FAST = timedelta(minutes=5)
"""How far the clock of a device may be ahead of ours."""


class Dated(Protocol):
    @property
    def at(self) -> str: ...


Each = TypeVar("Each", bound=Dated)


def is_ahead(at: str, now: datetime, zone: tzinfo) -> bool:
    """Whether a date or instant is still to come."""
    moment = instant(at, zone)
    return moment is not None and moment > now + _FAST


def count_ahead(newest_first: Sequence[Dated], now: datetime, zone: tzinfo) -> int:
    """How many of them, all at the beginning, are still to come."""
    return sum(1 for _ in takewhile(lambda each: is_ahead(each.at, now, zone), newest_first))


def without_ahead(newest_first: Sequence[Each], now: datetime, zone: tzinfo) -> Sequence[Each]:
    """Those that have come: what is dated ahead is the latest of nothing."""
    return newest_first[count_ahead(newest_first, now, zone) :]
