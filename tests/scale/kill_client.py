"""One kept-alive HTTP connection that says exactly how far an answer came before the server was killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 90.0
"""Seconds for an answer, which a busy machine may need; a server that was killed hangs up at once."""


@dataclass
class Reply:
    """An answer; status 0 when none came, `whole` False when it broke off after its first line."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    whole: bool = False

    @property
    def acknowledged(self) -> bool:
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """The server said that nothing was written."""
        return 400 <= self.status < 500


class Client:
    """Opens its connection when it needs one and drops it after anything went wrong."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self._authorization = f"authorization: Bearer {token}\r\n" if token else ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        reply = Reply()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._ask(method, path, body, headers or {}, reply)
        except (OSError, EOFError, ValueError, TimeoutError):
            self.close()
        else:
            reply.whole = True
            if reply.headers.get("connection") == "close":
                self.close()
        return reply

    async def _ask(self, method: str, path: str, body: Any, headers: dict[str, str], reply: Reply) -> None:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        reader, writer = self._streams
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        own = {"content-type": "application/fhir+json", "content-length": str(len(sent)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in own.items())
        writer.write(f"{method} {path} HTTP/1.1\r\nhost: localhost\r\n{self._authorization}{lines}\r\n".encode() + sent)
        first = await reader.readuntil(b"\r\n")
        reply.status = int(first.split(b" ")[1])
        head = (await reader.readuntil(b"\r\n\r\n")) if reply.status else b""
        for line in head.decode().split("\r\n"):
            name, _, value = line.partition(":")
            if value:
                reply.headers[name.strip().lower()] = value.strip()
        reply.body = await reader.readexactly(int(reply.headers.get("content-length", "0")))

    def close(self) -> None:
        if self._streams is not None:
            with contextlib.suppress(Exception):
                self._streams[1].transport.abort()
            self._streams = None
