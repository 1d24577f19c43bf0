"""SQL of the audit: rows, writers, interned actors and shapes, seals. What they mean is `access.audit`'s business."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osler.store.pool import Connection

INSERT_ROW = """
INSERT INTO audit (num, at, target, pat, mac, writer, actor, what, n, action, purpose, outcome, type)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
"""One row, for a transaction that writes; its arguments are one `AuditRow`."""

AuditRow = tuple[int, datetime, int, int, int, int, int, int, int, int, int, int, int]
"""num, at, target, pat, mac, writer, actor, what, n, action, purpose, outcome, type."""

_INSERT_ROWS = """
INSERT INTO audit (num, at, target, pat, mac, writer, actor, what, n, action, purpose, outcome, type)
SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::integer[],
                     $7::integer[], $8::integer[], $9::integer[],
                     $10::smallint[], $11::smallint[], $12::smallint[], $13::smallint[])
"""
_SEAL_LOCK = 0x05_1E_5EA1


@dataclass(frozen=True, slots=True)
class WriterMark:
    """How far one writer had come when it was last sealed."""

    writer: int
    upto: int
    head: int
    closed: bool = False
    new: int = 0
    """Rows since the seal before."""


@dataclass(frozen=True, slots=True)
class SealRow:
    num: int
    moment: bytes
    """When, as the eight bytes PostgreSQL sends for a timestamp; so too in rows read for verification."""
    rows: int
    writers: list[int]
    uptos: list[int]
    heads: list[int]
    mac: bytes


async def insert_rows(conn: Connection, rows: Sequence[AuditRow]) -> None:
    """Insert many rows in one statement, and so in one commit."""
    if len(rows) == 1:
        await conn.execute(INSERT_ROW, *rows[0])
    else:
        await conn.execute(_INSERT_ROWS, *(list(column) for column in zip(*rows, strict=True)))


async def open_writer(conn: Connection, pid: int, opened_at: datetime) -> int:
    """Register the backend `pid` as a writer. Not on the writer's own connection while it is in a transaction: a
    rollback would take the registration back."""
    return await conn.fetchval(
        "INSERT INTO audit_writer (opened_at, pid, started_at) "
        "SELECT $1, pid, backend_start FROM pg_stat_activity WHERE pid = $2 RETURNING id",
        opened_at,
        pid,
    )


async def find_actor(conn: Connection, kind: str, ref: str, display: str, via: str) -> int | None:
    return await conn.fetchval(
        "SELECT id FROM audit_actor WHERE kind = $1 AND ref = $2 AND via = $3 AND display = $4", kind, ref, via, display
    )


async def next_actor_id(conn: Connection) -> int:
    return await conn.fetchval("SELECT nextval(pg_get_serial_sequence('audit_actor', 'id'))::integer")


async def add_actor(conn: Connection, id_: int, kind: str, ref: str, display: str, via: str, mac: int) -> None:
    await conn.execute(
        "INSERT INTO audit_actor (id, kind, ref, display, via, mac) OVERRIDING SYSTEM VALUE "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        id_,
        kind,
        ref,
        display,
        via,
        mac,
    )


async def find_shape(conn: Connection, text: str) -> int | None:
    return await conn.fetchval("SELECT id FROM audit_shape WHERE text = $1", text)


async def next_shape_id(conn: Connection) -> int:
    return await conn.fetchval("SELECT nextval(pg_get_serial_sequence('audit_shape', 'id'))::integer")


async def add_shape(conn: Connection, id_: int, text: str, mac: int) -> None:
    await conn.execute(
        "INSERT INTO audit_shape (id, text, mac) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        id_,
        text,
        mac,
    )


async def key_fingerprint(conn: Connection) -> str | None:
    """Of the key this audit is made with; None before the first start."""
    return await conn.fetchval("SELECT fingerprint FROM audit_key")


async def claim_key(conn: Connection, fingerprint: str, since: datetime) -> str:
    """The fingerprint of this audit's key, which is ours if there was none. Of two who claim at once, one gets it."""
    async with conn.pg.transaction():
        await conn.execute("LOCK TABLE audit_key IN EXCLUSIVE MODE")
        await conn.execute(
            "INSERT INTO audit_key SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM audit_key)", fingerprint, since
        )
        return await key_fingerprint(conn) or fingerprint


async def lock_seals(conn: Connection) -> tuple[int, bytes]:
    """In a transaction: become the one sealer, make this commit durable, get the last seal (0 and b"" if none)."""
    await conn.execute("SET LOCAL synchronous_commit = on")
    await conn.execute(f"SELECT pg_advisory_xact_lock({_SEAL_LOCK})")
    row = await conn.fetchrow("SELECT num, mac FROM seal ORDER BY num DESC LIMIT 1")
    return (row["num"], row["mac"]) if row else (0, b"")


