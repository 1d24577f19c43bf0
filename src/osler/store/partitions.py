"""Monthly partitions of the tables that grow with time: history, change and audit."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record]

PARTITIONED = ("history", "change", "audit")
_MONTHS_AHEAD = 2
_LOCK = 0x05_1E_13


@dataclass(frozen=True, slots=True)
class Partition:
    """One month of one table, or its default partition (no span) for rows of any other time."""

    table: str
    span: tuple[datetime, datetime] | None = None
    """First moment, and first moment of the next month, in UTC."""

    @property
    def name(self) -> str:
        return f"{self.table}_{self.span[0]:%Y_%m}" if self.span else f"{self.table}_default"


async def ensure_partitions(connection: Connection, now: datetime) -> list[str]:
    """Makes the partitions for this month and the next two where they are missing, and gives the names of those made.

    Called at start and once a day. Each table also has a default partition, so that a clock far off or a server that
    slept for months loses nothing; what landed there is moved when its month is made.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        missing = await _missing(connection, now)
        for each in missing:
            await _make(connection, each)
    return [each.name for each in missing]


async def missing_partitions(connection: Connection, now: datetime) -> list[str]:
    """The names of those that `ensure_partitions` would make."""
    return [each.name for each in await _missing(connection, now)]


async def _missing(connection: Connection, now: datetime) -> list[Partition]:
    existing = {str(row[0]) for row in await connection.fetch(_EXISTING, list(PARTITIONED))}
    wanted = [Partition(table, span) for table in PARTITIONED if table in existing for span in (None, *_months(now))]
    return [each for each in wanted if each.name not in existing]


_EXISTING = """
SELECT c.relname::text FROM pg_class c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  AND (c.relname = ANY($1) AND c.relkind = 'p'
       OR c.oid IN (SELECT inhrelid FROM pg_inherits JOIN pg_class p ON p.oid = inhparent WHERE p.relname = ANY($1)))
"""


def _months(now: datetime) -> list[tuple[datetime, datetime]]:
    """This month and the following ones."""
    utc = now.astimezone(UTC)
    index = utc.year * 12 + utc.month - 1
    starts = [datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC) for each in range(index, index + _MONTHS_AHEAD + 2)]
    return list(itertools.pairwise(starts))


async def _make(connection: Connection, partition: Partition) -> None:
    # Names come from PARTITIONED and a date, never from input.
    table, name = partition.table, partition.name
    if partition.span is None:
        await connection.execute(f"CREATE TABLE {name} PARTITION OF {table} DEFAULT")
        return
    first, following = (f"'{each:%Y-%m-%d}T00:00:00Z'" for each in partition.span)
    # Filled from the default partition before it is attached: PostgreSQL refuses a month whose rows lie there.
    await connection.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    # The audit refuses deletes (0100_access.sql) but for this move.
    await connection.execute("SELECT set_config('osler.moving', 'on', true)")
    await connection.execute(
        f"WITH moved AS (DELETE FROM {table}_default WHERE at >= {first} AND at < {following} RETURNING *) "
        f"INSERT INTO {name} SELECT * FROM moved"
    )
    await connection.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({following})")
