"""Indexing anew, while the server runs, what an older version of Osler has indexed by its own rules.

The property `search_version` is the lowest version of the rules that any row may have. While it is behind, a search that
needs the newer rules is Unavailable; all others are answered as before.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

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
from osler.store.many import in_turns
from osler.store.pool import Connection
from osler.store.rows import SEARCH_VERSION, Row, make_row, search_version
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
    "SELECT rid, id, ver, upd, body FROM resource WHERE type = $1 AND rid > $2 AND sv < $3 AND NOT deleted"
    " ORDER BY rid LIMIT $4"
)
_PLACES = ", ".join(f"${n}" for n in range(1, 35))
_REACHED = "SELECT value::int FROM property WHERE name = 'search_version'"
_NOTE = (
    "INSERT INTO property VALUES ('search_version', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE property.value::int < excluded.value::int"
)


async def look(store: Store, conn: Connection) -> None:
    """Learns whether old rows may be left. In a database without rows there are none."""
    reached = await conn.fetchval(_REACHED)
    if reached is None and not await conn.fetchval("SELECT EXISTS (SELECT 1 FROM resource)"):
        await conn.execute(_NOTE, str(SEARCH_VERSION))
        reached = SEARCH_VERSION
    store.indexed_to = reached or 1
    store.indexing = store.indexed_to < SEARCH_VERSION


async def index_anew(store: Store, *, seconds: float) -> int:
    """Works on old rows for about so long; how many it has indexed. Goes on where it was the next time."""
    if not store.indexing:
        return 0
    done, until = 0, time.monotonic() + seconds
    for type_ in sorted(each for each in store.types if search_version(each) > store.indexed_to):
        while time.monotonic() < until:
            count = await _batch(store, type_)
            done += count
            if not count:
                store.indexed_after.pop(type_, None)
                break
        else:
            return done
    async with store.pool.connection() as conn:
        await conn.execute(_NOTE, str(SEARCH_VERSION))
    store.indexing = False
    return done


async def _batch(store: Store, type_: str) -> int:
    """Rows of one type, in a transaction of their own; 0 when none is left."""
    after = store.indexed_after.get(type_, -1)
    async with store.pool.connection() as conn:
        found = await conn.fetch(_OLD, store.type_id(type_), after, search_version(type_), BATCH)
    if not found:
        return 0
    rows: list[Row] = []
    async for each in in_turns(found):
        body = await unpack(store, each["body"])
        resource = json.decode(body)
        values = values_of(store, resource, body)
        await store.intern_names(resource, values)
        rows.append(make_row(store, resource, body, values, rid=each["rid"], version=each["ver"], updated=each["upd"]))
    await store.learn_phrases(phrase for row in rows for phrase in row.phrases)
    async with store.transaction() as conn:
        for row in rows:
            await conn.execute(f"SELECT reindex_resource({_PLACES})", *row.arguments()[:34])
    store.indexed_after[type_] = found[-1]["rid"]
    return len(found)


async def check(store: Store, conn: Connection, query: Query) -> None:
    """Raises Unavailable for a query that old rows would answer wrongly, while there may be some."""
    if not store.indexing or (since := _since(query)) <= store.indexed_to:
        return
    await look(store, conn)  # another process may have finished
    if since > store.indexed_to:
        message = (
            "The search index is being brought up to date after an upgrade; this search will be answered again later."
        )
        raise Unavailable(message, retry_after=60)


def _since(query: Query) -> int:
    """The version of the rules that it needs."""
    return max([_UNITS if converts(query) else 0, *map(_version, query.where)])


def _version(criterion: Criterion) -> int:
    match criterion:
        case Phrases() | Near():
            return _TEXTS
        case Strings():
            return _PARTS if criterion.param == BEGINNING else 0
        case Tokens():
            return _PARTS if any(is_end(key) for key in criterion.keys) else 0
        case Chain():
            return max(map(_since, criterion.targets), default=0)
        case Has():
            return _since(criterion.source)
        case Either():
            return max(map(_version, criterion.options), default=0)
        case Both():
            return max(map(_version, criterion.parts), default=0)
        case Negation():
            return _version(criterion.of)
        case _:
            return 0
