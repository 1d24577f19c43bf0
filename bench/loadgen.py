"""A closed-loop HTTP/1.1 load generator: each of N kept-alive connections sends its next request when it has an answer.

It parses no more of an answer than it must (status, length), so that it takes little of the machine it shares with the
server: under 10 µs of CPU a request.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

NextRequest = Callable[[], bytes]
PATIENCE = 30.0
"""Seconds after the end of a run in which a last answer may still arrive."""
HEAD_END = b"\r\n\r\n"


def request(method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> bytes:
    """The bytes of one request. `headers` has to bring everything but Host and Content-Length."""
    lines = [f"{method} {target} HTTP/1.1", "host: localhost", *(f"{name}: {value}" for name, value in headers)]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode() + HEAD_END + body


@dataclass
class Load:
    """What came of one run: latencies in seconds, in order of arrival, and answers by status."""

    seconds: float = 0.0
    latencies: array[float] = field(default_factory=lambda: array("d"))
    statuses: Counter[int] = field(default_factory=Counter)
    closed: int = 0
    """Connections that the server ended while an answer was due."""
    received: int = 0
    """Bytes of answers."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def errors(self) -> int:
        """Answers that were not 2xx or 304, and connections lost."""
        return self.closed + sum(n for status, n in self.statuses.items() if not 200 <= status < 300 and status != 304)

    def percentile(self, percent: float) -> float:
        """A latency in milliseconds, by nearest rank; 0 when nothing was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000 if ordered else 0.0


async def run(host: str, port: int, next_request: NextRequest, *, connections: int, seconds: float) -> Load:
    """Load the server for so long; requests under way at the end are waited for and counted."""
    loop, load = asyncio.get_running_loop(), Load()
    began = time.perf_counter()
    clients = [_Client(load, next_request, began + seconds, loop) for _ in range(connections)]
    await asyncio.gather(*(client.work(host, port) for client in clients))
    load.seconds = time.perf_counter() - began
    return load


class _Client(asyncio.Protocol):
    """One connection. Speaks HTTP on the transport's own callbacks: no streams, no task for a request."""

    def __init__(self, load: Load, next_request: NextRequest, until: float, loop: asyncio.AbstractEventLoop) -> None:
        self._load, self._next_request, self._until, self._loop = load, next_request, until, loop
        self._buffer = bytearray()
        self._ended: asyncio.Future[None] = loop.create_future()
        self._sent_at = 0.0

    async def work(self, host: str, port: int) -> None:
        """Until the time is up, on a new connection whenever one is lost."""
        while time.perf_counter() < self._until:
            self._ended = self._loop.create_future()
            self._buffer.clear()
            try:
                transport, _ = await self._loop.create_connection(lambda: self, host, port)
            except OSError:
                self._load.closed += 1
                await asyncio.sleep(0.05)
                continue
            await self._answered_in_time()
            transport.close()

    async def _answered_in_time(self) -> None:
        """Until the connection has done its work; a server that does not answer at all is given up on."""
        try:
            await asyncio.wait_for(self._ended, self._until - time.perf_counter() + PATIENCE)
        except TimeoutError:
            self._load.closed += 1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._load.received += len(data)
        answer: bytes | bytearray = data
        if self._buffer:
            self._buffer += data
            answer = self._buffer
        if not _is_whole(answer):
            if answer is data:
                self._buffer += data
            return
        self._load.latencies.append(time.perf_counter() - self._sent_at)
        self._load.statuses[int(answer[9:12])] += 1
        if self._buffer:
            self._buffer = bytearray()
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._ended.done():
            self._load.closed += 1
            self._ended.set_result(None)

    def _send(self) -> None:
        now = time.perf_counter()
        if now >= self._until:
            if not self._ended.done():
                self._ended.set_result(None)
            return
        message = self._next_request()
        self._sent_at = time.perf_counter()
        self._transport.write(message)


def _is_whole(answer: bytes | bytearray) -> bool:
    """Whether the answer has arrived to its end, by content-length or the last chunk."""
    end = answer.find(HEAD_END)
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        line_end = head.find(b"\r\n", at + 2)
        length = int(head[at + 17 : line_end if line_end >= 0 else end])
        return len(answer) >= end + 4 + length
    if b"\r\ntransfer-encoding: chunked" in head:
        return answer.endswith(b"\r\n0\r\n\r\n")
    return head[9:12] in (b"204", b"304")
