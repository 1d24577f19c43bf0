"""uvicorn's HTTP protocol with limits that it lacks: how long and how large the head of a request may be.

Without them connections that say nothing, or never end their headers, stay for ever, and some thousands of them leave
no room for anybody else.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0
"""From the first byte of a request (or from the connection's beginning) to the end of its headers."""
HEAD_BYTES = 128 * 1024


class StrictProtocol(HttpToolsProtocol):
    """Answers 408 and 431 and hangs up when the head of a request takes too long or too much."""

    _late: asyncio.TimerHandle | None = None
    _head = 0
    _in_head = True
    _silent = True

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._hurry_no_more()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head = True, 0
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._hurry_no_more()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        self._silent = False
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > HEAD_BYTES and not (self.cycle and not self.cycle.response_complete):
                self._refuse(b"431 Request Header Fields Too Large", b"The headers are too long.")

    def _too_late(self) -> None:
        self._late = None
        if self.cycle is not None and not self.cycle.response_complete:
            # The answer to the request before is still on its way; the client may wait for it as long as it takes.
            self._late = self.loop.call_later(HEAD_SECONDS, self._too_late)
        elif self._silent:
            self.transport.close()
        else:
            self._refuse(b"408 Request Timeout", b"No whole request came in time.")

    def _hurry_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self, status: bytes, why: bytes) -> None:
        if self.transport.is_closing():
            return
        self.transport.write(
            b"HTTP/1.1 %b\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
            % (status, len(why), why)
        )
        self.transport.close()
