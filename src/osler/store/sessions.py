"""SQL of staff sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osler.store.pool import Connection


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: str
    account: str
    stage: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    misses: int
    address: str
    agent: str


_COLUMNS = "id, account, stage, created_at, seen_at, ends_at, misses, address, agent"


def _session(row: Any) -> SessionRow:
    return SessionRow(*row)


async def add_session(conn: Connection, session: SessionRow, hash_: bytes) -> None:
    await conn.execute(
        "INSERT INTO session (id, hash, account, stage, created_at, seen_at, ends_at, address, agent) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        session.id,
        hash_,
        session.account,
        session.stage,
        session.created_at,
        session.seen_at,
        session.ends_at,
        session.address,
        session.agent,
    )


async def find_session(conn: Connection, hash_: bytes, now: datetime) -> SessionRow | None:
    """The live session behind a cookie's hash."""
    row = await conn.fetchrow(
        f"SELECT {_COLUMNS} FROM session WHERE hash = $1 AND ended_at IS NULL AND ends_at > $2",
        hash_,
        now,
    )
    return _session(row) if row else None


async def list_sessions(conn: Connection, account: str, now: datetime) -> list[SessionRow]:
    """Live sessions of one person, newest first."""
    rows = await conn.fetch(
        f"SELECT {_COLUMNS} FROM session WHERE account = $1 AND ended_at IS NULL AND ends_at > $2 "
        "ORDER BY created_at DESC",
        account,
        now,
    )
    return [_session(row) for row in rows]


async def touch_session(conn: Connection, id_: str, at: datetime) -> None:
    """The person did something. A session that locked in the meantime stays locked."""
    await conn.execute(
        "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2 AND stage = 'open' AND ended_at IS NULL",
        id_,
        at,
    )


async def lock_session(conn: Connection, id_: str, *, seen_before: datetime | None = None) -> bool:
    """Lock an open session, with `seen_before` only if nothing was done since. Returns whether this call locked it."""
    sql = (
        "UPDATE session SET stage = 'locked', misses = 0 WHERE id = $1 AND stage = 'open' AND ended_at IS NULL "
        "AND ($2::timestamptz IS NULL OR seen_at < $2) RETURNING id"
    )
    return await conn.fetchval(sql, id_, seen_before) is not None


async def open_session(
    conn: Connection, id_: str, at: datetime, *, hash_: bytes | None = None, ends_at: datetime | None = None
) -> bool:
    """Unlock, or with a new `hash_` and `ends_at` finish signing in. False when the session ended meanwhile."""
    sql = (
        "UPDATE session SET stage = 'open', seen_at = $2, misses = 0, hash = coalesce($3, hash), "
        "ends_at = coalesce($4, ends_at) "
        "WHERE id = $1 AND ended_at IS NULL RETURNING id"
    )
    return await conn.fetchval(sql, id_, at, hash_, ends_at) is not None


async def count_miss(conn: Connection, id_: str) -> int:
    """Count a try at a code, PIN or password before it is judged; returns how many that makes."""
    return await conn.fetchval("UPDATE session SET misses = misses + 1 WHERE id = $1 RETURNING misses", id_) or 0


async def end_session(conn: Connection, id_: str, at: datetime) -> bool:
    """Returns whether this call ended it."""
    sql = "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id"
    return await conn.fetchval(sql, id_, at) is not None


async def end_sessions(conn: Connection, account: str, at: datetime, *, but: str = "") -> int:
    """End every session of one person, but for the one with id `but`. Returns how many."""
    rows = await conn.fetch(
        "UPDATE session SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL AND id <> $3 RETURNING id",
        account,
        at,
        but,
    )
    return len(rows)
