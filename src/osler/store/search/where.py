"""The WHERE of a search: type, alive, the driver, every other criterion as a fence, and what the reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osler.core.errors import TooCostly
from osler.fhir.search.query import Query
from osler.store import visible
from osler.store.pool import Connection
from osler.store.read import mask_column
from osler.store.search.build import Build
from osler.store.search.confined import confined
from osler.store.search.drivers import best_driver
from osler.store.search.driving import drive, of_type
from osler.store.search.fences import fence
from osler.store.search.ways import Driver
from osler.store.visibility import Rule, Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

MAX_SORTED = 10_000
"""Candidates that are sorted, or read for words, without an index; more is TooCostly."""


async def build_of(store: Store, conn: Connection, query: Query, visibility: Visibility) -> Build:
    rules = visible.rules_for(visibility, "search", query.type, query.used)
    return Build(store, visibility, query, await confined(store, conn, rules))


def where_of(build: Build, query: Query, driver: Driver | None, row: str = "r") -> str:
    """SQL true for the rows of alias `row` that match, by this way in."""
    parts = [of_type(build, query.type, driver, row), f"NOT {row}.deleted"]
    if driver is not None:
        parts.append(drive(build, query.type, driver, row))
    answered = driver.answers if driver else ()
    parts += [fence(build, query.type, criterion, row) for criterion in query.where if criterion not in answered]
    parts.append(build.may_see(query.type, row))
    return " AND ".join(parts)


async def all_matches(
    store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], too_many: TooCostly
) -> list[Any]:
    """Every row that matches, in no order. Raises `too_many` when they are more than MAX_SORTED."""
    build = await build_of(store, conn, query, visibility)
    where = where_of(build, query, best_driver(build, query))
    mask = mask_column(store, build.sql, rules, query.type)
    rows = await conn.fetch(
        f"SELECT r.type, r.rid, r.id, r.ver, r.upd, r.body, {mask} AS mask FROM resource r WHERE {where} LIMIT {MAX_SORTED + 1}",
        *build.sql.args,
    )
    if len(rows) > MAX_SORTED:
        raise too_many
    return rows


async def count_of(
    store: Store, conn: Connection, query: Query, visibility: Visibility, most: int | None = None
) -> int:
    """How many rows match, counted up to `most`."""
    build = await build_of(store, conn, query, visibility)
    where = where_of(build, query, best_driver(build, query))
    if most is None:
        return await conn.fetchval(f"SELECT count(*) FROM resource r WHERE {where}", *build.sql.args)
    some = f"SELECT 1 FROM resource r WHERE {where} LIMIT {build.sql.arg(most, 'bigint')}"
    return await conn.fetchval(f"SELECT count(*) FROM ({some}) c", *build.sql.args)
