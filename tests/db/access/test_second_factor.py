"""The second factor: codes of a device, recovery codes, and taking the factor away."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from osler.access import second_factor, users
from osler.access.sign_in import confirm_code
from osler.access.throttle import USER_FREE, Throttled
from osler.core.errors import Forbidden, Unauthenticated
from osler.store.accounts import find_account
from tests.db.access.conftest import ADMIN, HERE, NURSE, enter


async def test_with_a_device_the_password_alone_opens_nothing(house, sessions, device):
    begun = await enter(house)
    assert begun.needs_code
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(begun.cookie)


async def test_the_code_finishes_signing_in_under_a_new_cookie(house, sessions, clock, device):
    begun = await enter(house)
    signed_in = await confirm_code(house, begun.cookie, device[0].at(clock()), address=HERE)
    await sessions.authenticate(signed_in.cookie)
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(begun.cookie)
    with pytest.raises(Unauthenticated):
        await confirm_code(house, begun.cookie, device[0].at(clock()), address=HERE)


async def test_a_code_works_once_even_when_sent_twice_at_the_same_time(house, clock, device):
    begun = [await enter(house), await enter(house)]
    code = device[0].at(clock())
    results = await asyncio.gather(
        *(confirm_code(house, each.cookie, code, address=HERE) for each in begun), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["SignedIn", "Unauthenticated"]


async def test_a_recovery_code_works_once(house, device):
    code = device[1][3]
    await confirm_code(house, (await enter(house)).cookie, code.upper(), address=HERE)
    with pytest.raises(Unauthenticated):
        await confirm_code(house, (await enter(house)).cookie, code, address=HERE)


async def test_wrong_codes_end_the_attempt_and_the_right_password_does_not_buy_new_ones(house, clock, device):
    begun, refusals = await enter(house), []
    for _ in range(USER_FREE + 2):
        with pytest.raises(Unauthenticated) as error:
            await confirm_code(house, begun.cookie, "000000", address=HERE)
        refusals.append(type(error.value))
    assert refusals == [Unauthenticated] * USER_FREE + [Throttled] * 2
    with pytest.raises(Throttled):
        await enter(house)


async def test_the_code_must_come_within_minutes(house, clock, device):
    begun = await enter(house)
    clock.advance(timedelta(minutes=6))
    with pytest.raises(Unauthenticated):
        await confirm_code(house, begun.cookie, device[0].at(clock()), address=HERE)


async def test_an_administrator_can_take_the_factor_away_and_a_colleague_cannot(house, nora, device):
    with pytest.raises(Forbidden):
        await users.remove_second_factor(house, NURSE, nora.id)
    await users.remove_second_factor(house, ADMIN, nora.id)
    assert not (await enter(house)).needs_code


async def test_a_code_is_nothing_to_an_account_without_a_device(house, nora):
    async with house.pool.connection() as conn:
        account = await find_account(conn, nora.id)
        assert account is not None
        assert not await second_factor.accept(conn, account, "000000", house.clock())
