"""What keeps an open store good while a server runs: statistics for the planner, dictionaries for bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.store.bodies import SAMPLES
from osler.store.write import unpack

if TYPE_CHECKING:
    from osler.store.store import Store

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
    for type_ in await _without_dictionary(store):
        await store.learn_dictionary(type_, await _bodies(store, type_))


async def _without_dictionary(store: Store) -> list[str]:
    """Types with resources enough to train on that have no dictionary yet."""
    lacking = [id_ for type_, id_ in store.types.items() if not store.bodies.has_dictionary(type_)]
    async with store.pool.connection() as conn:
        return [store.type_name(row["id"]) for row in await conn.fetch(_RIPE, lacking, SAMPLES)]


async def _bodies(store: Store, type_: str) -> list[bytes]:
    async with store.pool.connection() as conn:
        rows = await conn.fetch(_SAMPLES, store.type_id(type_), 4 * SAMPLES)
    return [await unpack(store, row["body"]) for row in rows]
