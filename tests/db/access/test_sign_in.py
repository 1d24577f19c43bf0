"""Signing in: what works, what does not, that neither tells who exists, and that guessing gets nobody far."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from osler.access import users
from osler.access.sign_in import sign_in
from osler.access.throttle import USER_FREE, Throttled
from osler.core.errors import Unauthenticated
from tests.db.access.conftest import ADMIN, PASSWORD, audited, enter


async def test_whoever_signs_in_is_who_the_account_says(house, sessions, nora):
    signed_in = await enter(house, login=" NORA ")
    session = await sessions.authenticate(signed_in.cookie)
    actor = session.actor
    assert (actor.id, actor.kind, actor.display, actor.roles) == (nora.id, "user", "Nora N", ("nurse",))
    assert (actor.practitioner, actor.sites, actor.via) == ("pr1", frozenset("s"), session.id)
    assert await audited(house) == [(30, 0), (20, 0)]


async def test_wrong_login_wrong_password_and_closed_account_are_the_same_answer(house, nora):
    answers = set()
    for login, password in (("nobody", PASSWORD), ("nora", "wrong horse battery")):
        with pytest.raises(Unauthenticated) as error:
            await enter(house, password, login)
        answers.add(error.value.message)
    await users.set_disabled(house, ADMIN, nora.id, disabled=True)
    with pytest.raises(Unauthenticated) as error:
        await enter(house)
    assert answers | {error.value.message} == {"The login or the password is not right."}
    assert (20, 6) in await audited(house)


async def test_the_database_holds_neither_cookie_nor_password(house, nora):
    signed_in = await enter(house)
    async with house.pool.connection() as conn:
        text = str([*await conn.fetch("SELECT * FROM session"), *await conn.fetch("SELECT * FROM account")])
    assert signed_in.cookie not in text
    assert PASSWORD not in text


async def test_the_cookie_the_browser_had_is_void_after_signing_in(house, sessions, nora):
    first = await enter(house)
    second = await enter(house, before=first.cookie)
    assert first.cookie != second.cookie
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(first.cookie)
    await sessions.authenticate(second.cookie)


@pytest.mark.parametrize("cookie", ["", "x", "ü" * 50, "\ud800", "0" * 5000])
async def test_a_cookie_that_was_never_given_is_nobody(sessions, cookie):
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(cookie)


async def test_outdated_hashes_are_renewed_at_sign_in(house, nora, monkeypatch):
    from argon2 import PasswordHasher

    from osler.access import passwords

    monkeypatch.setattr(passwords, "_passwords", PasswordHasher(time_cost=2, memory_cost=1024, parallelism=1))
    await enter(house)
    async with house.pool.connection() as conn:
        assert "t=2" in await conn.fetchval("SELECT password FROM account")
    await enter(house)


async def test_after_some_failures_each_one_more_doubles_the_wait(house, clock, nora):
    for _ in range(USER_FREE):
        with pytest.raises(Unauthenticated):
            await enter(house, "wrong horse battery")
    waits = []
    for _ in range(4):
        with pytest.raises(Unauthenticated):
            await enter(house, "wrong horse battery")
        with pytest.raises(Throttled) as throttled:
            await enter(house)
        waits.append(throttled.value.retry_after)
        clock.advance(timedelta(seconds=throttled.value.retry_after))
    assert waits == [2, 3, 5, 9]
    await enter(house)
    await enter(house)


async def test_many_guesses_at_once_get_no_further_than_one_after_another(house, nora):
    results = await asyncio.gather(*(enter(house, "wrong horse battery") for _ in range(30)), return_exceptions=True)
    judged = [result for result in results if type(result) is Unauthenticated]
    assert len(judged) == USER_FREE + 1
    assert all(isinstance(result, Unauthenticated) for result in results)


async def test_an_unknown_login_is_throttled_like_a_known_one(house):
    for _ in range(USER_FREE + 1):
        with pytest.raises(Unauthenticated):
            await enter(house, login="nobody")
    with pytest.raises(Throttled):
        await enter(house, login="nobody")


async def test_an_address_that_tries_many_logins_is_throttled(house, clock, nora):
    for n in range(31):
        with pytest.raises(Unauthenticated):
            await enter(house, login=f"nobody{n}")
    with pytest.raises(Throttled):
        await enter(house)
    await sign_in(house, "nora", PASSWORD, address="192.0.2.2")


async def test_a_practice_behind_one_address_is_not_throttled_by_signing_in(house, nora):
    for _ in range(40):
        await enter(house)


async def test_failures_are_forgotten_after_a_day(house, clock, nora):
    for _ in range(USER_FREE + 1):
        with pytest.raises(Unauthenticated):
            await enter(house, "wrong horse battery")
    clock.advance(timedelta(hours=25))
    for _ in range(USER_FREE):
        with pytest.raises(Unauthenticated) as error:
            await enter(house, "wrong horse battery")
        assert type(error.value) is Unauthenticated
