"""Sharing one listening socket fairly: a worker takes a connection only while it has no more of them than the others.

Left to the kernel, whichever worker wakes first takes every connection that waits. With connections that stay open, as
browsers' and other systems' do, one worker then does all the work while the others sleep.
"""

from __future__ import annotations

import asyncio
import mmap
import os
import socket
import struct
import tempfile
from collections.abc import Callable
from typing import IO, cast

import uvicorn

_FORMAT = "=I"
_SIZE = struct.calcsize(_FORMAT)
_ABSENT = 0xFFFFFFFF
_WAIT = 0.001
"""Seconds after which a worker that has more than its share looks again."""
_PATIENCE = 5
"""Looks after which it takes the connection all the same: the worker whose turn it is may be busy."""
_AT_ONCE = 16


class Tally:
    """How many connections each worker has, in memory that all of them share."""

    def __init__(self, file: IO[bytes] | int, workers: int) -> None:
        self._file = file
        self._workers = workers
        self._memory = mmap.mmap(file if isinstance(file, int) else file.fileno(), workers * _SIZE)

    @classmethod
    def create(cls, workers: int) -> Tally:
        """With nobody at work yet."""
        file = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the tally
        file.write(struct.pack(_FORMAT, _ABSENT) * workers)
        file.flush()
        return cls(file, workers)

    def fileno(self) -> int:
        """To be handed to a worker, which opens it with `Tally(number, workers)`."""
        return self._file if isinstance(self._file, int) else self._file.fileno()

    def set(self, worker: int, connections: int) -> None:
        struct.pack_into(_FORMAT, self._memory, worker * _SIZE, connections)

    def absent(self, worker: int) -> None:
        """The worker is gone, or not there yet: nobody waits for it."""
        self.set(worker, _ABSENT)

    def least(self) -> int:
        """The fewest connections any worker has."""
        counts = (struct.unpack_from(_FORMAT, self._memory, each * _SIZE)[0] for each in range(self._workers))
        return min((each for each in counts if each != _ABSENT), default=0)


class FairServer(uvicorn.Server):
    """A uvicorn server on an inherited listening socket that heeds a tally."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket, tally: Tally, worker: int) -> None:
        super().__init__(config)
        self._listening = listening
        self._tally = tally
        self._worker = worker

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        acceptor = Acceptor(self._listening, self._make_protocol, self._has_share)
        # It has the two methods of a server that uvicorn calls.
        self.servers.append(cast("asyncio.base_events.Server", acceptor))
        self._tally.set(self._worker, 0)
        acceptor.open()

    async def on_tick(self, counter: int) -> bool:
        # Keeps what the others read true while connections end.
        self._tally.set(self._worker, len(self.server_state.connections))
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._tally.absent(self._worker)
        await super().shutdown(sockets)

    def _has_share(self, taken: int) -> bool:
        """Whether this worker may take one more, having just taken some; lax where there are very many."""
        mine = len(self.server_state.connections) + taken
        self._tally.set(self._worker, mine)
        least = self._tally.least()
        return mine <= least + least // 8

    def _make_protocol(self) -> asyncio.Protocol:
        make = cast("Callable[..., asyncio.Protocol]", self.config.http_protocol_class)
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)


class Acceptor:
    """Takes connections from a listening socket, one by one, while `may_take(number on their way)` holds."""

    def __init__(
        self, listening: socket.socket, protocol: Callable[[], asyncio.Protocol], may_take: Callable[[int], bool]
    ) -> None:
        self._listening = listening
        self._protocol = protocol
        self._may_take = may_take
        self._loop = asyncio.get_running_loop()
        self._tasks = set[asyncio.Task[object]]()
        self._waited = 0
        self._again: asyncio.TimerHandle | None = None

    def open(self) -> None:
        self._listening.setblocking(False)
        self._loop.add_reader(self._listening.fileno(), self._take)

    def close(self) -> None:
        if self._again:
            self._again.cancel()
        self._loop.remove_reader(self._listening.fileno())
        self._listening.close()

    async def wait_closed(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _take(self) -> None:
        for _ in range(_AT_ONCE):
            if self._waited < _PATIENCE and not self._may_take(len(self._tasks)):
                self._waited += 1
                self._pause(_WAIT)
                return
            try:
                connection, _address = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                self._waited = 0
                return
            except OSError:
                # No file handles left: those that wait are taken when others end.
                self._pause(0.1)
                return
            self._waited = 0
            self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, connection))
        self._tasks.add(task)
        task.add_done_callback(self._taken)

    def _taken(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # a client that left at once; read, so that nothing is logged

    def _pause(self, seconds: float) -> None:
        self._loop.remove_reader(self._listening.fileno())
        self._again = self._loop.call_later(seconds, self.open)


def inherit(listening: int, tally: int, workers: int) -> tuple[socket.socket, Tally]:
    """The listening socket and the tally from the numbers that the supervisor gave."""
    os.set_inheritable(listening, False)
    return socket.socket(fileno=listening), Tally(tally, workers)
