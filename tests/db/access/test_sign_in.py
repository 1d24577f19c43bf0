"""Signing in, locking, unlocking and signing out: what works, what does not, and that neither tells who exists."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from pyotp.totp import TOTP

from osler.access import second_factor, users
from osler.access.actors import Actor
from osler.access.sessions import CACHE_SECONDS, SessionLocked, Sessions
from osler.access.sign_in import TRIES, SignedIn, confirm_code, sign_in, unlock
from osler.access.throttle import USER_FREE, Throttled
from osler.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from osler.store.accounts import find_account
from tests.db.access.conftest import ADMIN, NURSE, PASSWORD

HERE = "192.0.2.1"


class Ticks:
    """The monotonic clock of the cache, moved by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def sessions(house, ticks) -> Sessions:
    return Sessions(house, ticks=ticks)


@pytest.fixture
async def nora(house) -> users.User:
    return await users.create_user(
        house,
        ADMIN,
        login="Nora",
        password=PASSWORD,
        roles=["nurse"],
        display="Nora N",
        practitioner="pr1",
        sites=frozenset("s"),
    )


async def enter(house, password: str = PASSWORD, login: str = "nora", **named) -> SignedIn:
    return await sign_in(house, login, password, address=HERE, **named)


async def audited(house) -> list[tuple[int, int]]:
    """(action, outcome) of every audit row."""
    async with house.pool.connection() as conn:
        rows = await conn.fetch("SELECT action, outcome FROM audit ORDER BY at, writer, num")
    return [(row["action"], row["outcome"]) for row in rows]


# Signing in ---------------------------------------------------------------------------------------------------------


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


# Guessing -----------------------------------------------------------------------------------------------------------


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


# Second factor ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def device(house, clock, nora) -> tuple[TOTP, list[str]]:
    """Nora's device and recovery codes."""
    actor = _as(nora)
    secret, address = await users.begin_second_factor(house, actor)
    assert address.startswith("otpauth://")
    with pytest.raises(Invalid):
        await users.confirm_second_factor(house, actor, "000000")
    assert not (await enter(house)).needs_code
    codes = await users.confirm_second_factor(house, actor, TOTP(secret).at(clock()))
    clock.advance(timedelta(seconds=30))
    return TOTP(secret), codes


def _as(user: users.User):
    return Actor(user.id, "user", user.display, user.roles)


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


# Locking ------------------------------------------------------------------------------------------------------------


async def test_a_session_without_a_sign_of_life_locks_and_the_password_opens_it(house, sessions, clock, ticks, nora):
    cookie = (await enter(house)).cookie
    session = await sessions.authenticate(cookie)
    clock.advance(timedelta(minutes=14))
    await sessions.authenticate(cookie)
    clock.advance(timedelta(minutes=15))
    for _ in range(2):
        with pytest.raises(SessionLocked) as locked:
            await sessions.authenticate(cookie)
        assert locked.value.session.actor == session.actor
    with pytest.raises(Unauthenticated):
        await unlock(house, cookie, password="wrong horse battery", address=HERE)
    await unlock(house, cookie, password=PASSWORD, address=HERE)
    assert (await sessions.authenticate(cookie)).id == session.id
    assert sorted(action for action, _ in await audited(house)) == [20, 20, 22, 23, 30]


async def test_what_the_page_does_by_itself_is_no_sign_of_life(house, sessions, clock, ticks, nora):
    cookie = (await enter(house)).cookie
    for _ in range(14):
        clock.advance(timedelta(minutes=1))
        ticks.now += 60
        await sessions.authenticate(cookie, active=False)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(SessionLocked):
        await sessions.authenticate(cookie, active=False)


async def test_the_pin_opens_only_ones_own_locked_session(house, sessions, clock, nora):
    cookie = (await enter(house)).cookie
    session = await sessions.authenticate(cookie)
    with pytest.raises(Invalid):
        await users.set_pin(house, session.actor, "1111")
    await users.set_pin(house, session.actor, "4711")
    with pytest.raises(Unauthenticated):
        await unlock(house, cookie, pin="4711", address=HERE)  # not locked
    await sessions.lock(cookie)
    with pytest.raises(SessionLocked) as locked:
        await sessions.authenticate(cookie)
    assert locked.value.session.has_pin
    await unlock(house, cookie, pin="4711", address=HERE)
    await sessions.authenticate(cookie)
    with pytest.raises(Unauthenticated):
        await enter(house, "4711")


