"""The one place where these tests touch the store: a world goes in, raw parameters are asked, keys come back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.search.parse import parse_query
from osler.store.many import Draft, prepare_all, write_all
from osler.store.reference.links import Key
from osler.store.search import drivers
from osler.store.search.page import search
from osler.store.store import Store, now_ms
from osler.store.visibility import EVERYTHING, Visibility

TABLES = "resource, strings, numbers, dates, refs, history, change, panel"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the store said over all pages."""

    matches: list[Key]
    included: set[Key]
    total: int | None
    """Of the first page."""


async def fill(store: Store, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Empties the database, writes the world in one transaction, and returns it as it reads back."""
    drafts = [Draft(resource, resource["id"]) for resource in resources]
    async with store.transaction() as conn:
        await conn.execute(f"TRUNCATE {TABLES}")
    rows = await prepare_all(store, drafts, now_ms())
    async with store.transaction() as conn:
        await write_all(store, conn, drafts, rows, EVERYTHING)
    return [json.decode(row.body) for row in rows]


async def ask(store: Store, type_: str, params: list[tuple[str, str]], now: datetime, *,
              compartment: tuple[str, str] | None = None, visibility: Visibility = EVERYTHING) -> Answer:  # fmt: skip
    """Every page of the answer, one after the other."""
    query = parse_query(type_, params, zone=store.zone, now=now, compartment=compartment)
    matches: list[Key] = []
    included: set[Key] = set()
    total: int | None = None
    async with store.pool.connection() as conn:
        for page_number in range(200):
            page = await search(store, conn, query, visibility)
            if query.count and len(page.matches) > query.count:
                raise AssertionError("a page is longer than _count")
            total = page.total if page_number == 0 else total
            matches += [(hit.stored.type, hit.stored.id) for hit in page.matches]
            included |= {(hit.stored.type, hit.stored.id) for hit in page.included}
            if page.next is None:
                return Answer(matches, included - set(matches), total)
            query = replace(query, cursor=page.next)
    raise AssertionError("the pages do not end")


def refuses(store: Store, type_: str, params: list[tuple[str, str]], now: datetime) -> bool:
    """True when the query is not even read."""
    try:
        parse_query(type_, params, zone=store.zone, now=now)
    except Invalid:
        return True
    return False


def any_driver(monkeypatch: pytest.MonkeyPatch, random: Random) -> None:
    """Lets chance choose the way into the table: whichever drives, and whether any does, must not change an answer."""
    real = drivers._drivers

    def some_drivers(build: Any, query: Any) -> list[drivers.Driver]:
        found = real(build, query)
        if random.random() < 0.3:
            return []
        return [replace(driver, rows=random.choice([1.0, random.random() * 1e6])) for driver in found]

    monkeypatch.setattr(drivers, "_drivers", some_drivers)
