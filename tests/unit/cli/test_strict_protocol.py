"""The head of a request has a time and a size; what comes after has not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import uvicorn

from osler.interfaces.cli import strict_protocol
from osler.interfaces.cli.strict_protocol import StrictProtocol

HEAD_SECONDS = 0.6
"""Long beside what a busy machine makes a process wait."""
LONGER = 0.8


async def app(scope, receive, send) -> None:
    """Answers once the body is whole, a moment later."""
    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(0.2)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(strict_protocol, "HEAD_SECONDS", HEAD_SECONDS)
    config = uvicorn.Config(app, http=StrictProtocol, lifespan="off", log_config=None)
    config.load()
    state = uvicorn.Server(config).server_state
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: StrictProtocol(config, state, {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def said(port: int, *words: bytes, pause: float = 0.0) -> bytes:
    """Everything that came back until the server hung up or had nothing to say for some seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for word in words:
        writer.write(word)
        await asyncio.sleep(pause)
    heard = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(3):
            while part := await reader.read(65536):
                heard += part
            heard += b"<end>"
    writer.close()
    return heard


GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"


async def test_a_connection_that_says_nothing_is_closed_without_a_word(port: int):
    assert await said(port) == b"<end>"


async def test_a_head_that_never_ends_is_answered_408_however_it_drips(port: int):
    heard = await said(port, b"GET / HTTP/1.1\r\n", *[b"x: y\r\n"] * 2, pause=0.03)
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert heard.endswith(b"<end>")


async def test_a_head_that_is_too_large_is_answered_431(port: int):
    assert (await said(port, b"GET / HTTP/1.1\r\nx: " + b"y" * 1_000_000)).startswith(b"HTTP/1.1 431 ")
    assert (await said(port, b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 100_000)).startswith(b"HTTP/1.1 431 ")


async def test_bodies_and_answers_may_take_their_time(port: int):
    post = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\n"
    assert b"200 OK" in await said(port, post, b"a", b"b", b"c", pause=LONGER)


async def test_the_next_request_has_its_own_time(port: int):
    heard = await said(port, GET, GET, pause=LONGER)
    assert heard.count(b"200 OK") == 2
    late = await said(port, GET, b"GET / HT", pause=LONGER)
    assert late.count(b"200 OK") == 1
    assert b" 408 " in late


async def test_a_half_request_behind_one_that_is_being_answered_does_not_spoil_its_answer(port: int):
    heard = await said(port, GET + b"GET / HT")
    assert heard.startswith(b"HTTP/1.1 200 OK")
    assert heard.index(b"ok") < heard.index(b" 408 ")
