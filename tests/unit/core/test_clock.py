"""Clocks give aware times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from osler.core.clock import SetClock, now


def test_the_present_has_a_zone():
    assert now().tzinfo is UTC


def test_a_set_clock_stands_until_it_is_moved():
    clock = SetClock(datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=-5))))
    assert clock() == clock() == datetime(2026, 3, 1, 17, tzinfo=UTC)
    clock.advance(timedelta(minutes=5))
    assert clock() == datetime(2026, 3, 1, 17, 5, tzinfo=UTC)


def test_a_set_clock_refuses_a_time_without_zone_and_the_past():
    with pytest.raises(ValueError, match="zone"):
        SetClock(datetime(2026, 3, 1))
    with pytest.raises(ValueError, match="back"):
        SetClock(datetime(2026, 3, 1, tzinfo=UTC)).advance(timedelta(seconds=-1))
