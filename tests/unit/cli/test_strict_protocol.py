"""The head of a request has a time and a size; what comes after has not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from osler.interfaces.cli import strict_protocol
from osler.interfaces.cli.strict_protocol import HEAD_SECONDS, StrictProtocol
from tests.db.processes import PATIENCE, until

LONGER = HEAD_SECONDS * 1.5
KEPT_ALIVE = HEAD_SECONDS * 4


@dataclass
class Timer:
    due: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class ByHand:
    """The running loop, but its timers go off when the test says that time passes: no machine is too slow for that."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._now = 0.0
        self._timers: list[Timer] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        timer = Timer(self._now + delay, callback)
        self._timers.append(timer)
        return timer

    def let_pass(self, seconds: float) -> None:
        self._now += seconds
        for timer in [each for each in self._timers if each.due <= self._now]:
            self._timers.remove(timer)
            if not timer.cancelled:
                timer.callback()


class Line(asyncio.Transport):
    """A connection: what the server said over it, and whether it has hung up."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = b""
        self.over = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.heard += data

    def close(self) -> None:
        self.over = True

    def is_closing(self) -> bool:
        return self.over

    def pause_reading(self) -> None:
        """Whatever is said in a test is read."""

    def resume_reading(self) -> None:
        """See there."""


class Caller:
    """Somebody on a line. Answers are held back until `may_answer` is set."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.line, self.loop = Line(), ByHand()
        config = uvicorn.Config(
            self._app,
            http=StrictProtocol,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            timeout_keep_alive=int(KEPT_ALIVE),
        )
        config.load()
        state = uvicorn.Server(config).server_state
        self._protocol = StrictProtocol(config, state, {}, self.loop)  # type: ignore[arg-type]
        self._protocol.connection_made(self.line)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers once the body is whole."""
        while (await receive()).get("more_body"):
            pass
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    def say(self, words: bytes) -> None:
        self._protocol.data_received(words)

    async def answered(self, times: int = 1) -> None:
        await until(lambda: self.line.heard.count(b"\r\n\r\nok") == times)


@pytest.fixture
async def caller() -> Caller:
    return Caller()


GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"


async def test_a_connection_that_says_nothing_is_closed_without_a_word(caller: Caller):
    caller.loop.let_pass(HEAD_SECONDS - 1)
    assert not caller.line.over
    caller.loop.let_pass(1)
    assert (caller.line.over, caller.line.heard) == (True, b"")


async def test_who_only_listens_finds_the_connection_closed(monkeypatch: pytest.MonkeyPatch):
    """The same over the network, by the real clock."""
    monkeypatch.setattr(strict_protocol, "HEAD_SECONDS", 0.05)
    config = uvicorn.Config(lambda *_: None, http=StrictProtocol, lifespan="off", log_config=None)
    config.load()
    state = uvicorn.Server(config).server_state
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: StrictProtocol(config, state, {}), "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        async with asyncio.timeout(PATIENCE):
            assert await reader.read() == b""
        writer.close()


async def test_a_head_that_never_ends_is_answered_408_however_it_drips(caller: Caller):
    caller.say(b"GET / HTTP/1.1\r\n")
    for _ in range(3):
        caller.loop.let_pass(HEAD_SECONDS / 4)
        caller.say(b"x: y\r\n")
    assert caller.line.heard == b""
    caller.loop.let_pass(HEAD_SECONDS / 4)
    assert caller.line.heard.startswith(b"HTTP/1.1 408 ")
    assert caller.line.over


@pytest.mark.parametrize("headers", [b"x: " + b"y" * 1_000_000, b"x: y\r\n" * 100_000], ids=["one", "many"])
async def test_a_head_that_is_too_large_is_answered_431(caller: Caller, headers: bytes):
    caller.say(b"GET / HTTP/1.1\r\n" + headers)
    assert caller.line.heard.startswith(b"HTTP/1.1 431 ")
    assert caller.line.over


async def test_bodies_and_answers_may_take_their_time(caller: Caller):
    caller.may_answer.clear()
    caller.say(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\n")
    for letter in (b"a", b"b", b"c"):
        caller.loop.let_pass(LONGER)
        caller.say(letter)
    caller.loop.let_pass(LONGER)
    assert not caller.line.over
    caller.may_answer.set()
    await caller.answered()
    assert caller.line.heard.startswith(b"HTTP/1.1 200 OK")


async def test_the_next_request_has_its_own_time(caller: Caller):
    for times in (1, 2):
        caller.say(GET)
        await caller.answered(times)
        caller.loop.let_pass(LONGER)
    caller.say(b"GET / HT")
    caller.loop.let_pass(HEAD_SECONDS - 1)
    assert not caller.line.over
    caller.loop.let_pass(1)
    assert caller.line.heard.count(b"200 OK") == 2
    assert caller.line.heard.count(b" 408 ") == 1


async def test_a_half_request_behind_one_that_is_being_answered_does_not_spoil_its_answer(caller: Caller):
    caller.may_answer.clear()
    caller.say(GET + b"GET / HT")
    for _ in range(2):
        caller.loop.let_pass(HEAD_SECONDS)
        assert caller.line.heard == b""
    caller.may_answer.set()
    await caller.answered()
    caller.loop.let_pass(HEAD_SECONDS)
    assert caller.line.heard.startswith(b"HTTP/1.1 200 OK")
    assert caller.line.heard.index(b"ok") < caller.line.heard.index(b" 408 ")
