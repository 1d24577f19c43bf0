"""What time it is. Only the doors ask; everything below them is handed `now`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present as an aware datetime in UTC."""


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def to_milliseconds(moment: datetime) -> datetime:
    """The moment without what is finer than a millisecond: what lastUpdated holds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class SetClock:
    """A clock that stands still until it is moved: for tests, and for demo data that has to come out the same."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs a time with a zone")
        self._at = at.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move on; the clock never goes back."""
        if by < timedelta(0):
            raise ValueError("a clock does not go back")
        self._at += by
