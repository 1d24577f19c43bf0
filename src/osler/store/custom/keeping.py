"""Reading the site's own search parameters of the rows that were there before them, and taking away those that are gone.

A pass over a type goes by row id and begins when every process has heard of the change: whatever is written from then on is
indexed by it already. It is kept in the database how far it is, so that it goes on after a restart, in any process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from osler.fhir.search.custom import failed
from osler.fhir.search.keys import present
from osler.fhir.search.values import IndexValues
from osler.store.custom.loading import refresh
from osler.store.custom.state import LEASE
from osler.store.pool import Connection
from osler.store.reindex import index_rows, rows_anew

if TYPE_CHECKING:
    from osler.store.store import Store

BATCH = 100
GRACE = LEASE + 3
"""Seconds after which every process indexes by a change, or does not write."""
LATE = 300.0
"""Seconds after which what was being written when the change came is looked at once more."""
_WINDOW = 60.0
"""By so much clocks may differ."""
ROUND = 1.0
"""Seconds of work in one round of a server."""

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('osler custom_param'))"
_BEGIN = """
INSERT INTO custom_param (type, code, print, first, last)
SELECT t, c, p, (SELECT coalesce(min(rid), 0) FROM resource WHERE type = t), (SELECT coalesce(max(rid), 0) FROM resource WHERE type = t)
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS wanted (t, c, p)
ON CONFLICT (type, code) DO UPDATE SET print = excluded.print, since = excluded.since, first = excluded.first, last = excluded.last,
    reached = -1, done = false, gone = false, late = -1
WHERE custom_param.print <> excluded.print OR custom_param.gone
"""
_END = """
UPDATE custom_param SET gone = true, done = false, since = clock_timestamp(), late = NULL
WHERE NOT gone AND (type, code) NOT IN (SELECT * FROM unnest($1::smallint[], $2::text[]))
"""
_NEXT = """
SELECT type, code, reached, gone, late, done, since FROM custom_param c
WHERE CASE WHEN done THEN late IS NOT NULL AND since < clock_timestamp() - $2 * interval '1 second'
           ELSE since <= clock_timestamp() - $1 * interval '1 second' AND NOT EXISTS (
               SELECT 1 FROM pg_stat_activity a WHERE a.datname = current_database() AND a.backend_xid IS NOT NULL
               AND a.xact_start < c.since + $1 * interval '1 second' AND a.pid <> pg_backend_pid()) END
ORDER BY done, gone, type, reached
"""
_ROWS = "SELECT rid, id, ver, upd, tok, body FROM resource WHERE type = $1 AND NOT deleted AND {} ORDER BY rid LIMIT $2"


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be done next: some parameters of one type."""

    type: str
    codes: list[str]
    kind: str
    """`read`, `late` or `gone`."""
    after: int
    since: Any


async def keep(store: Store) -> None:
    """One round of a server: learns what has changed, and works on it for about a second."""
    await refresh(store)
    if not store.custom.settled():
        await index_custom(store, seconds=ROUND)


async def index_custom(store: Store, *, seconds: float, grace: float = GRACE, late: float = LATE) -> int:
    """Works for about so long; how many rows it has looked at. One process at a time; the others find nothing to do."""
    done, until = 0, time.monotonic() + seconds
    while True:
        count = await _step(store, grace, late)
        if count is None:
            break
        done += count
        if time.monotonic() >= until:
            break
    await refresh(store)
    return done


async def _step(store: Store, grace: float, late: float) -> int | None:
    """A batch in a transaction of its own; None when nothing is to be done now."""
    async with store.transaction() as conn:
        if not await conn.fetchval(_LOCK):
            return None
        await _reconcile(store, conn)
        work = await _next(store, conn, grace, late)
        if work is None:
            return None
        rows = await _fetch(store, conn, work)
        await _index(store, conn, work, rows)
        await _note(store, conn, work, rows)
        return len(rows)


async def _reconcile(store: Store, conn: Connection) -> None:
    await refresh(store, conn)
    wanted = store.custom.params.all()
    types, codes = [store.type_id(each.key[0]) for each in wanted], [each.key[1] for each in wanted]
    await conn.execute(_BEGIN, types, codes, [each.print for each in wanted])
    await conn.execute(_END, types, codes)


async def _next(store: Store, conn: Connection, grace: float, late: float) -> _Work | None:
    rows = await conn.fetch(_NEXT, grace, late)
    if not rows:
        return None
    first = rows[0]
    kind = _kind(first)
    same = [row for row in rows if row["type"] == first["type"] and _kind(row) == kind]
    if kind == "late":
        same = same[:1]
    after = first["late"] if kind == "late" else min(row["reached"] for row in same)
    return _Work(store.type_name(first["type"]), [row["code"] for row in same], kind, after, first["since"])


def _kind(row: Any) -> str:
    return "gone" if row["gone"] else "late" if row["done"] else "read"


async def _fetch(store: Store, conn: Connection, work: _Work) -> list[Any]:
    type_ = store.type_id(work.type)
    match work.kind:
        case "gone":
            return await conn.fetch(_ROWS.format("tok && $3::bigint[]"), type_, BATCH, _marks(store, work))
        case "late":
            span = (
                "rid > $3 AND upd BETWEEN $4::timestamptz - $5 * interval '1 second' AND $4 + $5 * interval '1 second'"
            )
            return await conn.fetch(_ROWS.format(span), type_, BATCH, work.after, work.since, GRACE + _WINDOW)
        case _:
            return await conn.fetch(_ROWS.format("rid > $3"), type_, BATCH, work.after)


def _marks(store: Store, work: _Work) -> list[int]:
    """Tokens one of which every row has that a parameter was read of."""
    return [store.hasher.token(work.type, mark) for code in work.codes for mark in (present(code), failed(code))]


async def _index(store: Store, conn: Connection, work: _Work, found: list[Any]) -> None:
    """Writes those rows anew that the parameters say something of, or have said."""
    marks = set(_marks(store, work))
    names = {mark for code in work.codes for mark in (present(code), failed(code))}

    def concerns(values: IndexValues, row: Any) -> bool:
        return not (names.isdisjoint(values.tokens) and marks.isdisjoint(row["tok"]))

    await index_rows(conn, await rows_anew(store, found, concerns))


async def _note(store: Store, conn: Connection, work: _Work, rows: list[Any]) -> None:
    type_, last = store.type_id(work.type), rows[-1]["rid"] if rows else work.after
    whole, of = len(rows) < BATCH, "WHERE type = $1 AND code = ANY ($2::text[])"
    match work.kind:
        case "gone":
            if not rows:
                await conn.execute(f"DELETE FROM custom_param {of}", type_, work.codes)
        case "late":
            await conn.execute(f"UPDATE custom_param SET late = $3 {of}", type_, work.codes, None if whole else last)
        case _:
            done = f"UPDATE custom_param SET reached = greatest(reached, $3), done = $4 {of}"
            await conn.execute(done, type_, work.codes, last, whole)
