"""Pages in the order of one indexed column: along that index until the page is full, or the few candidates sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from osler.fhir.search.query import Query
from osler.store.pool import Connection
from osler.store.read import mask_column
from osler.store.search.build import Build
from osler.store.search.drivers import best_driver
from osler.store.search.estimates import SCAN_ABOVE
from osler.store.search.gather import Fetched
from osler.store.search.order import Cursor, descending, plain, simple_column
from osler.store.search.ways import Driver
from osler.store.search.where import build_of, where_of
from osler.store.visibility import Rule, Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

MOST_GATHERED = 20_000
"""Candidates of a long list of values that are gathered; where there are more, walking soon fills the page."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """One search while its page is fetched; `column` is the one it is ordered by."""

    store: Store
    conn: Connection
    query: Query
    visibility: Visibility
    rules: list[Rule]
    column: str
    back: bool
    """The page is read backwards, from the row that comes after it."""

    @property
    def down(self) -> bool:
        return descending(self.query) != self.back

    async def build(self) -> Build:
        return await build_of(self.store, self.conn, self.query, self.visibility)

    def order(self, alias: str) -> str:
        direction = "DESC" if self.down else "ASC"
        return f"{alias}.{self.column} {direction}" + ("" if self.column == "rid" else f", {alias}.rid {direction}")

    def columns(self, build: Build) -> str:
        mask = mask_column(self.store, build.sql, self.rules, self.query.type)
        return f"r.type, r.rid, r.id, r.ver, r.upd, r.d_lo, r.body, {mask} AS mask"


async def walked(store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], cursor: Cursor | None,
                 size: int) -> Fetched:  # fmt: skip
    """Order by one indexed column. Ascending clinical dates take absent ones (minus infinity) in a second step, or in the
    first one when going back."""
    back = cursor is not None and cursor.back
    walk = _Walk(store, conn, query, visibility, rules, simple_column(query) or "rid", back)
    if walk.column != "d_lo" or descending(query):
        return await _part(walk, cursor, size, "")
    rows: list[Any] = []
    values: list[tuple[Any, ...]] = []
    for part in _steps_from(cursor):
        more = await _part(walk, cursor, size - len(rows), part)
        rows, values, cursor = rows + more[0], values + more[1], None
        if len(rows) > size:
            break
    return rows, values


def _steps_from(cursor: Cursor | None) -> list[str]:
    """The parts of ascending clinical dates that are yet to be read, in the order in which they are."""
    dated, undated = "r.d_lo > '-infinity'", "r.d_lo = '-infinity'"
    if cursor is None:
        return [dated, undated]
    is_dated = cursor.values[0] is not None
    if cursor.back:
        return [dated] if is_dated else [undated, dated]
    return [dated, undated] if is_dated else [undated]


async def _part(walk: _Walk, cursor: Cursor | None, size: int, part: str) -> Fetched:
    build = await walk.build()
    driver = best_driver(build, walk.query)
    rows: list[Any] | None
    if driver is not None and driver.many:
        rows = await _gather(walk, build, driver, cursor, size, part, MOST_GATHERED)
        if rows is None:
            rows = await _along(walk, await walk.build(), None, cursor, size, part)
    elif driver is None or driver.rows > SCAN_ABOVE:
        rows = await _along(walk, build, None, cursor, size, part)
    elif driver.kind == "patient" and walk.column == "d_lo":
        rows = await _along(walk, build, driver, cursor, size, part)
    else:
        rows = await _gather(walk, build, driver, cursor, size, part, None)
    assert rows is not None
    return rows, [() if not walk.query.sort else (plain(row[walk.column]),) for row in rows]


async def _along(
    walk: _Walk, build: Build, driver: Driver | None, cursor: Cursor | None, size: int, part: str
) -> list[Any]:
    """Along an index in order, until the page is full."""
    parts = [where_of(build, walk.query, driver), part]
    if cursor is not None:
        parts.append(_after(build, cursor, walk.column, "r", walk.down))
    where, limit = " AND ".join(filter(None, parts)), build.sql.arg(size + 1, "bigint")
    columns = walk.columns(build)
    sql = f"SELECT {columns} FROM resource r WHERE {where} ORDER BY {walk.order('r')} LIMIT {limit}"
    return await walk.conn.fetch(sql, *build.sql.args)


async def _gather(walk: _Walk, build: Build, driver: Driver, cursor: Cursor | None, size: int, part: str,
                  most: int | None) -> list[Any] | None:  # fmt: skip
    """All candidates, then the page of them; None when there are more than `most`."""
    where = " AND ".join(filter(None, [where_of(build, walk.query, driver), part]))
    chosen = "rid" if walk.column == "rid" else f"rid, r.{walk.column}"
    found = f"SELECT r.{chosen} FROM resource r WHERE {where}"
    outer = f"WHERE {_after(build, cursor, walk.column, 'c', walk.down)}" if cursor is not None else ""
    counted = ""
    if most is not None:
        # Counted are those of this page and the ones after it: some of them are on the page, and tell.
        found, outer = f"SELECT c.* FROM ({found} OFFSET 0) c {outer} LIMIT {most + 1}", ""
        counted = ", (SELECT count(*) FROM c) AS n"
    limit = build.sql.arg(size + 1, "bigint")
    rows = await walk.conn.fetch(
        f"WITH c AS MATERIALIZED ({found}),"
        f" p AS MATERIALIZED (SELECT *{counted} FROM c {outer} ORDER BY {walk.order('c')} LIMIT {limit})"
        f" SELECT {walk.columns(build)}{', c.n' if most is not None else ''}"
        f" FROM p c JOIN resource r ON r.type = {build.type(walk.query.type)} AND r.rid = c.rid ORDER BY {walk.order('c')}",
        *build.sql.args,
    )
    return None if most is not None and rows and rows[0]["n"] > most else rows


def _after(build: Build, cursor: Cursor, column: str, row: str, down: bool) -> str:
    rid = build.sql.arg(cursor.rid, "bigint")
    operator = "<" if down else ">"
    if column == "rid":
        return f"{row}.rid {operator} {rid}"
    value = cursor.values[0]
    moment = "'-infinity'::timestamptz" if value is None else build.sql.arg(value, "timestamptz")
    return f"({row}.{column}, {row}.rid) {operator} ({moment}, {rid})"
