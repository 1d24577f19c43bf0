"""Accounts and passwords: who may make and change them, and what will not do."""

from __future__ import annotations

import pytest

from osler.access import users
from osler.access.actors import Actor
from osler.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from tests.db.access.conftest import ADMIN, NURSE, PASSWORD, actor_of, enter


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
    for actor in (NURSE, actor_of(nora)):
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
