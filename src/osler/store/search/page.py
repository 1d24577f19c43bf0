"""A page of a search: matches in order, what they include, the total when asked for, and where the next page begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from osler.core.errors import Forbidden, TooCostly
from osler.fhir.search.query import Query
from osler.store import visible
from osler.store.pool import Connection
from osler.store.read import mask_column
from osler.store.search import full_text
from osler.store.search.build import Build
from osler.store.search.confined import confined
from osler.store.search.drivers import Driver, best_driver, drive, of_type
from osler.store.search.fences import fence
from osler.store.search.hits import Hit, hits
from osler.store.search.include import includes
from osler.store.search.order import (
    Cursor,
    after,
    decode_cursor,
    descending,
    encode_cursor,
    in_python,
    key,
    order_by,
    plain,
    simple_column,
)  # fmt: skip
from osler.store.search.python_sort import sorted_page
from osler.store.search.units import converts
from osler.store.visibility import Rule, Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

DEFAULT_COUNT, MAX_COUNT = 50, 1000
MAX_SORTED = 10_000
"""Candidates that are sorted without an index; more is TooCostly."""
SCAN_ABOVE = 3_000.0
"""A driver expected to give more rows than this loses to walking the order's own index until the page is full."""


@dataclass(slots=True)
class Page:
    """`total` is None when it was not asked for and is not known for free. `next` is None on the last page."""

    matches: list[Hit] = field(default_factory=list[Hit])
    included: list[Hit] = field(default_factory=list[Hit])
    total: int | None = None
    next: str | None = None
    scores: dict[int, Decimal] = field(default_factory=dict[int, Decimal])
    """How well a match fits a full-text search, by row id."""


async def search(store: Store, conn: Connection, query: Query, visibility: Visibility) -> Page:
    """Answers a query for one reader. Raises Forbidden when no rule lets the reader search this type by these parameters."""
    rules = _rules(query, visibility)
    page = Page()
    await _prepared(store, conn, query)
    if query.count != 0 and query.summary != "count":
        await _matches(store, conn, query, visibility, rules, page)
        if query.include or query.revinclude:
            page.included = await includes(store, conn, query, page.matches, visibility)
    else:
        page.total = await count(store, conn, query, visibility)
    if query.total in ("accurate", "estimate") and page.total is None:
        page.total = await count(store, conn, query, visibility)
    return page


async def _prepared(store: Store, conn: Connection, query: Query) -> None:
    """What a search has to know of the whole database first."""
    from osler.store import custom, reindex

    await reindex.check(store, conn, query)
    await custom.check(store, conn, query)
    if converts(query):
        await store.terms.refresh_units(conn)


def _rules(query: Query, visibility: Visibility) -> list[Rule]:
    rules = visible.rules_for(visibility, "search", query.type, query.used)
    if not rules:
        raise Forbidden(f"Your role may not search {query.type} this way.")
    return rules


async def build_of(store: Store, conn: Connection, query: Query, visibility: Visibility) -> Build:
    rules = visible.rules_for(visibility, "search", query.type, query.used)
    return Build(store, visibility, query, await confined(store, conn, rules))


async def count(store: Store, conn: Connection, query: Query, visibility: Visibility) -> int:
    """How many resources match, of those the reader may see."""
    rules = _rules(query, visibility)
    await _prepared(store, conn, query)
    query, texts = full_text.split(query)
    if texts:
        return len(await full_text.matching(store, conn, query, texts, visibility, rules))
    build = await build_of(store, conn, query, visibility)
    where = where_of(build, query, best_driver(build, query))
    return await conn.fetchval(f"SELECT count(*) FROM resource r WHERE {where}", *build.sql.args)


def where_of(build: Build, query: Query, driver: Driver | None) -> str:
    """Type, alive, the driver, every other criterion as a fence, and what the reader may see."""
    parts = [of_type(build, query.type, driver, "r"), "NOT r.deleted"]
    if driver is not None:
        parts.append(drive(build, query.type, driver, "r"))
    answered = driver.answers if driver else ()
    parts += [fence(build, query.type, criterion, "r") for criterion in query.where if criterion not in answered]
    parts.append(build.may_see(query.type, "r"))
    return " AND ".join(parts)


async def _matches(
    store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], page: Page
) -> None:
    size = min(DEFAULT_COUNT if query.count is None else query.count, MAX_COUNT)
    query, texts = full_text.split(query)
    cursor = decode_cursor(query.cursor, query) if query.cursor else None
    if texts:
        found = await full_text.matching(store, conn, query, texts, visibility, rules)
        rows, values = await full_text.page_of(store, query, found, cursor, size)
        page.scores = {row["rid"]: row["score"] for row in rows}
    elif in_python(query):
        rows, values = await _sort_here(store, conn, query, visibility, rules, cursor, size)
    elif simple_column(query) is not None:
        rows, values = await _walk(store, conn, query, visibility, rules, cursor, size)
    else:
        rows, values = await _gather(store, conn, query, visibility, rules, cursor, size)
    if len(rows) > size:
        page.next = encode_cursor(values[size - 1], rows[size - 1]["rid"])
        rows = rows[:size]
    elif cursor is None:
        page.total = len(rows)
    page.matches = await hits(store, rows, rules)


_Fetched = tuple[list[Any], list[tuple[Any, ...]]]


