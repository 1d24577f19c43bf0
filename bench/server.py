"""An Osler of our own to measure: a fresh data folder, the demo clinic, `osler serve`, a token, and its meters."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from osler.store.embedded import find_running

OSLER = str(Path(sys.executable).with_name("osler"))
WATCHED = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")


@dataclass
class Server:
    """A running Osler and the means to look into it."""

    host: str
    port: int
    data_dir: Path
    token: str
    process: subprocess.Popen[bytes]
    database: asyncpg.Connection

    def cpu_seconds(self) -> tuple[float, float]:
        """CPU used so far by the server's own processes, and by PostgreSQL's."""
        python = postgres = 0.0
        for process in [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                used = process.cpu_times()
                if process.name().startswith("postgres"):
                    postgres += used.user + used.system
                else:
                    python += used.user + used.system
        return python, postgres

    async def audit_rows(self) -> int:
        return await self.database.fetchval("SELECT count(*) FROM audit")

    async def resources(self) -> int:
        return await self.database.fetchval("SELECT count(*) FROM resource WHERE NOT deleted")

    async def database_bytes(self) -> int:
        """The database on disk, after what is on its way there has arrived."""
        await self.database.execute("CHECKPOINT")
        return await self.database.fetchval("SELECT pg_database_size(current_database())")

    async def conditions(self) -> dict[str, Any]:
        """The settings without which a rate says nothing."""
        settings = "SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name"
        rows = await self.database.fetch(settings, WATCHED)
        version = await self.database.fetchval("SHOW server_version")
        return {"postgresql": version} | {row["name"]: row["value"] for row in rows}


@contextlib.contextmanager
def fresh_folder(keep: Path | None) -> Iterator[Path]:
    """A data folder for one run; a folder that the caller named is kept."""
    if keep:
        yield keep
        return
    folder = Path(tempfile.mkdtemp(prefix="osler-bench-"))
    # The bundled PostgreSQL may run under another account, which has to get through here.
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill(data_dir: Path, *arguments: str) -> float:
    """Fill the demo clinic; the seconds it took."""
    began = time.perf_counter()
    osler("demo", "--no-serve", "--data-dir", str(data_dir), *arguments)
    return time.perf_counter() - began


def osler(*words: str) -> str:
    """Run a command to its end and return what it printed. Raises CalledProcessError."""
    return subprocess.run([OSLER, *words], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@contextlib.asynccontextmanager
async def serve(data_dir: Path, *, workers: int) -> AsyncIterator[Server]:
    """Serve the data folder until the block ends."""
    port = _free_port()
    process = _start(data_dir, port, workers)
    try:
        await asyncio.to_thread(_wait_until_ready, port, process)
        scope = ("--name", "bench", "--scope", "system/*.cruds")
        token = osler("token", "create", *scope, "--data-dir", str(data_dir))
        database = await _connect(data_dir)
        try:
            yield Server("127.0.0.1", port, data_dir, token, process, database)
        finally:
            await database.close()
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 30)


def _start(data_dir: Path, port: int, workers: int) -> subprocess.Popen[bytes]:
    where = ["--host", "127.0.0.1", "--port", str(port), "--data-dir", str(data_dir)]
    environment = os.environ | {"OSLER_ACCESS_LOG": "false", "OSLER_LOG_LEVEL": "warning"}
    return subprocess.Popen([OSLER, "serve", *where, "--workers", str(workers)], env=environment)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], patience: float = 120) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"osler serve ended with exit code {process.returncode}")
        if _is_ready(port):
            return
        time.sleep(0.1)
    raise RuntimeError("osler serve did not get ready")


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


async def _connect(data_dir: Path) -> asyncpg.Connection:
    if url := os.environ.get("OSLER_DATABASE_URL"):
        return await asyncpg.connect(url)
    address = await find_running(data_dir)
    if address is None:
        raise RuntimeError("osler serve is ready, but its database is not to be found")
    return await asyncpg.connect(**address.connect_args())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
