"""One real PostgreSQL for each test process, and databases copied from a migrated template.

`OSLER_TEST_DATABASE_URL` names another server (its role must be allowed to create databases); without it the bundled
one is started in the process's temporary folder.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from osler.store.embedded import Address, open_server
from osler.store.embedded.configuration import ADMIN
from osler.store.migrate import migrate
from osler.store.partitions import ensure_partitions
from tests.db.processes import until_so

# A test passes or fails for what it tests: not for a slow machine, and not for luck. `--hypothesis-profile=default` searches
# at random for what no run has tried.
settings.register_profile("osler", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("osler")

# Durability has its own tests, which start servers of their own; here only speed matters.
_FAST = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 128MB\nautovacuum = off\n"
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Address]:
    """A server, as a role that may create databases: each worker's own, because what is open in one database of a
    server holds back the change feed and the audit's seals in all the others."""
    if url := os.environ.get("OSLER_TEST_DATABASE_URL"):
        yield Address(url=url)
        return
    async with open_server(tmp_path_factory.getbasetemp() / "postgresql", extra_settings=_FAST) as address:
        yield address.with_user(ADMIN).with_database("postgres")


@pytest.fixture(scope="session")
async def template(postgres: Address) -> str:
    """The name of a database that has every migration; made once a worker, never connected to afterwards."""
    name = f"osler_template_{_WORKER}"
    await _recreate(postgres, name)
    connection = await asyncpg.connect(**application(postgres.with_database(name)).connect_args())
    await migrate(connection)
    await ensure_partitions(connection, datetime.now(UTC))
    await connection.close()
    return name


_numbers = itertools.count(1)


@pytest.fixture
async def fresh_database(postgres: Address, template: str) -> AsyncIterator[Address]:
    """An empty migrated database of this test's own, dropped afterwards."""
    async with copied_database(postgres, template) as address:
        yield address


@pytest.fixture(scope="session")
async def worker_database(postgres: Address, template: str) -> AsyncIterator[Address]:
    """An empty migrated database for this worker, for tests that roll back what they write."""
    async with copied_database(postgres, template) as address:
        yield address


@pytest.fixture
async def bare_database(postgres: Address) -> AsyncIterator[Address]:
    """A database of this test's own without any table."""
    async with copied_database(postgres, "template0") as address:
        yield address


@contextlib.asynccontextmanager
async def copied_database(postgres: Address, template: str) -> AsyncIterator[Address]:
    """A copy of the template for as long as the block lasts."""
    name = f"osler_{_WORKER}_{next(_numbers)}"
    await _recreate(postgres, name, template)
    try:
        yield application(postgres.with_database(name))
    finally:
        await _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def application(address: Address) -> Address:
    """The same database as the role the application works with."""
    return address if address.url else address.with_user("osler")


async def _recreate(postgres: Address, name: str, template: str = "template0") -> None:
    await _execute(postgres, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    owner = "" if postgres.url else "OWNER osler"
    encoding = "ENCODING 'UTF8'" if template == "template0" else ""
    await _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {template} {owner} {encoding}")


async def _execute(address: Address, sql: str) -> None:
    connection = await asyncpg.connect(**address.connect_args())
    try:
        await until_so(lambda: _is_executed(connection, sql))
    finally:
        await connection.close()


async def _is_executed(connection: asyncpg.Connection[Any], sql: str) -> bool:
    """Whether nobody was in the way: PostgreSQL waits a few seconds for sessions that are ending, and then no more."""
    try:
        await connection.execute(sql)
    except asyncpg.ObjectInUseError:
        return False
    return True


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"
