"""SQL of the audit explorer: rows with their names put back, newest first.

There is no index by patient or actor (a row would cost half as much again): months are read through, some millions of
rows a second, so that a span of time belongs to every question.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osler.store.hashing import Hasher
from osler.store.pool import Connection


@dataclass(frozen=True, slots=True)
class AuditLineRow:
    """An audit row in words, as far as the store knows them."""

    at: datetime
    writer: int
    num: int
    actor_kind: str
    actor: str
    display: str
    via: str
    action: int
    purpose: int
    outcome: int
    what: str
    n: int
    type: str | None
    target_type: str | None
    target_id: str | None
    patient: str | None


_LINES = """
SELECT a.at, a.writer, a.num, c.kind, c.ref, c.display, c.via, a.action, a.purpose, a.outcome, coalesce(s.text, ''), a.n,
       t.text, rt.text, r.id, p.id
FROM (SELECT * FROM audit a WHERE {where} ORDER BY at DESC, writer DESC, num DESC LIMIT {limit}) a
LEFT JOIN audit_actor c ON c.id = a.actor
LEFT JOIN audit_shape s ON s.id = a.what
LEFT JOIN term t ON t.id = a.type
LEFT JOIN resource r ON r.self = a.target AND a.target <> 0
LEFT JOIN term rt ON rt.id = r.type
LEFT JOIN resource p ON p.self = a.pat AND a.pat <> 0
ORDER BY a.at DESC, a.writer DESC, a.num DESC
"""


async def list_lines(
    conn: Connection,
    *,
    since: datetime,
    until: datetime,
    patient: str | None = None,
    actor: str | None = None,
    before: tuple[datetime, int, int] | None = None,
    limit: int = 100,
) -> list[AuditLineRow]:
    """Rows of [since, until), newest first, below `before` (at, writer, num of the last row seen)."""
    args: list[Any] = [since, until]
    where = ["a.at >= $1", "a.at < $2"]
    if patient is not None:
        self_ = await _patient_hash(conn, patient)
        if self_ is None:
            return []
        args.append(self_)
        # Reads by id say only which resource; whose it was, the resource knows.
        where.append(
            f"(a.pat = ${len(args)} OR a.target IN (SELECT self FROM resource WHERE pat = ${len(args)} OR pats @> ARRAY[${len(args)}::bigint]))"
        )
    if actor is not None:
        args.append(actor)
        where.append(f"a.actor IN (SELECT id FROM audit_actor WHERE ref = ${len(args)})")
    if before is not None:
        args.extend(before)
        where.append(
            f"(a.at, a.writer, a.num) < (${len(args) - 2}::timestamptz, ${len(args) - 1}::int, ${len(args)}::bigint)"
        )
    args.append(limit)
    rows = await conn.fetch(_LINES.format(where=" AND ".join(where), limit=f"${len(args)}"), *args)
    return [AuditLineRow(*row) for row in rows]


async def _patient_hash(conn: Connection, patient: str) -> int | None:
    """None as long as nothing was ever stored; never 0, which in a row stands for "no patient"."""
    key = await conn.fetchval("SELECT value FROM property WHERE name = 'hash_key'")
    return Hasher(bytes.fromhex(key)).self_of("Patient", patient) if key else None
