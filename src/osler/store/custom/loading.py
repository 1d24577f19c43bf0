"""Learning which search parameters the site has defined."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from osler.fhir import json
from osler.fhir.search.custom import CustomParam, CustomParams, params_of
from osler.store import terms
from osler.store.custom.state import State
from osler.store.pool import Connection
from osler.store.write import unpack

if TYPE_CHECKING:
    from osler.store.store import Store

MOST_READ = 2_000
_MARK = "SELECT count(*) AS n, coalesce(sum(ver), 0)::bigint AS vers, max(rid) AS last FROM resource WHERE type = $1"
_ACTIVE = (
    "SELECT id, body FROM resource WHERE type = $1 AND NOT deleted AND tok @> ARRAY[$2::bigint] ORDER BY rid LIMIT $3"
)
_STATES = (
    "SELECT type, code, print, first, last, reached, done, gone, late IS NOT NULL AS late,"
    " extract(epoch FROM clock_timestamp() - since)::float8 AS seconds FROM custom_param"
)


async def refresh(store: Store, conn: Connection | None = None) -> None:
    """Takes over what is active now, and how far the index is for it."""
    if conn is None:
        async with store.aside.connection() as own:
            return await refresh(store, own)
    custom, began = store.custom, time.monotonic()
    custom.changed = False
    row = await conn.fetchrow(_MARK, store.type_id("SearchParameter"))
    assert row is not None
    mark = row["n"], row["vers"], row["last"] or 0
    if mark != custom.mark:
        params = CustomParams.of(await _active(store, conn) if mark[0] else ())
        await store.terms.intern(store.aside, terms.PARAM, {".".join(each.key) for each in params.all()})
        custom.params, custom.mark = params, mark
    custom.states = {
        (store.type_name(row["type"]), row["code"]): State(
            row["print"], row["done"], row["gone"], _percent(row["first"], row["last"], row["reached"]), row["seconds"],
            row["late"],
        )
        for row in await conn.fetch(_STATES)
    }  # fmt: skip
    custom.looked_at = began
    return None


async def _active(store: Store, conn: Connection) -> list[CustomParam]:
    """The oldest first: of two with one code it is the one that counts."""
    active = store.hasher.token("SearchParameter", "status=active")
    rows = await conn.fetch(_ACTIVE, store.type_id("SearchParameter"), active, MOST_READ)
    return [each for row in rows for each in params_of(json.decode(await unpack(store, row["body"])))]


def _percent(first: int, last: int, reached: int) -> int:
    if reached < first:
        return 0
    return min(99, 100 * (reached - first) // max(1, last - first))
