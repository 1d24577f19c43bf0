"""Monthly partitions of the tables that grow with time: history, change and audit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[Any]

PARTITIONED = ("history", "change", "audit")
_MONTHS_AHEAD = 2
_LOCK = 0x05_1E_13


async def ensure_partitions(connection: Connection, now: datetime) -> list[str]:
    """Makes the partitions for this month and the next two where they are missing, and gives the names of those made.

    Called at start and once a day. Each table also has a default partition, so that a clock far off or a server that
    slept for months loses nothing; what landed there is moved when its month is made.
    """
    made: list[str] = []
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        existing = {row[0] for row in await connection.fetch(_EXISTING, list(PARTITIONED))}
        for table in PARTITIONED:
            if table not in existing:
                continue
            if f"{table}_default" not in existing:
                await connection.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
                made.append(f"{table}_default")
            for first, following in _months(now):
                name = f"{table}_{first:%Y_%m}"
                if name not in existing:
                    await _make_month(connection, table, name, first, following)
                    made.append(name)
    return made


_EXISTING = """
SELECT c.relname::text FROM pg_class c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  AND (c.relname = ANY($1) AND c.relkind = 'p'
       OR c.oid IN (SELECT i.inhrelid FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = ANY($1)))
"""


def _months(now: datetime) -> list[tuple[datetime, datetime]]:
    """This month and the following ones, each as [first moment, first moment of the next), in UTC."""
    utc = now.astimezone(UTC)
    index = utc.year * 12 + utc.month - 1
    starts = [datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC) for each in range(index, index + _MONTHS_AHEAD + 2)]
    return list(zip(starts[:-1], starts[1:], strict=True))


async def _make_month(connection: Connection, table: str, name: str, first: datetime, following: datetime) -> None:
    """Fills the new partition from the default one before it is attached: PostgreSQL refuses overlapping rows."""
    # Names come from PARTITIONED and a date, never from input.
    span = f"at >= '{first:%Y-%m-%d}T00:00:00Z' AND at < '{following:%Y-%m-%d}T00:00:00Z'"
    await connection.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    await connection.execute(
        f"WITH moved AS (DELETE FROM {table}_default WHERE {span} RETURNING *) INSERT INTO {name} SELECT * FROM moved"
    )
    await connection.execute(
        f"ALTER TABLE {table} ATTACH PARTITION {name} "
        f"FOR VALUES FROM ('{first:%Y-%m-%d}T00:00:00Z') TO ('{following:%Y-%m-%d}T00:00:00Z')"
    )
