"""`osler serve`: database and workers under one supervisor, whatever is killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest

from osler.core.errors import Unavailable
from osler.core.settings import Settings
from osler.interfaces.cli import serve
from osler.interfaces.cli.serve import display_host, listen, listen_patiently
from tests.db.processes import PATIENCE, is_alive, until, until_so, working_in

SCRIPT = """
import sys
from collections import Counter
from pathlib import Path
from osler.core.settings import Settings
from osler.interfaces.cli.serve import run_server
settings = Settings(data_dir=Path(sys.argv[1]), port=int(sys.argv[2]), workers=2)
sys.exit(run_server(settings, factory=sys.argv[3]))
"""


class Served:
    """A running supervisor with two workers of tiny_app."""

    def __init__(self, data_dir: Path, port: int = 0, factory: str = "tests.db.tiny_app:create_app") -> None:
        self.data_dir = data_dir
        data_dir.mkdir(exist_ok=True)
        (data_dir / "postgresql.conf").write_text("shared_buffers = 32MB\n")
        # A file: nobody would empty a pipe, and a full one stops whoever writes to it.
        self.log = data_dir.with_name("serve.log")
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(data_dir), str(port), factory],
            stdout=subprocess.PIPE,
            stderr=self.log.open("w"),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self.url = ""

    async def ready(self) -> str:
        assert self.process.stdout
        line = (await asyncio.to_thread(self.process.stdout.readline)).decode()
        assert line.startswith("Osler is ready at http://"), self.errors()
        self.url = line.split()[-1]
        return self.url

    def errors(self) -> str:
        return self.log.read_text()

    @property
    def workers(self) -> list[int]:
        found: list[int] = []
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):  # it may be ending just now
                if any("worker_process" in word for word in child.cmdline()):
                    found.append(child.pid)
        return found

    def status(self) -> int:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(self.url + "/readyz", timeout=15).status_code
        return 0


@contextlib.asynccontextmanager
async def serving(data_dir: Path) -> AsyncIterator[Served]:
    served = Served(data_dir)
    try:
        await served.ready()
        yield served
    finally:
        served.process.kill()
        served.process.wait()
        await until(lambda: not working_in(data_dir / "pg"))


async def test_it_says_when_it_is_ready_and_ends_in_good_order(data_dir: Path):
    async with serving(data_dir) as served:
        assert served.status() == 200
        await until(lambda: len(served.workers) == 2)
        async with httpx.AsyncClient(timeout=PATIENCE) as client, client.stream("GET", served.url + "/long") as answer:
            words = answer.aiter_text()
            said = await anext(words)
            assert said == "begun"
            served.process.send_signal(signal.SIGTERM)
            assert "".join([each async for each in words]) == ", done"
        assert await asyncio.to_thread(served.process.wait, PATIENCE) == 0
        await until(lambda: not working_in(data_dir / "pg"))  # the server's log is written to the last line
        assert not (data_dir / "server.json").exists()


async def test_a_killed_worker_is_replaced(data_dir: Path):
    async with serving(data_dir) as served:
        await until(lambda: len(served.workers) == 2)
        for victim in served.workers:
            os.kill(victim, signal.SIGKILL)
        await until(lambda: not served.workers or served.status() == 200)
        await until(lambda: served.status() == 200)


async def test_connections_that_stay_open_are_shared_out_fairly(data_dir: Path):
    async with serving(data_dir) as served:

        async def are_shared_out() -> bool:
            shares = await shares_of(served, connections=8)
            return len(shares) == 2 and min(shares) >= 2

        # A worker that is still starting, or that a busy machine kept from its turn, may lose some once; not every time.
        await until_so(are_shared_out)


async def shares_of(served: Served, *, connections: int) -> list[int]:
    """How many of the connections each worker has that has any."""
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE)) for _ in range(connections)]
        answers = await asyncio.gather(*(each.get(served.url + "/readyz") for each in clients))
    return list(Counter(each.text for each in answers).values())


async def ask_slowly(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
    status = await asyncio.wait_for(reader.readline(), PATIENCE)
    writer.close()
    return status


async def test_many_more_connections_than_usual_are_all_answered(data_dir: Path):
    async with serving(data_dir) as served:
        port = int(served.url.rpartition(":")[2])
        answers = await asyncio.gather(*(ask_slowly(port) for _ in range(900)))
        assert Counter(answers) == {b"HTTP/1.1 200 OK\r\n": 900}


async def test_a_killed_database_comes_back_without_a_restart(data_dir: Path):
    async with serving(data_dir) as served:
        os.kill(int((data_dir / "pg/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        await until(lambda: served.status() == 200)


async def test_when_the_supervisor_is_killed_everything_ends_and_the_next_one_starts_on_the_same_port(data_dir: Path):
    async with serving(data_dir) as served:
        await until(lambda: len(served.workers) == 2)
        port, parts = int(served.url.rpartition(":")[2]), [*served.workers, *working_in(data_dir / "pg")]
        served.process.kill()
        again = Served(data_dir, port)
        try:
            await again.ready()
            assert again.status() == 200
            await until(lambda: not any(is_alive(each) for each in parts))
        finally:
            again.process.terminate()
            assert await asyncio.to_thread(again.process.wait, PATIENCE) == 0


async def test_workers_that_cannot_start_end_it_with_an_error(data_dir: Path):
    served = Served(data_dir, factory="tests.db.tiny_app:no_such_factory")
    assert await asyncio.to_thread(served.process.wait, PATIENCE) == 1
    assert "workers do not start" in served.errors()
    await until(lambda: not working_in(data_dir / "pg"))


async def test_workers_that_are_killed_while_they_start_are_replaced(data_dir: Path, monkeypatch):
    monkeypatch.setenv("TINY_APP_KILLS", str(data_dir.with_name("kills")))
    served = Served(data_dir, factory="tests.db.tiny_app:killed_four_times")
    try:
        await served.ready()
        assert served.status() == 200
    finally:
        served.process.terminate()
        assert await asyncio.to_thread(served.process.wait, PATIENCE) == 0


async def test_a_server_that_is_ready_late_is_announced_all_the_same(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    looks = iter((False, False, True))

    async def is_ready(host: str, port: int) -> bool:
        return next(looks)

    monkeypatch.setattr(serve, "is_ready", is_ready)
    monkeypatch.setattr(serve, "_READY_PATIENCE", -1.0)
    with contextlib.closing(listen("127.0.0.1", 0)) as listening:
        await serve.Crew(Settings(data_dir=data_dir), serve.FACTORY, listening, {})._announce()
        told = f"Osler is ready at http://127.0.0.1:{listening.getsockname()[1]}\n"
    assert capsys.readouterr().out == told


def test_a_port_that_is_taken_is_said_at_once():
    with contextlib.closing(listen("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(Unavailable, match=f"Port {port} on 127.0.0.1 cannot be used"):
            listen("127.0.0.1", port)


async def test_a_port_that_is_freed_in_time_is_taken():
    with contextlib.closing(listen("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(Unavailable, match="cannot be used"):
            await listen_patiently("127.0.0.1", port, seconds=0)
        waiting = asyncio.create_task(listen_patiently("127.0.0.1", port, seconds=PATIENCE))
        await asyncio.sleep(0)
        assert not waiting.done()
    with contextlib.closing(await waiting) as second:
        assert second.getsockname()[1] == port


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Unavailable):
        listen("203.0.113.1", 0)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_addresses_are_shown_as_a_browser_wants_them():
    assert (display_host("0.0.0.0"), display_host("::"), display_host("clinic")) == ("127.0.0.1", "[::1]", "clinic")
