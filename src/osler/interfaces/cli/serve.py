"""The supervisor behind `osler serve`: the database, worker processes on one socket, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import math
import os
import resource
import signal
import socket
import sys
import time
from datetime import UTC, datetime

import msgspec

from osler.access.installation import open_database
from osler.core.errors import Unavailable
from osler.core.settings import Settings
from osler.core.waiting import patiently
from osler.interfaces.cli.fair_server import Tally
from osler.interfaces.cli.options import environment_of
from osler.interfaces.cli.worker_process import DRAIN_SECONDS, Plan

log = logging.getLogger(__name__)

FACTORY = "osler.app:create_app"
_READY_PATIENCE = 120.0
_PORT_PATIENCE = 10.0
"""Seconds in which workers of a server that was killed have ended and freed its port, on a busy machine as well."""
_HOPELESS = 3
"""Workers that end one after the other without ever having answered: it will not get better."""


def run_server(settings: Settings, *, factory: str = FACTORY) -> int:
    """Serves until SIGTERM or SIGINT; gives the exit code. Raises Unavailable when it cannot begin."""
    allow_connections()
    return asyncio.run(_serve(settings, factory))


async def _serve(settings: Settings, factory: str) -> int:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    # First of all, so that nothing else is begun when the port is taken.
    with contextlib.closing(await listen_patiently(settings.host, settings.port)) as listening:
        async with open_database(settings, now=datetime.now(UTC)) as address:
            crew = Crew(settings, factory, listening, environment_of(settings, address.to_url()))
            try:
                return await crew.work(stop)
            finally:
                await crew.dismiss()


def allow_connections() -> None:
    """Lets this process and its children hold as many connections as the system permits them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def listen_patiently(host: str, port: int, seconds: float = _PORT_PATIENCE) -> socket.socket:
    """A listening socket, as soon as a port that is taken is free; raises Unavailable when it still is not after `seconds`."""

    async def attempt() -> socket.socket:
        return listen(host, port)

    try:
        return await attempt()
    except Unavailable as error:
        if not _is_taken(error):
            raise
    log.warning("Port %s is taken; waiting up to %.0f s for it to be freed", port, seconds)
    return await patiently(attempt, seconds=seconds, every=0.1, passes=_is_taken)


def _is_taken(error: Unavailable) -> bool:
    return isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises Unavailable saying who can do what about it."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Unavailable(f"{host} is not an address of this machine: {error.strerror}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(2048)
    except PermissionError:
        listening.close()
        raise Unavailable(f"Port {port} may only be used by root; choose one above 1023 with --port") from None
    except OSError as error:
        listening.close()
        raise Unavailable(
            f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port, or end what uses it."
        ) from error
    return listening


class Crew:
    """The worker processes: as many as asked for, each replaced when it dies."""

    def __init__(self, settings: Settings, factory: str, listening: socket.socket, environment: dict[str, str]) -> None:
        self._settings = settings
        self._factory = factory
        self._listening = listening
        self._environment = environment
        self._tally = Tally.create(settings.workers)
        self._processes: set[asyncio.subprocess.Process] = set()
        self._answered = asyncio.Event()
        self._failures = 0

    async def work(self, stop: asyncio.Event) -> int:
        """Until `stop`: 0; 1 when the workers cannot even start."""
        tasks = [asyncio.create_task(self._keep_one(number)) for number in range(self._settings.workers)]
        tasks.append(asyncio.create_task(self._announce()))
        stopped = asyncio.create_task(stop.wait())
        waiting = {*tasks, stopped}
        try:
            while True:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if stopped in done:
                    return 0
                if any(each.exception() for each in done):
                    return 1
        finally:
            for each in (*tasks, stopped):
                each.cancel()
            await asyncio.wait([*tasks, stopped])

    async def dismiss(self) -> None:
        """Ends all workers: requests in progress get time, then none."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        endings = [asyncio.create_task(each.wait()) for each in self._processes]
        if not endings:
            return
        _, late = await asyncio.wait(endings, timeout=DRAIN_SECONDS + 2)
        if late:
            for process in self._processes:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await asyncio.wait(late)

    async def _keep_one(self, number: int) -> None:
        while True:
            began = time.monotonic()
            process = await self._start_worker(number)
            self._processes.add(process)
            code = await process.wait()
            self._processes.discard(process)
            self._tally.absent(number)
            log.warning("A worker ended with code %s; starting another", code, extra={"pid": process.pid})
            if not self._answered.is_set() and code != -signal.SIGKILL:  # one killed from outside could have started
                self._failures += 1
                if self._failures >= _HOPELESS:
                    log.error("The workers do not start; see above for the reason")
                    raise Unavailable("The workers do not start")
            # One that ran for a while is replaced at once; one that fails over and over must not take the machine.
            await asyncio.sleep(0 if time.monotonic() - began > 5 else 0.5)

    async def _start_worker(self, number: int) -> asyncio.subprocess.Process:
        handles = self._listening.fileno(), self._tally.fileno()
        plan = Plan(self._factory, os.getpid(), *handles, number, self._settings.workers)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "osler.interfaces.cli.worker_process", msgspec.json.encode(plan).decode()),
            pass_fds=handles,
            env=self._environment,
            # Its own session: Ctrl-C in a terminal goes to the supervisor alone, which stops the workers in good order.
            start_new_session=True,
        )

    async def _announce(self) -> None:
        """Prints one line as soon as a worker answers /readyz with 200, however late."""
        place = self._listening.getsockname()
        until = time.monotonic() + _READY_PATIENCE
        while not await is_ready(place[0], place[1]):
            if time.monotonic() > until:
                log.error("Osler runs but does not become ready")
                until = math.inf
            await asyncio.sleep(0.05)
        self._answered.set()
        sys.stdout.write(f"Osler is ready at http://{display_host(place[0])}:{place[1]}\n")
        sys.stdout.flush()


async def is_ready(host: str, port: int) -> bool:
    """Whether GET /readyz is answered 200 right now."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(reachable_host(host), port)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            status = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return status.split(b" ")[1:2] == [b"200"]


def reachable_host(host: str) -> str:
    """Where this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def display_host(host: str) -> str:
    shown = reachable_host(host)
    return f"[{shown}]" if ":" in shown else shown
