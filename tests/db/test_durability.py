"""What was acknowledged is there, whatever is killed, and when the disk is full."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import subprocess
from pathlib import Path

import asyncpg
import pytest

from osler.core.errors import Unavailable
from osler.store.embedded import open_server
from osler.store.pool import Pool
from tests.db.processes import (
    AWAY,
    PATIENCE,
    SMALL,
    Holder,
    ask,
    eventually,
    kill,
    until,
    until_so,
    working_in,
)

KILLS = int(os.environ.get("OSLER_TEST_KILLS", "8"))
SEED = int(os.environ.get("OSLER_TEST_SEED", "2026"))


async def write_without_end(url: str, name: int, acknowledged: set[tuple[int, int]]) -> None:
    """Commits pairs of rows; remembers those that were acknowledged."""
    number = 0
    while True:
        with contextlib.suppress(*AWAY):
            connection = await asyncpg.connect(url, timeout=5, command_timeout=30)
            try:
                while True:
                    number += 1
                    async with connection.transaction():
                        await connection.execute("INSERT INTO kept VALUES ($1, $2)", name, number)
                        await connection.execute("INSERT INTO kept VALUES ($1, $2)", name, -number)
                    acknowledged.add((name, number))
            finally:
                connection.terminate()
        await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_and_nothing_is_half_written_under_kills(data_dir: Path):
    print(f"seed {SEED}, {KILLS} kills")
    chance = random.Random(SEED)
    holder, acknowledged = Holder(data_dir), set[tuple[int, int]]()
    url = (await holder.ready())["url"]
    await ask(url, "CREATE TABLE kept (name int, number int, PRIMARY KEY (name, number))")
    writers = [asyncio.create_task(write_without_end(url, name, acknowledged)) for name in range(4)]
    try:
        for _ in range(KILLS):
            before = len(acknowledged)
            await until(lambda before=before: len(acknowledged) > before + 20 or any(map(asyncio.Task.done, writers)))
            assert not any(map(asyncio.Task.done, writers)), [each for each in writers if each.done()]
            await asyncio.sleep(chance.random() * 0.2)
            holder = await strike(chance, holder)
            await check(url, acknowledged)
    finally:
        for each in writers:
            each.cancel()
        await asyncio.wait(writers)
        holder.kill()
        await until(lambda: not working_in(data_dir / "pg"))
    print(f"{len(acknowledged)} transactions acknowledged")


async def strike(chance: random.Random, holder: Holder) -> Holder:
    """Kills one thing or all of it; gives the holder that has the server afterwards."""
    data_dir = holder.data_dir
    what = chance.choice(("session", "postmaster", "owner", "everything"))
    postmaster, processes = await under_way(holder)
    if what == "session":
        kill(chance.choice([each for each in processes if each != postmaster] or [postmaster]))
    elif what == "postmaster":
        kill(postmaster)
    else:
        if what == "everything":
            for each in processes:
                kill(each)
        holder.kill()
        holder = Holder(data_dir)
        await holder.ready()
    return holder


async def under_way(holder: Holder) -> tuple[int, list[int]]:
    """The postmaster and all processes of a server that runs: what was killed before may be gone only now, and the next one
    still be starting."""
    async with asyncio.timeout(PATIENCE):
        while True:
            postmaster, processes = holder.postmaster, working_in(holder.data_dir / "pg")
            if postmaster in processes and len(processes) > 1:
                return postmaster, processes
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_a_server_whose_processes_are_killed_while_it_recovers_comes_back(data_dir: Path):
    """PostgreSQL itself does not miss them then, and would turn everybody away for ever."""
    holder = Holder(data_dir)
    url = (await holder.ready())["url"]
    try:
        for _ in range(2):
            connection = await eventually(lambda: asyncpg.connect(url, timeout=5))
            before = set(working_in(data_dir / "pg"))
            kill(connection.get_server_pid())
            connection.terminate()
            with contextlib.suppress(AssertionError):
                await until(lambda before=before: set(working_in(data_dir / "pg")) - before, seconds=1)
            for each in set(working_in(data_dir / "pg")) - before:
                kill(each)
            assert await eventually(lambda: ask(url, "SELECT 1")) == 1
    finally:
        holder.kill()
        await until(lambda: not working_in(data_dir / "pg"))


async def check(url: str, acknowledged: set[tuple[int, int]]) -> None:
    wanted = set(acknowledged)
    rows = await eventually(lambda: read(url))
    assert wanted <= rows, "an acknowledged row is gone"
    assert {(name, -number) for name, number in rows} == rows, "half a transaction is there"


async def read(url: str) -> set[tuple[int, int]]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return {(row[0], row[1]) for row in await connection.fetch("SELECT name, number FROM kept")}
    finally:
        await connection.close()


@pytest.fixture
def small_disk(tmp_path: Path):
    """A disk of 160 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("mounting needs rights that are not given here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


async def test_a_full_disk_is_unavailable_and_over_once_there_is_room(small_disk: Path):
    settings = SMALL + "\nmax_wal_size = 48MB\nmin_wal_size = 32MB\nwal_recycle = off\nwal_compression = off"
    async with open_server(small_disk / "data", extra_settings=settings) as address:
        pool, written = Pool(address.connect_args(), size=4), 0
        async with pool.connection() as connection:
            await connection.execute("CREATE TABLE kept (number int, filler bytea)")
        with contextlib.suppress(Unavailable):
            for number in range(1000):
                async with pool.connection() as connection:
                    await connection.execute("INSERT INTO kept VALUES ($1, $2)", number, os.urandom(1_000_000))
                written = number + 1
        assert 10 < written < 1000

        async def more_room() -> None:
            async with pool.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM kept") >= written
                await connection.execute("INSERT INTO kept VALUES (-1, '')")

        subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)  # noqa: ASYNC221

        async def works() -> bool:
            with contextlib.suppress(Unavailable):
                await more_room()
                return True
            return False

        await until_so(works)
        async with pool.connection() as connection:
            assert await connection.fetchval("SELECT count(*) FROM kept WHERE number = -1") >= 1
        await pool.close()
