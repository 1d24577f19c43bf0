"""The transaction of a writing request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from osler.store.pool import Connection


@dataclass(slots=True)
class Unit:
    """The one transaction of a writing request. BEGIN is sent with the first statement that needs it."""

    conn: Connection
    stamp: Callable[[], Awaitable[list[object]]]
    started: bool = False
    finished: bool = False

    async def start(self) -> Connection:
        if not self.started:
            await self.conn.execute("BEGIN")
            self.started = True
        return self.conn
