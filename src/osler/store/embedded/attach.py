"""Own the server of a data folder, or attach to the one that another process owns."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from osler.core.errors import OslerError, Unavailable
from osler.store.embedded.account import server_account
from osler.store.embedded.address import Address
from osler.store.embedded.folders import DataFolder
from osler.store.embedded.server import EmbeddedServer

log = logging.getLogger(__name__)

_PATIENCE = 90.0
_LOOK_EVERY = 0.05
_SUCCEED_EVERY = 0.5


@contextlib.asynccontextmanager
async def open_server(
    data_dir: str | Path, *, archive: Path | None = None, extra_settings: str = ""
) -> AsyncGenerator[Address]:
    """The address of the data folder's database, for as long as the block lasts.

    Starts the bundled server when no other process has; it then ends with the block, or with this process however that
    ends. Otherwise attaches to the one that runs; should its owner end meanwhile, connections fail as unavailable until
    this process has started the server anew, at the same address. Processes that start at once settle it between them.
    `archive` is where the owner's server copies its write-ahead log to. Raises Unavailable when the server can be
    neither started nor reached.
    """
    tenancy = _Tenancy(EmbeddedServer(DataFolder.at(data_dir), archive=archive, extra_settings=extra_settings))
    try:
        yield await tenancy.begin()
    finally:
        await tenancy.end()


async def find_running(data_dir: str | Path) -> Address | None:
    """The address of the data folder's server if one runs and answers now; never starts one."""
    return await _reach(DataFolder.at(data_dir))


def take_ownership(data: DataFolder) -> int | None:
    """The owner's lock on a data folder (close the handle to give it back), or None when another process has it."""
    try:
        if not data.root.exists():
            data.create_root(server_account(data.cluster))
        handle = os.open(data.owner_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(f"The data folder {data.root} cannot be used: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


class _Tenancy:
    """One process's use of one data folder: as owner of its server, or attached and ready to succeed the owner."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._lock: int | None = None
        self._successor: asyncio.Task[None] | None = None

    async def begin(self) -> Address:
        data, until = self._server.data, time.monotonic() + _PATIENCE
        while True:
            self._lock = take_ownership(data)
            if self._lock is not None:
                await self._server.start()
                return self._server.address
            if address := await _reach(data):
                if address == self._server.address:
                    self._successor = asyncio.create_task(self._succeed(), name="osler-succession")
                return address
            if time.monotonic() > until:
                raise Unavailable(f"Another Osler process uses {data.root}, and its database does not answer")
            await asyncio.sleep(_LOOK_EVERY)

    async def end(self) -> None:
        if self._successor:
            self._successor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._successor
        if self._lock is not None:
            await self._server.stop()
            os.close(self._lock)

    async def _succeed(self) -> None:
        while True:
            await asyncio.sleep(_SUCCEED_EVERY)
            self._lock = take_ownership(self._server.data)
            if self._lock is None:
                continue
            try:
                await self._server.start()
            except (OslerError, OSError) as error:
                log.error("PostgreSQL does not start after its owner ended: %s", error)
                os.close(self._lock)
                self._lock = None
            else:
                log.warning("The process that owned the database ended; this one runs it now")
                return


async def _reach(data: DataFolder) -> Address | None:
    import asyncpg

    state = data.read_state()
    if not state:
        return None
    address = Address(host=str(state["socket"]), port=int(state["port"]))
    try:
        connection = await asyncpg.connect(**address.connect_args(), timeout=5)
        await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return None  # also when it went away between the two
    return address
