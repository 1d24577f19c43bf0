"""The one place where these tests touch the store: a world goes in, raw parameters are asked, keys come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from random import Random
from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.search.parse import parse_query
from osler.fhir.search.query import Query
from osler.fhir.search.terminology import Codes
from osler.store.many import Draft, lock_all, prepare_all, write_all
from osler.store.pool import Connection
from osler.store.reference.links import Key
from osler.store.rows import Row
from osler.store.search import drivers, lists, walk, ways
from osler.store.search.page import Page, search
from osler.store.store import Store, now_ms
from osler.store.visibility import EVERYTHING, Visibility
from osler.store.write import erase
from tests.db.settled import settled
from tests.differential.clinic import Clinic
from tests.differential.worlds import World

TABLES = "resource, strings, numbers, dates, refs, history, change, panel, follower"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the store said over all pages."""

    matches: list[Key]
    included: set[Key]
    total: int | None
    """Of the first page."""


async def fill(store: Store, world: World) -> list[dict[str, Any]]:
    """Empties the database and writes the world as it came about; returns what is there in the end, as it reads back."""
    now = now_ms()
    async with store.transaction() as conn:
        await conn.execute(f"TRUNCATE {TABLES}")
    first = [world.earlier.get((r["resourceType"], r["id"]), r) for r in world.resources] + world.gone
    at = [now - timedelta(days=n % 3 + 1) for n in range(len(first))]
    held = {row.self: row for row in await _write(store, [Draft(r, r["id"]) for r in first], at)}
    async with store.transaction() as conn:
        locked = await lock_all(store, conn, [(r["resourceType"], r["id"]) for r in first], EVERYTHING, "update")
        changed = [r for r in world.resources if (r["resourceType"], r["id"]) in world.earlier]
        drafts = [Draft(r, r["id"], locked[r["resourceType"], r["id"]]) for r in changed]
        rows = await prepare_all(store, drafts, now)
        await write_all(store, conn, drafts, rows, EVERYTHING)
        held |= {row.self: row for row in rows}
        gone = [(resource["resourceType"], resource["id"]) for resource in world.gone]
        await erase(store, conn, [locked[key] for key in gone], now)
        for key in gone:
            del held[store.hasher.self_of(*key)]
    return [json.decode(row.body) for row in held.values()]


async def fill_versions(store: Store, clinic: Clinic) -> dict[Key, list[dict[str, Any] | None]]:
    """Empties the database and lets the clinic come about, version by version; returns every version as it was kept."""
    async with store.transaction() as conn:
        await conn.execute(f"TRUNCATE {TABLES}")
    kept: dict[Key, list[dict[str, Any] | None]] = {key: [] for key in clinic.versions}
    for number in range(max(map(len, clinic.versions.values()))):
        await _next_version(store, clinic, number, kept)
    await settled(store.pool)
    return kept


async def _next_version(store: Store, clinic: Clinic, number: int, kept: dict[Key, list[Any]]) -> None:
    changing = {key: versions[number] for key, versions in clinic.versions.items() if len(versions) > number}
    async with store.transaction() as conn:
        locked = await lock_all(store, conn, changing, EVERYTHING, "update") if number else {}
        drafts = [Draft(r, r["id"], locked.get(key)) for key, r in changing.items() if r is not None]
        rows = await prepare_all(store, drafts, now_ms())
        await write_all(store, conn, drafts, rows, EVERYTHING)
        for row in rows:
            kept[row.type, row.id].append(json.decode(row.body))
        gone = [key for key, resource in changing.items() if resource is None]
        await erase(store, conn, [locked[key] for key in gone], now_ms())
        for key in gone:
            kept[key].append(None)


async def _write(store: Store, drafts: list[Draft], at: list[datetime]) -> list[Row]:
    rows = [(await prepare_all(store, [draft], moment))[0] for draft, moment in zip(drafts, at, strict=True)]
    async with store.transaction() as conn:
        await write_all(store, conn, drafts, rows, EVERYTHING)
    return rows


async def ask(store: Store, type_: str, params: list[tuple[str, str]], now: datetime, *,
              compartment: tuple[str, str] | None = None, visibility: Visibility = EVERYTHING,
              codes: Codes | None = None) -> Answer:  # fmt: skip
    """Every page of the answer, one after the other; and from the last one a few pages back, which have to be the same."""
    custom = store.custom.params
    query = parse_query(type_, params, zone=store.zone, now=now, compartment=compartment, codes=codes, custom=custom)
    matches: list[list[Key]] = []
    included: set[Key] = set()
    total: int | None = None
    async with store.pool.connection() as conn:
        for page_number in range(200):
            page = await search(store, conn, query, visibility)
            if query.count and len(page.matches) > query.count:
                raise AssertionError("a page is longer than _count")
            total = page.total if page_number == 0 else total
            matches.append(_keys(page))
            included |= {(hit.stored.type, hit.stored.id) for hit in page.included}
            if page.next is None:
                await _go_back(store, conn, query, visibility, page, matches[-2::-1])
                found = [key for each in matches for key in each]
                return Answer(found, included - set(found), total)
            query = replace(query, cursor=page.next)
    raise AssertionError("the pages do not end")


async def _go_back(store: Store, conn: Connection, query: Query, visibility: Visibility, page: Page,
                   pages: list[list[Key]]) -> None:  # fmt: skip
    """Raises AssertionError unless the links to the pages before `page` lead to `pages`."""
    for expected in pages[:2]:
        assert page.previous is not None, "there is no way back"
        page = await search(store, conn, replace(query, cursor=page.previous), visibility)
        assert _keys(page) == expected, f"{query.params}: the page before has {_keys(page)}, not {expected}"
    if len(pages) <= 2:
        assert page.previous is None, "there is a page before the first"


def _keys(page: Page) -> list[Key]:
    return [(hit.stored.type, hit.stored.id) for hit in page.matches]


def refuses(store: Store, type_: str, params: list[tuple[str, str]], now: datetime) -> bool:
    """True when the query is not even read."""
    try:
        parse_query(type_, params, zone=store.zone, now=now)
    except Invalid:
        return True
    return False


def any_driver(monkeypatch: pytest.MonkeyPatch, random: Random) -> None:
    """Lets chance choose the way into the table: whichever drives, and whether any does, must not change an answer. Nor
    must it from how many values on a list counts as a long one, and how many candidates of one are gathered."""
    real = drivers._drivers
    short, many, lengths = lists.LONG, walk.MOST_GATHERED, Random(0)

    @wraps(real)
    def some_drivers(build: Any, query: Any) -> list[ways.Driver]:
        if query is build.query:
            monkeypatch.setattr(lists, "LONG", lengths.choice([short, 0]))
            monkeypatch.setattr(walk, "MOST_GATHERED", lengths.choice([many, 1]))
        found = real(build, query)
        if not found or random.random() < 0.3:
            return []
        chosen = random.choice(found)
        return [replace(driver, rows=1.0 if driver is chosen else 1e6) for driver in found]

    monkeypatch.setattr(drivers, "_drivers", some_drivers)
