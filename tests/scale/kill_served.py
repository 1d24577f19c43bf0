"""A real `osler serve` of a data folder, to be killed in parts or whole and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil

from tests.db.processes import PATIENCE, is_alive, kill, until, working_in
from tests.scale.kill_client import Client

OSLER = [sys.executable, "-m", "osler.interfaces.cli.main"]
STRIKES = {"worker": 4, "backend": 4, "postmaster": 4, "supervisor": 2, "supervisor+postmaster": 2, "everything": 1}
"""What is killed, and how often."""
_READY = 300.0
"""Seconds after which it never will be: no measure of speed."""


class Served:
    """One data folder's server. `log` gathers what all its lives say."""

    def __init__(self, data_dir: Path, *, workers: int = 2, settings: dict[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.workers = workers
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / "postgresql.conf").write_text("shared_buffers = 32MB\n")
        self.log = data_dir.with_name(f"{data_dir.name}.log")
        self.port = free_port()
        self._settings = {"OSLER_ACCESS_LOG": "false"} | (settings or {})
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*OSLER, "serve", "--port", str(self.port), "--workers", str(self.workers), "--data-dir", str(self.data_dir)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **self._settings},
            )  # fmt: skip

    async def ready(self, seconds: float = _READY) -> float:
        """Waits until a worker says that it can serve; gives how long it took."""
        client = Client(self.port, "")

        async def look() -> bool:
            with contextlib.suppress(OSError):
                return (await client.ask("GET", "/readyz")).status == 200
            return False

        began = asyncio.get_running_loop().time()
        while not await look():
            assert self.process
            if self.process.poll() is not None:
                # Its database was killed while it was starting it; whoever keeps services running starts it again.
                # Or its port was taken: by a worker of the one before it that has yet to end, or by anybody's connection.
                excused = (
                    "Starting PostgreSQL failed",
                    "PostgreSQL runs, but does not let the database be used",
                    "cannot be used (Address already in use)",
                )
                assert any(each in self.tail() for each in excused), f"serve ended by itself:\n{self.tail()}"
                await asyncio.sleep(0.2)
                self.start()
            waited = asyncio.get_running_loop().time() - began
            assert waited < seconds, f"not ready in {seconds} s:\n{self.tail()}"
            await asyncio.sleep(0.03)
        client.close()
        return asyncio.get_running_loop().time() - began

    @property
    def database_url(self) -> str:
        """The database it was given; it must not be its own."""
        return self._settings["OSLER_DATABASE_URL"]

    def token(self, scope: str = "system/*.cruds") -> str:
        told = subprocess.run(
            [*OSLER, "token", "create", "--name", "kills", "--scope", scope, "--data-dir", str(self.data_dir)],
            capture_output=True, text=True, check=True, env={**os.environ, **self._settings},
        )  # fmt: skip
        return told.stdout.strip()

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    @property
    def postmaster(self) -> int:
        """0 while there is none. What the file of one that was killed names may by now be any other program."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.data_dir / "pg/postmaster.pid").read_text().split()[0])
            return pid if pid in working_in(self.data_dir / "pg") else 0
        return 0

    def worker_pids(self) -> list[int]:
        found: list[int] = []
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.supervisor).children():
                with contextlib.suppress(psutil.Error):  # it may be ending just now
                    if any("worker_process" in word for word in child.cmdline()):
                        found.append(child.pid)
        return found

    @property
    def supervisor(self) -> int:
        assert self.process
        return self.process.pid

    def strike(self, what: str, chance: random.Random) -> None:
        """Kills it as SIGKILL does, and starts it again where nothing of its own would."""
        postgres = working_in(self.data_dir / "pg")
        if what == "worker":
            _kill_one(self.worker_pids(), chance)
        elif what == "backend":
            _kill_one([each for each in postgres if each != self.postmaster], chance)
        elif what == "postmaster":
            _kill_one([each for each in [self.postmaster] if each], chance)
        else:
            victims, postmaster = [self.supervisor], self.postmaster
            if what == "supervisor+postmaster":
                victims += [postmaster] if postmaster else []
            elif what == "everything":
                victims += [*self.worker_pids(), *postgres]
            chance.shuffle(victims)
            for each in victims:
                kill(each)
            assert self.process
            self.process.wait()
            self.start()

    async def end(self) -> None:
        """In good order, so that the audit is sealed; killed when that takes too long."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.process.wait, PATIENCE)
        self.process.kill()
        self.process.wait()
        await until(lambda: not working_in(self.data_dir / "pg"))


def _kill_one(pids: list[int], chance: random.Random) -> None:
    alive = sorted(each for each in pids if is_alive(each))
    if alive:
        kill(chance.choice(alive))


def free_port() -> int:
    """Outside the range that systems give to connections: one of those could have it before the server does."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
