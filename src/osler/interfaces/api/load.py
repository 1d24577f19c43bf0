"""How much this process takes on at once. What is more is told to come back, at once, rather than left waiting."""

from __future__ import annotations

from dataclasses import dataclass

from osler.core.errors import Unavailable

MEBIBYTE = 1024 * 1024


@dataclass(slots=True)
class Load:
    """Requests being answered and bytes of request bodies being held, with the most there may be of each."""

    most_requests: int = 400
    most_bytes: int = 512 * MEBIBYTE
    requests: int = 0
    bytes: int = 0

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
            raise Unavailable("Osler is taking in other large requests; try again shortly.", retry_after=2)
        self.load.bytes += count
        self.bytes += count

    def release(self) -> None:
        self.load.bytes -= self.bytes
        self.bytes = 0
