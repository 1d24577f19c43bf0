"""The smallest application that `osler serve` can run: ready when the database is there; /slow takes a while, and /long says
when it has begun."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route


def create_app() -> Starlette:
    return Starlette(routes=[Route("/readyz", ready), Route("/slow", slow), Route("/long", long)])


def killed_four_times() -> Starlette:
    """The first four processes that make it are killed over it."""
    with Path(os.environ["TINY_APP_KILLS"]).open("ab") as kills:
        if kills.tell() < 4:
            kills.write(b"k")
            kills.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    return create_app()


async def ready(request: Request) -> Response:
    try:
        connection = await asyncpg.connect(os.environ["OSLER_DATABASE_URL"], timeout=10)
        await connection.fetchval("SELECT count(*) FROM migration")
        await connection.close()
    except (OSError, asyncpg.PostgresError):
        return PlainTextResponse("database", 503)
    return PlainTextResponse(str(os.getpid()))


async def slow(request: Request) -> Response:
    await asyncio.sleep(1)
    return PlainTextResponse("done")


async def long(request: Request) -> Response:
    async def words() -> AsyncIterator[str]:
        yield "begun"
        await asyncio.sleep(1)
        yield ", done"

    return StreamingResponse(words())
