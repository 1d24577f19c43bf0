"""Monthly partitions are there before they are needed, and nothing is lost where they were not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import asyncpg
import pytest

from osler.store.partitions import ensure_partitions, missing_partitions

NOV = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
async def connection(bare_database):
    connection = await asyncpg.connect(**bare_database.connect_args())
    await connection.execute(
        "CREATE TABLE audit (at timestamptz NOT NULL, n int NOT NULL DEFAULT 1 CHECK (n > 0)) PARTITION BY RANGE (at);"
        "CREATE INDEX ON audit (n)"
    )
    yield connection
    await connection.close()


async def test_this_month_the_next_two_and_a_default_are_made_once(connection):
    wanted = ["audit_default", "audit_2026_11", "audit_2026_12", "audit_2027_01"]
    assert await missing_partitions(connection, NOV) == wanted
    assert await ensure_partitions(connection, NOV) == wanted
    assert await ensure_partitions(connection, NOV) == []
    assert await ensure_partitions(connection, NOV + timedelta(days=31)) == ["audit_2027_02"]


async def test_months_are_cut_in_utc(connection):
    just_december = datetime(2026, 11, 30, 20, tzinfo=timezone(timedelta(hours=-5)))
    assert (await ensure_partitions(connection, just_december))[1] == "audit_2026_12"


async def test_rows_that_came_before_their_month_move_into_it(connection):
    await ensure_partitions(connection, NOV)
    for day in (
        datetime(2027, 3, 1, tzinfo=UTC),
        datetime(2027, 3, 31, 23, 59, tzinfo=UTC),
        datetime(2031, 1, 1, tzinfo=UTC),
    ):
        await connection.execute("INSERT INTO audit VALUES ($1)", day)
    await ensure_partitions(connection, datetime(2027, 3, 15, tzinfo=UTC))
    assert await connection.fetchval("SELECT count(*) FROM audit_2027_03") == 2
    assert await connection.fetchval("SELECT count(*) FROM audit_default") == 1
    assert await connection.fetchval("SELECT count(*) FROM audit") == 3


async def test_a_new_month_has_the_indexes_and_checks_of_the_table(connection):
    await ensure_partitions(connection, NOV)
    assert await connection.fetchval("SELECT count(*) FROM pg_indexes WHERE tablename = 'audit_2026_11'") == 1
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute("INSERT INTO audit VALUES ($1, 0)", NOV)


async def test_tables_that_do_not_exist_are_passed_over(connection):
    await connection.execute("DROP TABLE audit")
    assert await ensure_partitions(connection, NOV) == []
