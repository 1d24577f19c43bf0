"""The smallest application that `osler serve` can run: ready when the database is there; /slow takes a while, and /long says
when it has begun."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route


def create_app() -> Starlette:
    return Starlette(routes=[Route("/readyz", ready), Route("/slow", slow), Route("/long", long)])


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
