"""Learning which search parameters the site has defined."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one look at the database gave; `active` only when it is not what was known."""

    began: float
    mark: tuple[int, int, int]
    active: list[Any] | None
    states: list[Any]


async def refresh(store: Store, conn: Connection | None = None) -> None:
    """Takes over what is active now, and how far the index is for it."""
    store.custom.changed = False
    if conn is None:
        async with store.aside.connection() as own:
            seen = await _look(store, own)
    else:
        seen = await _look(store, conn)
    # Not with the connection in hand: reading and interning may each need one of the same few.
    params = None if seen.active is None else CustomParams.of(await _defined(store, seen.active))
    if params is not None:
        await store.terms.intern(store.aside, terms.PARAM, {".".join(each.key) for each in params.all()})
    custom = store.custom
    if seen.began < custom.looked_at:  # another look was faster, and is newer
        return
    if params is not None:
        custom.params, custom.mark = params, seen.mark
    custom.states = {(store.type_name(row["type"]), row["code"]): _state(row) for row in seen.states}
    custom.looked_at = seen.began


async def _look(store: Store, conn: Connection) -> _Seen:
    began, type_ = time.monotonic(), store.type_id("SearchParameter")
    row = await conn.fetchrow(_MARK, type_)
    assert row is not None
    mark, active = (row["n"], row["vers"], row["last"] or 0), None
    if mark != store.custom.mark:
        is_active = store.hasher.token("SearchParameter", "status=active")
        active = await conn.fetch(_ACTIVE, type_, is_active, MOST_READ) if mark[0] else []
    return _Seen(began, mark, active, await conn.fetch(_STATES))


async def _defined(store: Store, rows: list[Any]) -> list[CustomParam]:
    """The oldest first: of two with one code it is the one that counts."""
    return [each for row in rows for each in params_of(json.decode(await unpack(store, row["body"])))]


def _state(row: Any) -> State:
    percent = _percent(row["first"], row["last"], row["reached"])
    return State(row["print"], row["done"], row["gone"], percent, row["seconds"], row["late"])


def _percent(first: int, last: int, reached: int) -> int:
    if reached < first:
        return 0
    return min(99, 100 * (reached - first) // max(1, last - first))
