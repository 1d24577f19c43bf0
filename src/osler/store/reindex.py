"""Indexing anew, while the server runs, what an older version of Osler has indexed by its own rules.

The property `search_version` is the lowest version of the rules that any row may have. While it is behind, a search that
needs the newer rules is Unavailable; all others are answered as before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from osler.core.errors import Unavailable
from osler.fhir import json
from osler.fhir.search.partial import BEGINNING, is_end
from osler.fhir.search.query import (
    Both,
    Chain,
    Criterion,
    Either,
    Has,
    Near,
    Negation,
    Phrases,
    Query,
    Strings,
    Tokens,
)
from osler.fhir.search.values import IndexValues
from osler.store.many import in_turns
from osler.store.pool import Connection
from osler.store.rows import SEARCH_VERSION, Row, make_row, search_version, version_of_known
from osler.store.search.units import converts
from osler.store.values import values_of
from osler.store.write import unpack

if TYPE_CHECKING:
    from osler.store.store import Store

BATCH = 200
_UNITS = _TEXTS = 2
_PARTS = 5
"""Since which version of the rules an index has them."""
_OLD = (
    "SELECT rid, id, ver, upd, body FROM resource"
    " WHERE type = $1 AND rid > $2 AND sv < $3 AND (pat IS NULL OR sv < $4) AND NOT deleted ORDER BY rid LIMIT $5"
)
_PLACES = ", ".join(f"${n}" for n in range(1, 35))
_REACHED = "SELECT name, value::int FROM property WHERE name = 'search_version' OR name LIKE 'search\\_version.%'"
_NOTE = (
    "INSERT INTO property VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE property.value::int < excluded.value::int"
)


async def look(store: Store, conn: Connection) -> None:
    """Learns whether old rows may be left. In a database without rows there are none."""
    noted = {row["name"]: row["value"] for row in await conn.fetch(_REACHED)}
    reached = noted.pop("search_version", None)
    if reached is None and not await conn.fetchval("SELECT EXISTS (SELECT 1 FROM resource)"):
        await conn.execute(_NOTE, "search_version", str(SEARCH_VERSION))
        reached = SEARCH_VERSION
    store.indexed_to = reached or 1
    store.indexed_types = {name.partition(".")[2]: version for name, version in noted.items()}


async def index_anew(store: Store, *, seconds: float) -> int:
    """Works on old rows for about so long; how many it has indexed. Goes on where it was the next time."""
    if not store.indexing:
        return 0
    done, until = 0, time.monotonic() + seconds
    for type_ in sorted(
        _behind(store), key=lambda each: (each != "Patient", each)
    ):  # everything begins with finding somebody
        while time.monotonic() < until:
            count = await _batch(store, type_)
            done += count
            if not count:
                store.indexed_after.pop(type_, None)
                await _note(store, f"search_version.{type_}", search_version(type_))
                break
        else:
            return done
    await _note(store, "search_version", SEARCH_VERSION)
    return done


def _behind(store: Store) -> list[str]:
    """Types of which old rows may be left."""
    return [each for each in store.types if search_version(each) > store.indexed(each)]


async def _note(store: Store, name: str, version: int) -> None:
    async with store.pool.connection() as conn:
        await conn.execute(_NOTE, name, str(version))
        await look(store, conn)


async def _batch(store: Store, type_: str) -> int:
    """Rows of one type, in a transaction of their own; 0 when none is left."""
    after = store.indexed_after.get(type_, -1)
    async with store.pool.connection() as conn:
        versions = search_version(type_), version_of_known(type_)
        found = await conn.fetch(_OLD, store.type_id(type_), after, *versions, BATCH)
    if not found:
        return 0
    rows = await rows_anew(store, found)
    async with store.transaction() as conn:
        await index_rows(conn, rows)
    store.indexed_after[type_] = found[-1]["rid"]
    return len(found)


async def rows_anew(
    store: Store, found: list[Any], chosen: Callable[[IndexValues, Any], bool] = lambda _values, _row: True
) -> list[Row]:
    """The rows that these (rid, ver, upd, body) are by the rules of now, with every name known; of those that are `chosen`."""
    rows: list[Row] = []
    async for each in in_turns(found):
        body = await unpack(store, each["body"])
        resource = json.decode(body)
        values = values_of(store, resource, body)
        if chosen(values, each):
            await store.intern_names(resource, values)
            rows.append(
                make_row(store, resource, body, values, rid=each["rid"], version=each["ver"], updated=each["upd"])
            )
    await store.learn_phrases(phrase for row in rows for phrase in row.phrases)
    return rows


async def index_rows(conn: Connection, rows: list[Row]) -> None:
    """Writes what indexes them; no version, and nothing of what has changed meanwhile."""
    for row in rows:
        await conn.execute(f"SELECT reindex_resource({_PLACES})", *row.arguments()[:34])


async def check(store: Store, conn: Connection, query: Query) -> None:
    """Raises Unavailable for a query that old rows would answer wrongly, while there may be some."""
    if not store.indexing or not _is_ahead(store, query):
        return
    await look(store, conn)  # another process may have finished
    if _is_ahead(store, query):
        message = (
            "The search index is being brought up to date after an upgrade; this search will be answered again later."
        )
        raise Unavailable(message, retry_after=60)


def _is_ahead(store: Store, query: Query) -> bool:
    """Whether it needs newer rules than those that every row it looks at is indexed by."""
    reached = store.indexed(query.type)
    if converts(query) and reached < _UNITS:
        return True
    return any(_needs_more(store, each, reached) for each in query.where)


def _needs_more(store: Store, criterion: Criterion, reached: int) -> bool:
    match criterion:
        case Phrases() | Near():
            return reached < _TEXTS
        case Strings():
            return criterion.param == BEGINNING and reached < _PARTS
        case Tokens():
            return reached < _PARTS and any(map(is_end, criterion.keys))
        case Chain():
            return any(_is_ahead(store, each) for each in criterion.targets)
        case Has():
            return _is_ahead(store, criterion.source)
        case Either():
            return any(_needs_more(store, each, reached) for each in criterion.options)
        case Both():
            return any(_needs_more(store, each, reached) for each in criterion.parts)
        case Negation():
            return _needs_more(store, criterion.of, reached)
        case _:
            return False