async def add_seal(conn: Connection, seal: SealRow, at: datetime, marks: Sequence[WriterMark]) -> None:
    await conn.execute(
        "INSERT INTO seal (num, at, rows, writers, uptos, heads, mac) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        seal.num,
        at,
        seal.rows,
        seal.writers,
        seal.uptos,
        seal.heads,
        seal.mac,
    )
    await close_writers(conn, marks, at)


async def close_writers(conn: Connection, marks: Sequence[WriterMark], at: datetime) -> None:
    """Note how far each writer is sealed, and which will write no more."""
    await conn.execute(
        "UPDATE audit_writer w SET upto = m.upto, head = m.head, closed = w.closed OR m.closed, sealed_at = $5 "
        "FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::boolean[]) AS m(id, upto, head, closed) "
        "WHERE w.id = m.id",
        [mark.writer for mark in marks],
        [mark.upto for mark in marks],
        [mark.head for mark in marks],
        [mark.closed for mark in marks],
        at,
    )


async def orphans(conn: Connection) -> list[WriterMark]:
    """Writers that nobody closed and whose backend is gone: a process or the database ended before they were sealed."""
    rows = await conn.fetch(
        "SELECT id, upto, head FROM audit_writer w WHERE NOT closed AND NOT EXISTS "
        "(SELECT 1 FROM pg_stat_activity a WHERE a.pid = w.pid AND a.backend_start = w.started_at) ORDER BY id"
    )
    return [WriterMark(row["id"], row["upto"], row["head"]) for row in rows]


async def unsealed_rows(conn: Connection, writers: Sequence[int]) -> list[tuple[int, int, int]]:
    """(writer, num, mac) of these writers' rows beyond their last seal, in order. An hour's grace for late commits."""
    rows = await conn.fetch(
        "SELECT a.writer, a.num, a.mac FROM audit a JOIN audit_writer w ON w.id = a.writer AND a.num > w.upto "
        "WHERE a.writer = ANY ($1) AND a.at >= (SELECT min(coalesce(sealed_at, opened_at)) - interval '1 hour' "
        "FROM audit_writer WHERE id = ANY ($1)) ORDER BY a.writer, a.num",
        list(writers),
    )
    return [(row["writer"], row["num"], row["mac"]) for row in rows]


@contextlib.asynccontextmanager
async def snapshot(conn: Connection) -> AsyncGenerator[None]:
    """One view of rows and seals for a whole verification, with room to sort and time to finish."""
    async with conn.pg.transaction(isolation="repeatable_read", readonly=True):
        await conn.execute("SET LOCAL work_mem = '64MB'")
        await conn.execute("SET LOCAL statement_timeout = 0")
        yield


_ALL_ROWS = """
SELECT num, timestamptz_send(at), target, pat, mac, writer, actor, what, n, action, purpose, outcome, type
FROM audit ORDER BY writer, num
"""
_ALL_SEALS = "SELECT num, timestamptz_send(at), rows, writers, uptos, heads, mac FROM seal ORDER BY num"
_ALL_MARKS = """
SELECT w, u, h, num FROM seal, unnest(writers, uptos, heads) AS m(w, u, h) ORDER BY w, u, num
"""


async def row_batches(conn: Connection, size: int = 5000) -> AsyncIterator[list[Any]]:
    """All rows by writer and number, in lists, within a snapshot: `AuditRow`s, but for `at`, which is a moment."""
    cursor = await conn.pg.cursor(_ALL_ROWS)
    while batch := await cursor.fetch(size):
        yield batch


async def each_seal(conn: Connection) -> AsyncIterator[SealRow]:
    async for row in _stream(conn, _ALL_SEALS):
        yield SealRow(*row)


async def each_mark(conn: Connection) -> AsyncIterator[tuple[int, int, int, int]]:
    """(writer, upto, head, seal) by writer and number, within a snapshot."""
    async for row in _stream(conn, _ALL_MARKS):
        yield (row[0], row[1], row[2], row[3])


async def all_actors(conn: Connection) -> list[tuple[int, str, str, str, str, int]]:
    rows = await conn.fetch("SELECT id, kind, ref, display, via, mac FROM audit_actor ORDER BY id")
    return [tuple(row) for row in rows]


async def all_shapes(conn: Connection) -> list[tuple[int, str, int]]:
    return [tuple(row) for row in await conn.fetch("SELECT id, text, mac FROM audit_shape ORDER BY id")]


async def _stream(conn: Connection, sql: str) -> AsyncIterator[Any]:
    cursor = await conn.pg.cursor(sql)
    while batch := await cursor.fetch(2000):
        for row in batch:
            yield row
