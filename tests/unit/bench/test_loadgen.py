"""The load generator counts what a server answered, however the answers arrive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bench.loadgen import Load, request, run
from tests.db.processes import PATIENCE

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


async def load(answer: Answer, enough: Callable[[Load], bool]) -> Load:
    async with server(answer) as port:
        return await run_until(enough, port)


async def run_until(enough: Callable[[Load], bool], port: int) -> Load:
    """A run that came to something: in a short one a busy machine may come to nothing."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await run("127.0.0.1", port, lambda: request("GET", "/"), connections=3, seconds=0.1)
            if enough(found):
                return found


async def whole(writer: asyncio.StreamWriter) -> None:
    writer.write(OK)


async def in_pieces(writer: asyncio.StreamWriter) -> None:
    for piece in (OK[:4], OK[4:30], OK[30:42], OK[42:]):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.002)


async def chunked(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    await asyncio.sleep(0.002)
    writer.write(b"0\r\n\r\n")


async def empty(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")


@pytest.mark.parametrize("answer", [whole, in_pieces, chunked, empty])
async def test_every_way_of_answering_is_understood(answer: Answer):
    found = await load(answer, lambda load: len(load.latencies) > 3)
    assert found.errors == 0
    assert sum(found.statuses.values()) == len(found.latencies)
    assert 0 < found.percentile(50) <= found.percentile(99)
    assert found.rate == pytest.approx(len(found.latencies) / found.seconds)


async def test_refusals_are_errors():
    async def refuse(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n")

    found = await load(refuse, lambda load: load.errors > 0)
    assert found.errors == found.statuses[503] == len(found.latencies)


async def test_a_lost_connection_is_counted_and_replaced():
    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        writer.close()

    found = await load(hang_up, lambda load: load.closed > 3)
    assert found.statuses[200] == len(found.latencies) > 3


async def test_a_server_that_is_not_there_is_an_error_and_no_hang():
    found = await run_until(lambda load: load.closed > 0, 9)
    assert found.rate == 0


def test_a_request_has_a_length_when_it_has_a_body():
    text = request("POST", "/fhir", [("content-type", "application/fhir+json")], b"{}")
    assert text.startswith(b"POST /fhir HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/fhir+json\r\n")
    assert text.endswith(b"content-length: 2\r\n\r\n{}")
