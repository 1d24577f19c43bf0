"""SQL of loaded releases: what is there, what is in use, and their bytes piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from osler.store.pool import Connection

PIECE = 1 << 20
_COLUMNS = "id, kind, name, version, effective_on, hash, size, count, head::text AS head, loaded_at, loaded_by, turn"


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    id: int
    kind: str
    name: str
    version: str
    effective_on: date
    hash: bytes
    size: int
    count: int
    head: str
    """JSON."""
    loaded_at: datetime
    loaded_by: str
    turn: int | None
    """Higher is later put to use; None is not in use."""


def _release(row: Any) -> ReleaseRow:
    return ReleaseRow(**dict(row))


async def lock_releases(conn: Connection) -> None:
    """Until the transaction ends nobody else loads or goes back; reading goes on."""
    await conn.execute("LOCK TABLE knowledge_release IN SHARE ROW EXCLUSIVE MODE")


async def find_same(conn: Connection, kind: str, name: str, hash_: bytes) -> ReleaseRow | None:
    row = await conn.fetchrow(
        f"SELECT {_COLUMNS} FROM knowledge_release WHERE kind = $1 AND name = $2 AND hash = $3", kind, name, hash_
    )
    return _release(row) if row else None


async def add_release(conn: Connection, release: ReleaseRow, body: bytes) -> int:
    """Stores it without putting it to use and gives its id; `id` and `turn` of the row are not looked at."""
    id_: int = await conn.fetchval(
        "INSERT INTO knowledge_release (kind, name, version, effective_on, hash, size, count, head, loaded_at, loaded_by) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10) RETURNING id",
        release.kind,
        release.name,
        release.version,
        release.effective_on,
        release.hash,
        release.size,
        release.count,
        release.head,
        release.loaded_at,
        release.loaded_by,
    )
    view = memoryview(body)
    for number, start in enumerate(range(0, len(body), PIECE)):
        await conn.execute(
            "INSERT INTO knowledge_piece VALUES ($1, $2, $3)", id_, number, bytes(view[start : start + PIECE])
        )
    return id_


async def put_to_use(conn: Connection, id_: int) -> None:
    await conn.execute("UPDATE knowledge_release SET turn = nextval('knowledge_turn') WHERE id = $1", id_)


async def take_from_use(conn: Connection, id_: int) -> None:
    await conn.execute("UPDATE knowledge_release SET turn = NULL WHERE id = $1", id_)


async def list_releases(conn: Connection) -> list[ReleaseRow]:
    """All that were ever loaded: by kind and name, in use first and the latest first."""
    rows = await conn.fetch(
        f"SELECT {_COLUMNS} FROM knowledge_release ORDER BY kind, name, turn DESC NULLS LAST, loaded_at DESC, id DESC"
    )
    return [_release(row) for row in rows]


async def list_in_use(conn: Connection, kind: str | None = None) -> list[ReleaseRow]:
    """The latest first."""
    rows = await conn.fetch(
        f"SELECT {_COLUMNS} FROM knowledge_release WHERE turn IS NOT NULL AND ($1::text IS NULL OR kind = $1) ORDER BY turn DESC",
        kind,
    )
    return [_release(row) for row in rows]


async def mark(conn: Connection) -> tuple[int, int]:
    """Changes whenever a release is put to or taken from use. Cheap enough to ask for every few seconds."""
    row = await conn.fetchrow("SELECT coalesce(max(turn), 0) AS last, count(turn) AS n FROM knowledge_release")
    return (row["last"], row["n"]) if row else (0, 0)


async def pieces(conn: Connection, id_: int) -> AsyncIterator[bytes]:
    """The bytes of a release, none when there is no such release."""
    number = 0
    while (
        data := await conn.fetchval("SELECT data FROM knowledge_piece WHERE release = $1 AND number = $2", id_, number)
    ) is not None:
        yield data
        number += 1
