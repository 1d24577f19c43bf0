"""Connections that are lost in the middle of something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from osler.core.errors import Unavailable
from osler.store.embedded import Address
from osler.store.pool import Pool


@pytest.fixture
async def pool(worker_database: Address) -> AsyncIterator[Pool]:
    pool = Pool(worker_database.connect_args(), size=2)
    yield pool
    await pool.close()


async def lose_another(pool: Pool, pid: int) -> None:
    async with pool.connection() as other:
        await other.execute("SELECT pg_terminate_backend($1, 5000)", pid)


async def test_who_is_cancelled_ends_also_when_the_database_is_gone(pool: Pool):
    held: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def work() -> None:
        async with pool.connection() as conn, conn.pg.transaction():
            held.set_result(conn.pg.get_server_pid())
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await lose_another(pool, await held)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_connection_that_is_lost_is_unavailable_and_the_next_one_works(pool: Pool):
    async def work() -> None:
        async with pool.connection() as conn, conn.pg.transaction():
            await lose_another(pool, conn.pg.get_server_pid())
            await conn.execute("SELECT 1")

    with pytest.raises(Unavailable):
        await work()
    async with pool.connection() as conn:
        assert await conn.fetchval("SELECT 1") == 1


async def test_a_time_out_inside_is_unavailable_not_the_end_of_the_task(pool: Pool):
    async def work() -> None:
        async with pool.connection() as conn, asyncio.timeout(0.05):
            await conn.execute("SELECT pg_sleep(5)")

    with pytest.raises(Unavailable):
        await work()
