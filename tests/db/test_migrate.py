"""Migrations run once, in order, all or nothing, and say clearly why not."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from osler.core.errors import Unsupported
from osler.store.embedded import Address
from osler.store.migrate import Migration, MigrationFailed, migrate, pending

FIRST = Migration(1, "first", "CREATE TABLE one (id int);\nCREATE TABLE two (id int);")
SECOND = Migration(2, "second", "INSERT INTO one VALUES (1);")
BROKEN = Migration(2, "broken", "INSERT INTO one VALUES (1);\n\n-- a comment\nINSERT INTO nowhere VALUES (1);\n")


@pytest.fixture
async def connection(bare_database: Address):
    connection = await asyncpg.connect(**bare_database.connect_args())
    yield connection
    await connection.close()


async def test_runs_what_is_missing_and_then_nothing(connection):
    assert await migrate(connection, [FIRST]) == [FIRST]
    assert await migrate(connection, [FIRST, SECOND]) == [SECOND]
    assert await migrate(connection, [FIRST, SECOND]) == []
    assert await connection.fetchval("SELECT count(*) FROM one") == 1


async def test_pending_changes_nothing(connection):
    assert await pending(connection, [FIRST]) == [FIRST]
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


async def test_a_failing_migration_names_file_statement_and_line_and_leaves_no_trace(connection):
    with pytest.raises(MigrationFailed, match=r"0002_broken\.sql failed at statement 2 \(line 4\).*nowhere"):
        await migrate(connection, [FIRST, BROKEN])
    assert await connection.fetchval("SELECT count(*) FROM one") == 0
    assert await migrate(connection, [FIRST, SECOND]) == [SECOND]


async def test_a_failing_first_migration_leaves_an_empty_database_empty(connection):
    with pytest.raises(MigrationFailed):
        await migrate(connection, [Migration(1, "bad", "CREATE TABLE one (id int); SELECT 1 / 0")])
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


async def test_a_changed_migration_is_refused(connection):
    await migrate(connection, [FIRST])
    with pytest.raises(Unsupported, match=r"0001_first\.sql was changed"):
        await migrate(connection, [Migration(1, "first", FIRST.sql + " ")])


async def test_a_database_of_a_newer_version_is_refused(connection):
    await migrate(connection, [FIRST, SECOND])
    with pytest.raises(Unsupported, match=r"newer version of Osler.*its migration 0002_second"):
        await migrate(connection, [FIRST])


async def test_a_migration_below_one_already_run_is_refused(connection):
    await migrate(connection, [FIRST, Migration(3, "third", "SELECT 1")])
    with pytest.raises(Unsupported, match="numbered below"):
        await migrate(connection, [FIRST, SECOND, Migration(3, "third", "SELECT 1")])


async def test_several_at_once_run_each_migration_once(bare_database: Address):
    async def one() -> list[Migration]:
        connection = await asyncpg.connect(**bare_database.connect_args())
        try:
            return await migrate(connection, [FIRST, SECOND])
        finally:
            await connection.close()

    answers = await asyncio.gather(*(one() for _ in range(8)))
    assert sorted(answers, key=len) == [[]] * 7 + [[FIRST, SECOND]]


async def test_the_packaged_migrations_run(connection):
    await migrate(connection)
    assert await pending(connection) == []
