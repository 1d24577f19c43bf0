"""Checks of large resources take turns; others are told apart by their size."""

from __future__ import annotations

import asyncio
import time

import pytest

from osler.access.rules import Rules, is_large


async def test_large_checks_go_one_after_the_other():
    rules, inside, most = Rules(), 0, 0

    def check(number: int) -> int:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.01)
        inside -= 1
        return number

    assert await asyncio.gather(*(rules.in_turn(lambda n=n: check(n)) for n in range(5))) == [0, 1, 2, 3, 4]
    assert most == 1


async def test_a_check_that_fails_lets_the_next_one_in():
    rules = Rules()

    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        await rules.in_turn(fail)
    assert await rules.in_turn(lambda: 1) == 1


def test_what_is_large():
    assert not is_large({"resourceType": "Patient"})
    assert is_large({"resourceType": "Binary", "data": "a" * 20_000})