async def _walk(store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], cursor: Cursor | None,
                size: int) -> _Fetched:  # fmt: skip
    """Order by one indexed column. Ascending clinical dates take absent ones (minus infinity) in a second step."""
    column = simple_column(query)
    if column != "d_lo" or descending(query):
        return await _walk_part(store, conn, query, visibility, rules, cursor, size, "")
    rows: list[Any] = []
    values: list[tuple[Any, ...]] = []
    if cursor is None or cursor.values[0] is not None:
        rows, values = await _walk_part(store, conn, query, visibility, rules, cursor, size, "r.d_lo > '-infinity'")
        cursor = None
    if len(rows) <= size:
        more = await _walk_part(store, conn, query, visibility, rules, cursor, size - len(rows), "r.d_lo = '-infinity'")
        rows, values = rows + more[0], values + more[1]
    return rows, values


async def _walk_part(store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], cursor: Cursor | None,
                     size: int, part: str) -> _Fetched:  # fmt: skip
    build = await build_of(store, conn, query, visibility)
    column = simple_column(query) or "rid"
    driver = best_driver(build, query)
    gathered = driver is not None and driver.rows <= SCAN_ABOVE and not (driver.kind == "patient" and column == "d_lo")
    if driver is not None and driver.rows > SCAN_ABOVE:
        driver = None
    where = where_of(build, query, driver)
    if part:
        where += f" AND {part}"
    direction = "DESC" if descending(query) else "ASC"
    alias = "c" if gathered else "r"
    if cursor is not None:
        where_after = _walk_after(build, cursor, column, alias, descending(query))
        where, outer = (where, f"WHERE {where_after}") if gathered else (f"{where} AND {where_after}", "")
    else:
        outer = ""
    order = f"{alias}.{column} {direction}" + ("" if column == "rid" else f", {alias}.rid {direction}")
    limit = build.sql.arg(size + 1, "bigint")
    mask = mask_column(store, build.sql, rules, query.type)
    columns = "r.type, r.rid, r.id, r.ver, r.upd, r.d_lo, r.body"
    if gathered:
        chosen = "rid" if column == "rid" else f"rid, r.{column}"
        sql = (
            f"WITH c AS MATERIALIZED (SELECT r.{chosen} FROM resource r WHERE {where}),"
            f" p AS MATERIALIZED (SELECT * FROM c {outer} ORDER BY {order} LIMIT {limit})"
            f" SELECT {columns}, {mask} AS mask FROM p c JOIN resource r ON r.type = {build.type(query.type)} AND r.rid = c.rid"
            f" ORDER BY {order}"
        )
    else:
        sql = f"SELECT {columns}, {mask} AS mask FROM resource r WHERE {where} ORDER BY {order} LIMIT {limit}"
    rows = await conn.fetch(sql, *build.sql.args)
    return rows, [() if not query.sort else (plain(row[column]),) for row in rows]


def _walk_after(build: Build, cursor: Cursor, column: str, row: str, down: bool) -> str:
    rid = build.sql.arg(cursor.rid, "bigint")
    operator = "<" if down else ">"
    if column == "rid":
        return f"{row}.rid {operator} {rid}"
    if cursor.values[0] is None:
        return f"{row}.{column} = '-infinity' AND {row}.rid {operator} {rid}"
    return f"({row}.{column}, {row}.rid) {operator} ({build.sql.arg(cursor.values[0], 'timestamptz')}, {rid})"


async def _gather(store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], cursor: Cursor | None,
                  size: int) -> _Fetched:  # fmt: skip
    """Order by computed keys: all candidates first, at most MAX_SORTED, then the page."""
    build = await build_of(store, conn, query, visibility)
    where = where_of(build, query, best_driver(build, query))
    names = [f"k{n}" for n in range(len(query.sort))]
    keys = ", ".join(f"{key(build, query.type, s, 'r')} AS {name}" for s, name in zip(query.sort, names, strict=True))
    named = [f"c.{name}" for name in names]
    outer = f"WHERE {after(build, query, cursor, named, 'c.rid')}" if cursor else ""
    mask = mask_column(store, build.sql, rules, query.type)
    order = order_by(query, named, "c.rid")
    rows = await conn.fetch(
        f"WITH c AS MATERIALIZED (SELECT r.rid, {keys} FROM resource r WHERE {where} LIMIT {MAX_SORTED + 1}),"
        f" p AS MATERIALIZED (SELECT *, (SELECT count(*) FROM c) AS n FROM c {outer} ORDER BY {order} LIMIT {build.sql.arg(size + 1, 'bigint')})"
        f" SELECT c.*, r.type, r.id, r.ver, r.upd, r.body, {mask} AS mask"
        f" FROM p c JOIN resource r ON r.type = {build.type(query.type)} AND r.rid = c.rid ORDER BY {order}", *build.sql.args
    )  # fmt: skip
    if rows and rows[0]["n"] > MAX_SORTED:
        raise too_many()
    return rows, [tuple(plain(row[name]) for name in names) for row in rows]


async def _sort_here(store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], cursor: Cursor | None,
                     size: int) -> _Fetched:  # fmt: skip
    build = await build_of(store, conn, query, visibility)
    where = where_of(build, query, best_driver(build, query))
    mask = mask_column(store, build.sql, rules, query.type)
    rows = await conn.fetch(
        f"SELECT r.type, r.rid, r.id, r.ver, r.upd, r.body, {mask} AS mask FROM resource r WHERE {where} LIMIT {MAX_SORTED + 1}",
        *build.sql.args,
    )
    if len(rows) > MAX_SORTED:
        raise too_many()
    return await sorted_page(store, query, rows, cursor, size + 1)


def too_many() -> TooCostly:
    return TooCostly(
        f"More than {MAX_SORTED:,} resources match, too many to sort this way; narrow the search.", path="_sort"
    )
