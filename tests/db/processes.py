"""Starting, killing and watching other processes in tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg

HOLDER = Path(__file__).with_name("holder.py")
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""How asyncpg says that a connection was lost; the last is what it says when that happens in mid-protocol."""

SMALL = "shared_buffers = 32MB"
PATIENCE = 120.0
"""Seconds after which a test that waits for something fails: no measure of speed, many times what a busy machine needs."""


class Holder:
    """A running holder.py."""

    def __init__(self, data_dir: Path, *settings: str) -> None:
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [sys.executable, str(HOLDER), str(data_dir), SMALL, *settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    async def ready(self) -> dict[str, Any]:
        """What it says once it has the server."""
        assert self.process.stdout
        line = await asyncio.to_thread(self.process.stdout.readline)
        if not line:
            assert self.process.stderr
            raise AssertionError((await asyncio.to_thread(self.process.stderr.read)).decode())
        return json.loads(line)

    @property
    def postmaster(self) -> int:
        """0 while there is none."""
        try:
            return int((self.data_dir / "pg/postmaster.pid").read_text().split()[0])
        except (OSError, IndexError):
            return 0

    async def leave(self) -> int:
        """Lets it end in good order; gives its exit code."""
        assert self.process.stdin
        self.process.stdin.close()
        return await asyncio.to_thread(self.process.wait, PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.asynccontextmanager
async def holding(
    data_dir: Path, *settings: str, attached: bool = False
) -> AsyncIterator[tuple[Holder, dict[str, Any]]]:
    """A holder that has the server; killed at the end if it is still there and, unless attached, the server with it."""
    holder = Holder(data_dir, *settings)
    try:
        yield holder, await holder.ready()
    finally:
        holder.kill()
        if not attached:
            await until(lambda: not working_in(data_dir / "pg"))


def is_alive(pid: int) -> bool:
    """Whether the process exists and is not just waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def is_stopped(pid: int) -> bool:
    """Whether SIGSTOP has reached it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return False


def working_in(folder: Path) -> list[int]:
    """The processes whose working directory is this folder: a server and its sessions."""
    found: list[int] = []
    for each in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if os.path.samestat(each.stat(), folder.stat()):
                found.append(int(each.parent.name))
    return [pid for pid in found if is_alive(pid)]


async def until(holds: Callable[[], object], *, seconds: float = PATIENCE) -> float:
    """Waits until something holds; gives how long it took, fails when it never does."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, "did not happen in time"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def until_so(holds: Callable[[], Awaitable[object]]) -> None:
    """Waits until something that has to be asked for holds."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


async def eventually(work: Callable[[], Awaitable[Any]], *, seconds: float = PATIENCE) -> Any:
    """The answer of the first attempt that does not fail as a database does that is away."""
    began = time.monotonic()
    while True:
        try:
            return await work()
        except AWAY:
            if time.monotonic() - began > seconds:
                raise
            await asyncio.sleep(0.02)


async def ask(url: str, sql: str) -> Any:
    """One value from one connection of its own."""
    connection = await asyncpg.connect(url, timeout=30)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def kill(pid: int) -> None:
    assert pid > 0  # 0 would be everybody of this group
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
