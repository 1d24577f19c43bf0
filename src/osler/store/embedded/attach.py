"""Own the server of a data folder, or attach to the one that another process owns."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

from osler.core.errors import Unavailable
from osler.store.embedded.account import server_account
from osler.store.embedded.address import Address
from osler.store.embedded.folders import DataFolder
from osler.store.embedded.server import EmbeddedServer

_PATIENCE = 90.0
_LOOK_EVERY = 0.05


@contextlib.asynccontextmanager
async def open_server(
    data_dir: str | Path, *, archive: Path | None = None, extra_settings: str = ""
) -> AsyncIterator[Address]:
    """The address of the data folder's database, for as long as the block lasts.

    Starts the bundled server when no other process has; it then ends with the block, or with this process however that
    ends. Otherwise attaches to the one that runs; when its owner stops it meanwhile, connections fail as unavailable.
    Two that start at once settle it between them. Raises Unavailable when the server can be neither started nor reached.
    """
    data = DataFolder.at(data_dir)
    if archive is None and (folder := os.environ.get("OSLER_WAL_ARCHIVE")):
        archive = Path(folder).expanduser().resolve()
    owned = await _own_or_attach(data)
    if isinstance(owned, Address):
        yield owned
        return
    try:
        server = EmbeddedServer(data, archive=archive, extra_settings=extra_settings)
        await server.start()
        try:
            yield server.address
        finally:
            await server.stop()
    finally:
        os.close(owned)


async def find_running(data_dir: str | Path) -> Address | None:
    """The address of the data folder's server if one runs and answers now; never starts one."""
    return await _reach(DataFolder.at(data_dir))


async def _own_or_attach(data: DataFolder) -> int | Address:
    """A file handle that holds the owner's lock, or the address of the server that its holder runs."""
    until = time.monotonic() + _PATIENCE
    while True:
        handle = take_ownership(data)
        if handle is not None:
            return handle
        if address := await _reach(data):
            return address
        if time.monotonic() > until:
            raise Unavailable(f"Another Osler process uses {data.root}, and its database does not answer")
        await asyncio.sleep(_LOOK_EVERY)


def take_ownership(data: DataFolder) -> int | None:
    """The owner's lock on a data folder (close the handle to give it back), or None when another process has it."""
    try:
        if not data.root.exists():
            data.create(server_account(data.cluster))
        handle = os.open(data.owner_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(f"The data folder {data.root} cannot be used: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


async def _reach(data: DataFolder) -> Address | None:
    import asyncpg

    state = data.read_state()
    if not state:
        return None
    address = Address(host=str(state["socket"]), port=int(state["port"]))
    try:
        connection = await asyncpg.connect(**address.connect_args(), timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return None
    await connection.close()
    return address
