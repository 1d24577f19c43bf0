"""The audit of reads: all rows that are waiting go in with one statement, one after another on one connection.

A read's answer leaves only when its row is in. While one insert is on its way, other reads gather for the next, so that
the batch grows with the load and a lone read waits for a single round trip.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from osler.access.audit.entry import AuditEntry
from osler.core.errors import Unavailable
from osler.store import audit as sql

if TYPE_CHECKING:
    from osler.access.audit.log import AuditLog

MAX_BATCH = 1000
MAX_WAITING = 20_000
INSERT_SECONDS = 10.0

_Waiting = tuple[AuditEntry, "asyncio.Future[None]"]


class AuditBatcher:
    """Writes rows that belong to no transaction. One task of one process; started and stopped by `AuditLog`."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._waiting: list[_Waiting] = []
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """Rows that no statement has taken along yet."""
        return len(self._waiting)

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="audit batcher")

    async def stop(self) -> None:
        """Write what is waiting, then end."""
        task, self._task = self._task, None
        if task is not None:
            self._more.set()
            await task

    async def record(self, entry: AuditEntry) -> None:
        """Return when the row is in. Raises Unavailable when it could not be written; the answer must then not leave.

        When the caller is cancelled, the row is still written: it says that the thing was asked for.
        """
        if self._task is None or len(self._waiting) >= MAX_WAITING:
            raise Unavailable("The audit cannot take this request now. Try again shortly.", retry_after=2)
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        self._more.set()
        await done

    async def _run(self) -> None:
        while self._task is not None or self._waiting:
            if not self._waiting:
                self._more.clear()
                await self._more.wait()
                continue
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            await self._write(batch)

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            await self._insert([entry for entry, _ in batch])
        except Exception as error:
            for _, done in batch:
                if not done.done():
                    done.set_exception(_away(error))
        else:
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    async def _insert(self, entries: list[AuditEntry]) -> None:
        interned = self._log.interned
        ids = [interned.known(entry) or await interned.ids(entry) for entry in entries]
        async with self._log.pool.connection() as conn:
            writer = await self._log.writer(conn)
            rows = [writer.stamp(entry, *id_) for entry, id_ in zip(entries, ids, strict=True)]
            async with asyncio.timeout(INSERT_SECONDS):
                await sql.insert_rows(conn, rows)
            writer.committed()


def _away(error: Exception) -> Unavailable:
    away = Unavailable("The audit could not be written, so nothing is answered. Try again shortly.")
    away.__cause__ = error
    return away
