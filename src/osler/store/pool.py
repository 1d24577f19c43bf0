"""Connections to PostgreSQL: few, held open, never reused after anything went wrong.

A connection that saw any time-out or database error is closed: asyncpg's protocol state after one is not to be trusted
(a BEGIN that timed out leaves the next BEGIN a savepoint, and its COMMIT commits nothing).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from typing import Any

import asyncpg

from osler.core.errors import OslerError, TooCostly, Unavailable
from osler.store.copying import joined

_SETTINGS = {
    "application_name": "osler",
    "timezone": "UTC",
    "jit": "off",
    "gin_pending_list_limit": "64",
    "plan_cache_mode": "force_generic_plan",
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "300000",  # a large bundle is indexed inside its transaction
    "lock_timeout": "10000",
}
_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresIOError,
    asyncpg.InternalClientError,
    asyncpg.InterfaceError,
)
"""Errors that say nothing of the request: the database is away, restarting or full."""

_COLLISIONS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.UniqueViolationError)


class Collision(Exception):
    """Two transactions got in each other's way (deadlock, or both made the same id). Start again from the inputs."""


class Connection:
    """One connection. Same few methods as asyncpg's; `broken` says it must not be used again."""

    __slots__ = ("broken", "held", "pg")

    def __init__(self, pg: asyncpg.Connection[asyncpg.Record]) -> None:
        self.pg = pg
        self.broken = False
        self.held: dict[str, Any] = {}
        """What other parts keep for as long as this connection lives (the audit writer's number)."""

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        return await self.pg.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        return await self.pg.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        return await self.pg.fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> str:
        return await self.pg.execute(sql, *args)

    async def copy(self, table: str, columns: Sequence[str], records: list[tuple[Any, ...]]) -> None:
        """Bulk insert of `records` by binary COPY."""
        if records:
            await self.pg.copy_records_to_table(table, records=records, columns=list(columns))

    async def copy_encoded(self, table: str, columns: Sequence[str], tuples: Iterable[bytes]) -> None:
        """The same of rows that `store.copying` has encoded."""
        if data := joined(tuples):
            await self.pg.copy_to_table(table, source=_once(data), columns=list(columns), format="binary")


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data  # asyncpg would take bytes for the name of a file


class Pool:
    """At most `size` connections to one database, opened when first needed."""

    def __init__(
        self,
        connect: dict[str, Any] | str,
        *,
        size: int = 8,
        wait: float = 10.0,
        settings: dict[str, str] | None = None,
    ) -> None:
        self.connect: dict[str, Any] = {"dsn": connect} if isinstance(connect, str) else dict(connect)
        """What asyncpg connects with."""
        self._settings = _SETTINGS | (settings or {})
        self.size = size
        self.busy = 0
        """Connections in use or being opened."""
        self._idle: list[Connection] = []
        self._slots = asyncio.Semaphore(size)
        self._wait = wait
        self._closed = False

    async def _open(self) -> Connection:
        pg: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
            **self.connect,
            timeout=5,
            command_timeout=int(self._settings["statement_timeout"]) / 1000 + 15,
            statement_cache_size=1000,
            max_cached_statement_lifetime=0,
            server_settings=self._settings,
        )
        return Connection(pg)

    async def _take(self) -> Connection:
        while self._idle:
            conn = self._idle.pop()
            if not conn.pg.is_closed():
                return conn
        return await self._open()

    async def _enter(self) -> None:
        """Waits for a slot. Raises Unavailable when none becomes free in time."""
        try:
            if self._slots.locked():
                async with asyncio.timeout(self._wait):  # wait_for forgets, in Python 3.11, that its task was cancelled
                    await self._slots.acquire()
            else:
                await self._slots.acquire()  # at once; a timer would cost more than all the rest of this
        except TimeoutError:
            raise Unavailable("Osler is busy; nothing was changed. Try again shortly.", retry_after=2) from None

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """A connection for the length of the block. Raises Unavailable when none can be had in time or the database goes away."""
        await self._enter()
        conn: Connection | None = None
        self.busy += 1
        try:
            conn = await self._take()
            yield conn
        except BaseException as error:
            if conn is not None and _spoils(error):
                conn.broken = True
            _explain(error, connected=conn is not None)
            raise
        finally:
            self.busy -= 1
            self._slots.release()
            if conn is not None:
                self._give_back(conn)

    def _give_back(self, conn: Connection) -> None:
        if conn.broken or self._closed or conn.pg.is_closed() or conn.pg.is_in_transaction():
            conn.pg.terminate()
        else:
            self._idle.append(conn)

    async def close(self) -> None:
        """Closes idle connections now and the others when they come back."""
        self._closed = True
        idle, self._idle = self._idle, []
        for conn in idle:
            with contextlib.suppress(Exception):
                await conn.pg.close(timeout=2)


def _explain(error: BaseException, *, connected: bool) -> None:
    """Raises what an error of the database means to whoever asked; returns when it is none of these."""
    if _hides_cancelling(error):
        raise asyncio.CancelledError from error
    if isinstance(error, _COLLISIONS):
        raise Collision from error
    if isinstance(error, asyncpg.DataError):
        return  # a value that does not fit its column is our mistake, not the database's absence
    if isinstance(error, asyncpg.QueryCanceledError):
        raise TooCostly("This keeps the database busy for too long. Narrow it, or send it in parts.") from error
    # A time-out is an OSError too; before there is a connection it means that the database is away.
    if connected and isinstance(error, asyncpg.LockNotAvailableError | TimeoutError):
        raise Unavailable("The database took too long; nothing was acknowledged. Try again shortly.") from error
    if isinstance(error, _AWAY):
        raise Unavailable("The database is away; nothing was acknowledged. Try again shortly.") from error


def _hides_cancelling(error: BaseException) -> bool:
    """Whether the task was cancelled, and only rolling back over a lost connection made another error of that.

    Who cancels waits for the end: the task must not go on because the database is away as well.
    """
    while error.__context__ is not None and not isinstance(error, TimeoutError):
        error = error.__context__
        if isinstance(error, asyncio.CancelledError):
            return True
    return False


def _spoils(error: BaseException) -> bool:
    return not isinstance(error, OslerError) or isinstance(error, Unavailable)
