"""Pages in an order that no index has: all candidates first, at most MAX_SORTED, then the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osler.core.errors import TooCostly
from osler.fhir.search.query import Query
from osler.store.pool import Connection
from osler.store.read import mask_column
from osler.store.search.drivers import best_driver
from osler.store.search.order import Cursor, after, key, order_by, plain
from osler.store.search.python_sort import sorted_page
from osler.store.search.where import MAX_SORTED, all_matches, build_of, where_of
from osler.store.visibility import Rule, Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

Fetched = tuple[list[Any], list[tuple[Any, ...]]]
"""Rows of a page and the sort values of each."""


async def gathered(store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], cursor: Cursor | None,
                   size: int) -> Fetched:  # fmt: skip
    """Order by keys that PostgreSQL computes."""
    build = await build_of(store, conn, query, visibility)
    where = where_of(build, query, best_driver(build, query))
    names = [f"k{n}" for n in range(len(query.sort))]
    keys = ", ".join(f"{key(build, query.type, s, 'r')} AS {name}" for s, name in zip(query.sort, names, strict=True))
    named = [f"c.{name}" for name in names]
    outer = f"WHERE {after(build, query, cursor, named, 'c.rid')}" if cursor else ""
    mask = mask_column(store, build.sql, rules, query.type)
    order = order_by(query, named, "c.rid", back=cursor is not None and cursor.back)
    rows = await conn.fetch(
        f"WITH c AS MATERIALIZED (SELECT r.rid, {keys} FROM resource r WHERE {where} LIMIT {MAX_SORTED + 1}),"
        f" p AS MATERIALIZED (SELECT *, (SELECT count(*) FROM c) AS n FROM c {outer} ORDER BY {order} LIMIT {build.sql.arg(size + 1, 'bigint')})"
        f" SELECT c.*, r.type, r.id, r.ver, r.upd, r.body, {mask} AS mask"
        f" FROM p c JOIN resource r ON r.type = {build.type(query.type)} AND r.rid = c.rid ORDER BY {order}", *build.sql.args
    )  # fmt: skip
    if rows and rows[0]["n"] > MAX_SORTED:
        raise _too_many()
    return rows, [tuple(plain(row[name]) for name in names) for row in rows]


async def sorted_here(store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], cursor: Cursor | None,
                      size: int) -> Fetched:  # fmt: skip
    """Order by keys that are only in the bodies."""
    rows = await all_matches(store, conn, query, visibility, rules, _too_many())
    return await sorted_page(store, query, rows, cursor, size + 1)


def _too_many() -> TooCostly:
    return TooCostly(
        f"More than {MAX_SORTED:,} resources match, too many to sort this way; narrow the search.", path="_sort"
    )