async def test_without_a_pin_no_pin_opens(house, sessions, nora):
    cookie = (await enter(house)).cookie
    await sessions.lock(cookie)
    for pin in ("", "0000"):
        with pytest.raises(Unauthenticated):
            await unlock(house, cookie, pin=pin, address=HERE)


async def test_too_many_wrong_pins_end_the_session(house, sessions, clock, nora):
    cookie = (await enter(house)).cookie
    await users.set_pin(house, (await sessions.authenticate(cookie)).actor, "4711")
    await sessions.lock(cookie)
    for _ in range(TRIES):
        with pytest.raises(Unauthenticated):
            await unlock(house, cookie, pin="0815", address=HERE)
        clock.advance(timedelta(minutes=1))
    with pytest.raises(Unauthenticated):
        await unlock(house, cookie, pin="4711", address=HERE)
    with pytest.raises(Unauthenticated) as error:
        await sessions.authenticate(cookie)
    assert not isinstance(error.value, SessionLocked)


async def test_a_session_ends_after_its_lifetime_however_busy(house, sessions, clock, ticks, nora):
    cookie = (await enter(house)).cookie
    for _ in range(71):
        clock.advance(timedelta(minutes=10))
        ticks.now += 600
        await sessions.authenticate(cookie)
    clock.advance(timedelta(minutes=10))
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(cookie)


# Ending -------------------------------------------------------------------------------------------------------------


async def test_signing_out_ends_the_session_at_once(house, sessions, nora):
    cookie = (await enter(house)).cookie
    await sessions.authenticate(cookie)
    await sessions.sign_out(cookie)
    await sessions.sign_out(cookie)
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(cookie)


async def test_another_process_notices_within_the_cache_time(house, sessions, ticks, nora):
    cookie, other = (await enter(house)).cookie, Sessions(house)
    await sessions.authenticate(cookie)
    await other.sign_out(cookie)
    await sessions.authenticate(cookie)
    ticks.now += CACHE_SECONDS
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(cookie)


async def test_closing_an_account_ends_its_sessions(house, sessions, ticks, nora):
    cookie = (await enter(house)).cookie
    await users.set_disabled(house, ADMIN, nora.id, disabled=True)
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(cookie)
    await users.set_disabled(house, ADMIN, nora.id, disabled=False)
    await enter(house)


async def test_a_person_sees_and_ends_their_own_sessions_and_no_one_elses(house, sessions, nora):
    one, two = (await enter(house, agent="Tablet")).cookie, (await enter(house, agent="Cart\n\x07")).cookie
    actor = (await sessions.authenticate(one)).actor
    listed = await sessions.list_open(nora.id)
    assert {each.agent for each in listed} == {"Tablet", "Cart"}
    other = next(each.id for each in listed if each.agent == "Cart")
    with pytest.raises(Forbidden):
        await sessions.end(NURSE, nora.id, other)
    with pytest.raises(NotFound):
        await sessions.end(actor, nora.id, "none")
    await sessions.end(actor, nora.id, other)
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(two)
    await sessions.authenticate(one)


async def test_changing_the_password_ends_the_other_sessions(house, sessions, ticks, nora):
    mine, other = (await enter(house)).cookie, (await enter(house)).cookie
    session = await sessions.authenticate(mine)
    for current, new, error in (
        ("wrong horse battery", "another good one", Unauthenticated),
        (PASSWORD, PASSWORD, Invalid),
        (PASSWORD, "short", Invalid),
    ):
        with pytest.raises(error):
            await users.change_password(house, session.actor, current=current, new=new, session=session.id)
    await users.change_password(house, session.actor, current=PASSWORD, new="another good one", session=session.id)
    await sessions.authenticate(mine)
    with pytest.raises(Unauthenticated):
        await sessions.authenticate(other)
    with pytest.raises(Unauthenticated):
        await enter(house)
    assert not (await enter(house, "another good one")).must_change


async def test_a_password_set_by_somebody_else_must_be_changed(house, nora):
    with pytest.raises(Forbidden):
        await users.reset_password(house, NURSE, nora.id, "temporary secret")
    await users.reset_password(house, ADMIN, nora.id, "temporary secret")
    assert (await enter(house, "temporary secret")).must_change


# Accounts -----------------------------------------------------------------------------------------------------------


