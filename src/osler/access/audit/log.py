"""The audit of one process: hands out writers, batches reads, seals."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path

from osler.access.audit.batcher import AuditBatcher
from osler.access.audit.entry import AuditEntry
from osler.access.audit.intern import Interned
from osler.access.audit.key import AuditKey
from osler.access.audit.sealer import Sealer
from osler.access.audit.writer import AuditWriter
from osler.core.clock import Clock
from osler.core.clock import now as present
from osler.core.errors import Conflict, OslerError, Unavailable
from osler.store import audit as sql
from osler.store.audit import AuditRow
from osler.store.pool import Connection, Pool

_HELD = "audit writer"


class AuditLog:
    """Start it before the first request and stop it after the last.

    `pool` is the audit's own: three connections, with `synchronous_commit=off` (the sealer turns it on for itself).
    A write stamps its row on its own connection instead:

        async with log.transaction(pool) as conn:
            …
            await log.write(conn, entry)
    """

    def __init__(self, pool: Pool, key: AuditKey, *, anchor: Path | None = None, clock: Clock = present) -> None:
        self.pool = pool
        self.key = key
        self.clock = clock
        self.interned = Interned(pool, key)
        self.batcher = AuditBatcher(self)
        self.sealer = Sealer(pool, key, anchor, clock)

    async def start(self, *, sealing: bool = True) -> None:
        """Raises Conflict when the audit in the database was made with another key."""
        async with self.pool.connection() as conn:
            _same_key(await sql.claim_key(conn, self.key.fingerprint, self.clock()), self.key)
        self.batcher.start()
        if sealing:
            self.sealer.start()

    async def stop(self) -> None:
        """Write what waits and seal it. Does not close the pool."""
        await self.batcher.stop()
        with contextlib.suppress(OslerError):
            await self.sealer.stop()

    async def record(self, entry: AuditEntry) -> None:
        """Write the row of a request that changed nothing; see `AuditBatcher.record`."""
        await self.batcher.record(entry)

    async def writer(self, conn: Connection) -> AuditWriter:
        """The writer of this connection, made at its first use."""
        held: AuditWriter | None = conn.held.get(_HELD)
        if held is not None and (not held.pending or conn.pg.is_in_transaction()):
            return held
        async with self.pool.connection() as own:
            id_ = await sql.open_writer(own, conn.pg.get_server_pid(), self.clock())
        writer = AuditWriter(id_, self.key)
        conn.held[_HELD] = writer
        self.sealer.watch(writer, conn)
        return writer

    async def ready(self, conn: Connection) -> None:
        """Before BEGIN: give the connection its writer, a new one if its last transaction's end was not reported."""
        await self.writer(conn)

    async def stamp(self, conn: Connection, entry: AuditEntry) -> AuditRow:
        """The arguments of `store.audit.INSERT_ROW`, for a caller that sends it along with other statements."""
        ids = self.interned.known(entry) or await self.interned.ids(entry)
        return (await self.writer(conn)).stamp(entry, *ids)

    async def write(self, conn: Connection, entry: AuditEntry) -> None:
        """Insert the row in the transaction that is open on `conn`."""
        await conn.execute(sql.INSERT_ROW, *await self.stamp(conn, entry))

    @contextlib.asynccontextmanager
    async def transaction(self, pool: Pool) -> AsyncGenerator[Connection]:
        """BEGIN … COMMIT on a connection of `pool`, with the audit's numbers kept right however it ends.

        Leaving the block normally means committed. When COMMIT itself fails nobody can know: the connection is closed
        and its writer with it.
        """
        async with pool.connection() as conn:
            await self.ready(conn)
            await conn.execute("BEGIN")
            try:
                yield conn
            except BaseException:
                if await _rolled_back(conn):
                    self.rolled_back(conn)
                raise
            await commit(conn)
            self.committed(conn)

    def committed(self, conn: Connection) -> None:
        """The transaction was committed for certain. Never call it when COMMIT raised."""
        writer: AuditWriter | None = conn.held.get(_HELD)
        if writer is not None:
            writer.committed()

    def rolled_back(self, conn: Connection) -> None:
        """The transaction was rolled back for certain."""
        writer: AuditWriter | None = conn.held.get(_HELD)
        if writer is not None:
            writer.rolled_back()


async def check_key(conn: Connection, key: AuditKey) -> None:
    """Raises Conflict when this database's audit was made with another key."""
    _same_key(await sql.key_fingerprint(conn), key)


def _same_key(known: str | None, key: AuditKey) -> None:
    if known is not None and known != key.fingerprint:
        raise Conflict(
            "The audit in this database was made with another key. "
            "Put back keys/audit.key of the data folder it came from."
        )


async def _rolled_back(conn: Connection) -> bool:
    """Whether ROLLBACK was answered. Else the connection is closed, and what led here stays the error that is raised."""
    try:
        await conn.execute("ROLLBACK")
    except Exception:
        conn.broken = True
        conn.pg.terminate()
        return False
    return True


async def commit(conn: Connection) -> None:
    """COMMIT, or close the connection and raise: what cannot be known to be committed must not be numbered or answered.

    PostgreSQL answers a COMMIT of a failed transaction with ROLLBACK and no error.
    """
    try:
        told = await conn.execute("COMMIT")
    except BaseException:
        conn.pg.terminate()
        raise
    if told != "COMMIT":
        conn.pg.terminate()
        raise Unavailable("The database rolled the change back; nothing was changed. Try again.")
