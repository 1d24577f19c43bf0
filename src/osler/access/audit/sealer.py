"""Seals: every second, a chained and authenticated note of how far each writer has come.

A row alone proves that it was not changed, and its neighbours that none is missing before it. The seal proves that
none is missing at the end. Each process seals its own writers; a database lock makes the seals of all one chain.
Writers whose process ended before it could seal them are adopted by whoever seals next.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from osler.access.audit.key import AuditKey, moment_of
from osler.access.audit.writer import AuditWriter
from osler.core.clock import Clock
from osler.core.errors import Unavailable
from osler.store import audit as sql
from osler.store.audit import SealRow, WriterMark
from osler.store.pool import Connection, Pool

EVERY_SECONDS = 1.0
ADOPT_EVERY = 60
"""Rounds between two looks for writers that nobody seals."""

_log = logging.getLogger("osler.audit")


class Sealer:
    """One task of one process."""

    def __init__(self, pool: Pool, key: AuditKey, anchor: Path | None, clock: Clock) -> None:
        self._pool = pool
        self._key = key
        self._anchor = anchor
        self._clock = clock
        self._writers: list[tuple[AuditWriter, Connection]] = []
        self._task: asyncio.Task[None] | None = None

    def watch(self, writer: AuditWriter, conn: Connection) -> None:
        self._writers.append((writer, conn))

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="audit sealer")

    async def stop(self) -> None:
        """Seal what is left, then end. Raises Unavailable when that cannot be; another process will adopt it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self.seal()

    async def _run(self) -> None:
        rounds = 0
        while True:
            try:
                await self.seal(adopt=rounds % ADOPT_EVERY == 0)
                rounds += 1
            except Unavailable:
                pass  # rows keep their macs; a later round seals them
            except Exception:
                _log.exception("sealing failed")
            await asyncio.sleep(EVERY_SECONDS)

    async def seal(self, *, adopt: bool = False) -> None:
        """Seal everything this process has committed, and with `adopt` what others left behind. Raises Unavailable."""
        gone = [pair for pair in self._writers if pair[1].pg.is_closed()]
        if not (adopt or gone or self._marks()):
            return
        async with self._pool.connection() as conn, conn.pg.transaction():
            last, before = await sql.lock_seals(conn)
            # Taken now that the database has answered. A connection that was lost says nothing of what it committed: a
            # crash of the server takes back the newest rows of reads. Only the database knows, so it is adopted.
            marks = self._marks()
            seal = await self._commit(conn, last, before, marks, adopt=adopt or bool(gone))
        if seal is not None:
            self._write_anchor(seal)
        sealed = {mark.writer: mark.upto for mark in marks}
        for writer, _ in self._writers:
            writer.sealed = max(writer.sealed, sealed.get(writer.id, 0))
        self._writers = [pair for pair in self._writers if pair not in gone]

    def _marks(self) -> list[WriterMark]:
        return [
            writer.mark() for writer, conn in self._writers if not conn.pg.is_closed() and writer.num > writer.sealed
        ]

    async def _commit(
        self, conn: Connection, last: int, before: bytes, marks: list[WriterMark], *, adopt: bool
    ) -> SealRow | None:
        if adopt:
            marks = marks + await self._adopted(conn, {mark.writer for mark in marks})
        with_rows = [mark for mark in marks if mark.upto]
        if not with_rows:
            await sql.close_writers(conn, marks, self._clock())
            return None
        at = self._clock()
        seal = self._made(last + 1, before, with_rows, at)
        await sql.add_seal(conn, seal, at, marks)
        return seal

    async def _adopted(self, conn: Connection, ours: set[int]) -> list[WriterMark]:
        left = {mark.writer: mark for mark in await sql.orphans(conn) if mark.writer not in ours}
        if not left:
            return []
        for writer, num, mac in await sql.unsealed_rows(conn, list(left)):
            mark = left[writer]
            if num == mark.upto + 1:
                left[writer] = WriterMark(writer, num, self._key.head(mark.head, mac), new=mark.new + 1)
        _log.info("sealing writers that ended unsealed", extra={"count": len(left)})
        return [replace(mark, closed=True) for mark in left.values()]

    def _made(self, num: int, before: bytes, marks: list[WriterMark], at: datetime) -> SealRow:
        marks = sorted(marks, key=lambda mark: mark.writer)
        writers = [mark.writer for mark in marks]
        uptos, heads = [mark.upto for mark in marks], [mark.head for mark in marks]
        draft = SealRow(num, moment_of(at), sum(mark.new for mark in marks), writers, uptos, heads, b"")
        return replace(draft, mac=self._key.seal(draft, before))

    def _write_anchor(self, seal: SealRow) -> None:
        """Note the last seal outside the database, so that an older state of it cannot pass for the whole."""
        if self._anchor is None:
            return
        draft = self._anchor.with_name(f".{self._anchor.name}.{os.getpid()}")
        draft.write_text(f"{seal.num} {seal.mac.hex()}\n", "ascii")
        draft.chmod(0o600)
        draft.replace(self._anchor)


def read_anchor(path: Path) -> tuple[int, bytes] | None:
    """(number, mac) of the last seal this data folder saw; None without one, or with one a power cut left torn."""
    try:
        num, mac = path.read_text("ascii").split()
        return int(num), bytes.fromhex(mac)
    except (OSError, ValueError):
        return None