async def test_a_change_of_role_reaches_running_sessions_within_the_cache_time(house, sessions, ticks, nora):
    cookie = (await enter(house)).cookie
    await sessions.authenticate(cookie)
    await users.change_profile(house, ADMIN, nora.id, display="Nora B", roles=["biller"], practitioner=None, sites=None)
    ticks.now += CACHE_SECONDS
    actor = (await sessions.authenticate(cookie)).actor
    assert (actor.display, actor.roles, actor.practitioner, actor.sites) == ("Nora B", ("biller",), None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "x"},
        {"login": "two words"},
        {"roles": []},
        {"roles": ["client"]},
        {"roles": ["system"]},
        {"roles": ["wizard"]},
        {"password": "short"},
        {"practitioner": "Practitioner/1"},
        {"sites": frozenset(("a b",))},
    ],
)
async def test_an_account_that_will_not_do_is_refused(house, wrong):
    good = {"login": "nora", "password": PASSWORD, "roles": ["nurse"]}
    with pytest.raises(Invalid):
        await users.create_user(house, ADMIN, **(good | wrong))
    assert await users.list_users(house, ADMIN) == []


async def test_logins_are_unique_whatever_their_case(house, nora):
    with pytest.raises(Conflict):
        await users.create_user(house, ADMIN, login="NORA", password=PASSWORD, roles=["nurse"])
    assert (await users.find_user(house, "nOrA")).id == nora.id
    assert await users.find_user(house, "nobody") is None


async def test_accounts_are_for_administrators(house, nora):
    for actor in (NURSE, _as(nora)):
        for work in (
            users.create_user(house, actor, login="eve", password=PASSWORD, roles=["administrator"]),
            users.list_users(house, actor),
            users.set_disabled(house, actor, nora.id, disabled=True),
            users.change_profile(house, actor, nora.id, display="", roles=["nurse"], practitioner=None, sites=None),
        ):
            with pytest.raises(Forbidden):
                await work
    with pytest.raises(NotFound):
        await users.set_disabled(house, ADMIN, "nobody", disabled=True)


async def test_what_belongs_to_a_person_is_not_for_programs(house):
    program = Actor("c", "client", "C", ("client",))
    for work in (
        users.set_pin(house, program, "4711"),
        users.change_password(house, program, current=PASSWORD, new="another good one"),
        users.begin_second_factor(house, program),
    ):
        with pytest.raises(Unauthenticated):
            await work


async def test_a_pin_can_be_taken_away(house, sessions, nora):
    cookie = (await enter(house)).cookie
    actor = (await sessions.authenticate(cookie)).actor
    await users.set_pin(house, actor, "4711")
    await users.set_pin(house, actor, None)
    await sessions.lock(cookie)
    with pytest.raises(Unauthenticated):
        await unlock(house, cookie, pin="4711", address=HERE)


async def test_a_session_that_ends_while_the_code_or_pin_is_judged_stays_ended(
    house, sessions, clock, device, monkeypatch
):
    begun = await enter(house)
    signed_in = await confirm_code(house, begun.cookie, device[0].at(clock()), address=HERE)
    await sessions.lock(signed_in.cookie)
    clock.advance(timedelta(seconds=30))
    waiting = await enter(house)

    async def end_meanwhile(conn, id_, at, **_named) -> bool:
        await conn.execute("UPDATE session SET ended_at = $1", at)
        return False

    monkeypatch.setattr("osler.store.sessions.open_session", end_meanwhile)
    with pytest.raises(Unauthenticated, match="again"):
        await unlock(house, signed_in.cookie, password=PASSWORD, address=HERE)
    with pytest.raises(Unauthenticated, match="again"):
        await confirm_code(house, waiting.cookie, device[0].at(clock()), address=HERE)


async def test_a_code_is_nothing_to_an_account_without_a_device(house, nora):
    async with house.pool.connection() as conn:
        account = await find_account(conn, nora.id)
        assert account is not None
        assert not await second_factor.accept(conn, account, "000000", house.clock())


async def test_a_full_cache_is_emptied_and_filled_anew(house, sessions, nora, monkeypatch):
    monkeypatch.setattr("osler.access.sessions.MAX_CACHED", 2)
    for _ in range(4):
        await sessions.authenticate((await enter(house)).cookie)
    assert len(sessions._cache) <= 2
