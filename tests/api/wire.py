"""A real `osler serve` for tests of what goes over the wire, and the means to say anything to it, well-formed or not."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osler.store.embedded import Address
from tests.scale.kill_client import Client, Reply
from tests.scale.kill_served import Served

MARK = "Zwiebelfisch"
"""The name of every patient here. Neither a refusal nor a log may hold it."""
PATIENT = {"resourceType": "Patient", "name": [{"family": MARK}]}
OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "pulse"}}


@dataclass
class Wire:
    served: Served
    token: str

    def client(self) -> Client:
        return Client(self.served.port, self.token)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        client = self.client()
        try:
            return await client.ask(
                method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
            )
        finally:
            client.close()

    async def post(self, path: str, body: Any, **headers: str) -> Reply:
        return await self.ask("POST", path, body, **headers)

    async def count(self, type_: str = "Patient") -> int:
        reply = await self.ask("GET", f"/fhir/{type_}?_summary=count")
        return json.loads(reply.body)["total"]

    def head(self, line: str, **headers: str) -> bytes:
        """Request line and headers, with the token, and the empty line after them."""
        named = {"host": "localhost", "authorization": f"Bearer {self.token}"}
        named |= {name.replace("_", "-"): text for name, text in headers.items()}
        return "\r\n".join([line, *(f"{name}: {text}" for name, text in named.items()), "", ""]).encode()

    async def say(self, data: bytes, *, seconds: float = 90) -> Reply:
        """Sends bytes as they are. Status 0 when no answer came in time."""
        reply = Reply()
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.served.port, limit=1 << 20)
                try:
                    writer.write(data)
                    with contextlib.suppress(OSError):
                        await writer.drain()
                    reply.status = int((await reader.readuntil(b"\r\n")).split(b" ")[1])
                    head = (await reader.readuntil(b"\r\n\r\n")).decode()
                    reply.headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n") if ": " in line)
                    if not data.startswith(b"HEAD"):
                        reply.body = await reader.readexactly(int(reply.headers.get("content-length", "0")))
                    reply.whole = True
                finally:
                    writer.transport.abort()
        return reply


@contextlib.asynccontextmanager
async def wired(
    folder: Path, address: Address | None = None, *, workers: int = 1, **settings: str
) -> AsyncIterator[Wire]:
    """Over a database that is there, or with one of its own."""
    given = {f"OSLER_{name.upper()}": text for name, text in settings.items()}
    if address is not None:
        given["OSLER_DATABASE_URL"] = address.to_url()
    served = Served(folder / "data", workers=workers, settings=given)
    served.start()
    try:
        await served.ready()
        yield Wire(served, await asyncio.to_thread(served.token))
        log = served.log.read_text(errors="replace")
        assert MARK not in log
        assert "Traceback" not in log
    finally:
        await served.end()


def refused(reply: Reply, *statuses: int) -> dict[str, Any]:
    """The first issue of a refusal that tells its reader something, and nothing that it should not."""
    assert reply.status in statuses, (reply.status, reply.body[:500])
    outcome = json.loads(reply.body)
    assert outcome["resourceType"] == "OperationOutcome", outcome
    issue = outcome["issue"][0]
    assert issue["severity"] == "error"
    assert len(issue["details"]["text"]) > 10
    for secret in (MARK, "Traceback", "asyncpg", ".py", "SELECT"):
        assert secret not in reply.body.decode(), outcome
    return issue
