"""How much this process takes on at once. What is more is told to come back, at once, rather than left waiting."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from osler.core.errors import Unavailable

MEBIBYTE = 1024 * 1024
LARGE = 2 * MEBIBYTE
"""Bytes of a body above which a request is a large one."""
MOST_WAITING = 8
TURN_SECONDS = 60.0
"""How long a large request waits for those before it."""


@dataclass(slots=True)
class Load:
    """Requests being answered and bytes of request bodies being held, with the most there may be of each."""

    most_requests: int = 400
    most_bytes: int = 512 * MEBIBYTE
    requests: int = 0
    bytes: int = 0
    large: int = 0
    """Large requests that wait for their turn or have it."""
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    @contextlib.asynccontextmanager
    async def turn(self, size: int) -> AsyncGenerator[None]:
        """Large requests are worked on one after the other: at once they would need the memory of all, and none would be
        done in time. Raises Unavailable when too many wait, or one has waited too long."""
        if size < LARGE:
            yield
            return
        if self.large > MOST_WAITING:
            raise _crowded()
        self.large += 1
        try:
            try:
                async with asyncio.timeout(TURN_SECONDS):
                    await self._turn.acquire()
            except TimeoutError:
                raise _crowded() from None
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self.large -= 1

    def begin(self) -> None:
        """Raises Unavailable when enough requests are being answered already; `end` must follow otherwise."""
        if self.requests >= self.most_requests:
            raise Unavailable("Osler is busy; nothing was done. Try again shortly.", retry_after=1)
        self.requests += 1

    def end(self) -> None:
        self.requests -= 1


@dataclass(slots=True)
class Holding:
    """The bytes of one request's body for as long as they are in memory."""

    load: Load
    bytes: int = 0

    def add(self, count: int) -> None:
        """Raises Unavailable when other requests' bodies fill what there is."""
        if self.load.bytes + count > self.load.most_bytes:
            raise _crowded()
        self.load.bytes += count
        self.bytes += count

    def release(self) -> None:
        self.load.bytes -= self.bytes
        self.bytes = 0


def _crowded() -> Unavailable:
    return Unavailable("Osler is busy with other large requests; nothing was done. Try again shortly.", retry_after=5)
