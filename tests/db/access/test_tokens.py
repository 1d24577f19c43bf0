"""API tokens: who they speak for, for how long, and that looking one up is nearly free."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from osler.access import users
from osler.access.actors import Purpose
from osler.access.compile import visibility_for
from osler.access.labels import SENSITIVE, WITHHELD_BY_DEFAULT
from osler.access.tokens import CACHE_SECONDS, Tokens, create_token, list_tokens, new_bearer
from osler.core.errors import Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from tests.db.access.conftest import ADMIN, NURSE, PASSWORD

EVERYTHING = "system/*.cruds"


@pytest.fixture
def tokens(house, ticks) -> Tokens:
    return Tokens(house, ticks=ticks)


async def make(house, scopes: str = EVERYTHING, **named):
    return await create_token(house, ADMIN, name="Analyzer", scopes=scopes, **named)


async def test_a_token_speaks_for_a_program_with_its_scopes(house, tokens):
    bearer, token = await make(house, sites=frozenset("s"), patient="p1")
    actor = await tokens.authenticate(bearer)
    assert (actor.kind, actor.id, actor.display, actor.via) == ("client", token.id, "Analyzer", token.id)
    assert (actor.roles, actor.scopes, actor.sites, actor.patient) == (("client",), (EVERYTHING,), frozenset("s"), "p1")


async def test_a_token_for_a_person_has_their_roles_of_the_day_and_never_more_sites(house, tokens, ticks):
    nora = await users.create_user(
        house, ADMIN, login="nora", password=PASSWORD, roles=["nurse"], sites=frozenset(("a", "b"))
    )
    bearer, _ = await make(house, "user/*.rs", account=nora.id, sites=frozenset(("b", "c")))
    actor = await tokens.authenticate(bearer)
    assert (actor.kind, actor.id, actor.roles, actor.sites) == ("user", nora.id, ("nurse",), frozenset("b"))
    await users.change_profile(house, ADMIN, nora.id, display="N", roles=["biller"], practitioner=None, sites=None)
    ticks.now += CACHE_SECONDS
    actor = await tokens.authenticate(bearer)
    assert (actor.roles, actor.sites) == (("biller",), frozenset(("b", "c")))
    await users.set_disabled(house, ADMIN, nora.id, disabled=True)
    ticks.now += CACHE_SECONDS
    with pytest.raises(Unauthenticated):
        await tokens.authenticate(bearer)


async def test_a_token_sees_every_label_or_all_but_those_it_was_made_without(house, tokens):
    whole, _ = await make(house)
    some, kept = await make(house, without_labels=("hiv", "R"))
    none, _ = await make(house, without_labels=("all",))
    seen = [visibility_for(await tokens.authenticate(each), Purpose.TREATMENT).withheld for each in (whole, some, none)]
    assert seen == [frozenset(), frozenset((SENSITIVE["hiv"], SENSITIVE["restricted"])), WITHHELD_BY_DEFAULT]
    assert kept.withheld == seen[1]
    assert {each.withheld for each in await list_tokens(house, ADMIN)} == set(seen)


async def test_a_token_for_a_person_loses_labels_and_gains_none(house, tokens):
    nora = await users.create_user(house, ADMIN, login="nora", password=PASSWORD, roles=["physician"])
    bearer, _ = await make(house, "user/*.rs", account=nora.id, without_labels=("psychiatry",))
    own = visibility_for(
        await tokens.authenticate((await make(house, "user/*.rs", account=nora.id))[0]), Purpose.TREATMENT
    )
    less = visibility_for(await tokens.authenticate(bearer), Purpose.TREATMENT)
    assert own.withheld
    assert less.withheld == own.withheld | {SENSITIVE["psychiatry"]}


async def test_the_database_does_not_hold_the_token(house):
    bearer, token = await make(house)
    async with house.pool.connection() as conn:
        assert bearer not in str([tuple(row) for row in await conn.fetch("SELECT * FROM api_token")])
    assert [each.id for each in await list_tokens(house, ADMIN)] == [token.id]


async def test_what_is_not_a_token_is_refused(house, tokens):
    bearer, _ = await make(house)
    for wrong in (
        "",
        "x",
        bearer[:-1],
        bearer + "0",
        bearer[:-1] + "~",
        "ü" * 53,
        bearer.lower(),
        new_bearer(),
        "x" * 53,
    ):
        with pytest.raises(Unauthenticated):
            await tokens.authenticate(wrong)


async def test_a_mistyped_token_is_refused_without_the_database(house, tokens, monkeypatch):
    bearer, _ = await make(house)
    monkeypatch.setattr(house.pool, "_slots", asyncio.Semaphore(0))
    monkeypatch.setattr(house.pool, "_wait", 0.01)
    with pytest.raises(Unauthenticated):
        await tokens.authenticate(bearer[:10] + ("A" if bearer[10] != "A" else "B") + bearer[11:])


async def test_a_revoked_token_is_refused_here_at_once_and_elsewhere_within_the_cache_time(house, tokens, ticks):
    bearer, token = await make(house)
    other = Tokens(house)
    await tokens.authenticate(bearer)
    await other.revoke(ADMIN, token.id)
    await tokens.authenticate(bearer)
    ticks.now += CACHE_SECONDS
    for each in (tokens, other):
        with pytest.raises(Unauthenticated):
            await each.authenticate(bearer)
    with pytest.raises(NotFound):
        await tokens.revoke(ADMIN, token.id)


async def test_a_token_expires_on_time_also_in_the_cache(house, tokens, clock):
    bearer, _ = await make(house, expires_at=clock() + timedelta(hours=1))
    await tokens.authenticate(bearer)
    clock.advance(timedelta(minutes=60))
    with pytest.raises(Unauthenticated):
        await tokens.authenticate(bearer)
    with pytest.raises(Unauthenticated):
        await Tokens(house).authenticate(bearer)


async def test_last_use_is_noted_at_most_once_a_minute(house, tokens, ticks, clock):
    bearer, _ = await make(house)
    noted = []
    for _ in range(5):
        await tokens.authenticate(bearer)
        noted.append((await list_tokens(house, ADMIN))[0].last_used_at)
        ticks.now += 30
        clock.advance(timedelta(seconds=30))
    assert [at - noted[0] for at in noted] == [timedelta(seconds=s) for s in (0, 0, 60, 60, 120)]


async def test_requests_that_come_together_share_one_look_up(house, tokens):
    bearer, _ = await make(house)
    first, *others = [asyncio.create_task(tokens.authenticate(bearer)) for _ in range(50)]
    await asyncio.sleep(0)
    first.cancel()
    assert len({actor.id for actor in await asyncio.gather(*others)}) == 1
    assert tokens._loading == {}


async def test_without_the_database_a_token_is_not_called_bad(house, tokens, monkeypatch):
    bearer, _ = await make(house)
    monkeypatch.setattr(house.pool, "_slots", asyncio.Semaphore(0))
    monkeypatch.setattr(house.pool, "_wait", 0.01)
    with pytest.raises(Unavailable):
        await tokens.authenticate(bearer)


async def test_a_cached_look_up_asks_no_database(house, tokens, monkeypatch):
    bearer, _ = await make(house)
    await tokens.authenticate(bearer)
    monkeypatch.setattr(house.pool, "_slots", asyncio.Semaphore(0))
    begun = time.perf_counter()
    for _ in range(10_000):
        await tokens.authenticate(bearer)
    print(f"\n{(time.perf_counter() - begun) * 100:.1f} µs a cached token")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"name": "a\nb"},
        {"scopes": ""},
        {"scopes": "openid"},
        {"scopes": "everything"},
        {"scopes": "user/*.rs"},
        {"scopes": "system/*.rs patient/*.rs"},
        {"roles": ("system",)},
        {"roles": ("wizard",)},
        {"patient": "Patient/1"},
        {"sites": frozenset(("a b",))},
        {"without_labels": ("hiv", "secret")},
    ],
)
async def test_a_token_that_will_not_do_is_refused(house, wrong):
    with pytest.raises(Invalid):
        await create_token(house, ADMIN, **({"name": "n", "scopes": EVERYTHING} | wrong))


async def test_a_token_cannot_be_made_expired_or_for_nobody(house, clock):
    with pytest.raises(Invalid):
        await make(house, expires_at=clock())
    with pytest.raises(NotFound):
        await make(house, "user/*.rs", account="nobody")


async def test_tokens_are_for_administrators(house, tokens):
    _, token = await make(house)
    for work in (
        create_token(house, NURSE, name="n", scopes=EVERYTHING),
        list_tokens(house, NURSE),
        tokens.revoke(NURSE, token.id),
    ):
        with pytest.raises(Forbidden):
            await work
