"""What keeps an open store good while a server runs: statistics for the planner, dictionaries for bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.store.bodies import MOST_SAMPLES, RIPE
from osler.store.reindex import index_anew
from osler.store.write import unpack

if TYPE_CHECKING:
    from osler.store.store import Store

INDEXING = 8.0
"""Seconds of a round that go to indexing anew, after an upgrade."""
_LEARNING = 0x05_1E_D1C7
"""The lock of who trains."""
_RIPE = """
SELECT t.id FROM unnest($1::smallint[]) AS t(id)
WHERE (SELECT count(*) FROM (SELECT 1 FROM resource r WHERE r.type = t.id LIMIT $2) AS enough) >= $2
"""
_SAMPLES = "SELECT r.body FROM resource r WHERE r.type = $1 AND NOT r.deleted ORDER BY r.rid DESC LIMIT $2"


async def keep_house(store: Store) -> None:
    """One round. Raises Unavailable when the database is away; the next round begins anew."""
    await store.merge_waiting_tokens()
    await store.refresh_statistics()
    await store.load_dictionaries()
    await _learn(store)
    await index_anew(store, seconds=INDEXING)


async def _learn(store: Store) -> None:
    """At most one dictionary a round, by one process at a time: training takes a second or two of a processor."""
    ripe = [
        (type_, generation)
        for generation, wanted in enumerate(RIPE)
        for type_ in await _ripe(store, generation, wanted)
    ]
    if not ripe:
        return
    type_, generation = ripe[0]
    async with store.pool.connection() as conn:
        if await conn.fetchval("SELECT pg_try_advisory_lock($1)", _LEARNING):
            try:
                store.tried.add((type_, generation))
                await store.learn_dictionary(type_, await _bodies(store, type_))
            finally:
                await conn.fetchval("SELECT pg_advisory_unlock($1)", _LEARNING)


async def _ripe(store: Store, generation: int, wanted: int) -> list[str]:
    """Types of this many dictionaries, with resources enough to train the next one on, that were not tried yet."""
    types = [
        id_ for type_, id_ in store.types.items()
        if store.bodies.is_due(type_, generation) and (type_, generation) not in store.tried
    ]  # fmt: skip
    async with store.pool.connection() as conn:
        return [store.type_name(row["id"]) for row in await conn.fetch(_RIPE, types, wanted)]


async def _bodies(store: Store, type_: str) -> list[bytes]:
    async with store.pool.connection() as conn:
        rows = await conn.fetch(_SAMPLES, store.type_id(type_), MOST_SAMPLES)
    return [await unpack(store, row["body"]) for row in rows]
