"""Sessions: locking and unlocking, ending, and how soon they follow what changes about an account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from osler.access import users
from osler.access.sessions import CACHE_SECONDS, SessionLocked, Sessions
from osler.access.sign_in import TRIES, confirm_code, unlock
from osler.core.errors import Forbidden, Invalid, NotFound, Unauthenticated
from tests.db.access.conftest import ADMIN, HERE, NURSE, PASSWORD, audited, enter


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


async def test_a_full_cache_is_emptied_and_filled_anew(house, sessions, nora, monkeypatch):
    monkeypatch.setattr("osler.access.sessions.MAX_CACHED", 2)
    for _ in range(4):
        await sessions.authenticate((await enter(house)).cookie)
    assert len(sessions._cache) <= 2


async def test_a_change_of_role_reaches_running_sessions_within_the_cache_time(house, sessions, ticks, nora):
    cookie = (await enter(house)).cookie
    await sessions.authenticate(cookie)
    await users.change_profile(house, ADMIN, nora.id, display="Nora B", roles=["biller"], practitioner=None, sites=None)
    ticks.now += CACHE_SECONDS
    actor = (await sessions.authenticate(cookie)).actor
    assert (actor.display, actor.roles, actor.practitioner, actor.sites) == ("Nora B", ("biller",), None, None)
