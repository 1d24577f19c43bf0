"""Bringing a database to the shape this version of Osler works on.

Migrations are the files `migrations/NNNN_name.sql`, run in order, each in one transaction, each recorded with its hash
in the table `migration`. A file that was run is never changed afterwards. One that fails leaves the database as it was.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from osler.core.errors import OslerError, Unsupported
from osler.store.sql_statements import split_statements

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record]

Before = Callable[[], Awaitable[object]]

_LOCK = 0x05_1E_12  # any number that nothing else of ours locks
_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_HAS_TABLE = "SELECT to_regclass('migration') IS NOT NULL"
_TABLE = """
CREATE TABLE migration (
    number int PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationFailed(OslerError):
    """A migration's SQL failed; the database is as it was before that file."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def file_name(self) -> str:
        return f"{self.number:04}_{self.name}.sql"

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.sql.encode()).digest()


def packaged_migrations() -> list[Migration]:
    """The migrations of this version, in order; raises Unsupported when two have the same number."""
    found: list[Migration] = []
    for file in files("osler.store.migrations").iterdir():
        if match := _FILE_NAME.fullmatch(file.name):
            found.append(Migration(int(match[1]), match[2], file.read_text("utf-8")))
    found.sort(key=lambda each: each.number)
    numbers = [each.number for each in found]
    if len(set(numbers)) != len(numbers):
        raise Unsupported(f"Two migrations have the same number: {', '.join(each.file_name for each in found)}")
    return found


async def migrate(
    connection: Connection, migrations: list[Migration] | None = None, *, before: Before | None = None
) -> list[Migration]:
    """Runs what is missing and gives it, [] when the database is up to date.

    Safe to call from several processes at once: one works, the others wait and then find nothing to do. `before` is
    awaited first when a database that already holds something is about to be changed; what it raises stops it. Raises
    MigrationFailed (which file, which statement, why), or Unsupported as `pending` does.
    """
    known = packaged_migrations() if migrations is None else migrations
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    try:
        missing = await pending(connection, known)
        if missing and before and not await is_empty(connection):
            await before()
        for each in missing:
            await _apply(connection, each)
        return missing
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)


async def pending(connection: Connection, migrations: list[Migration] | None = None) -> list[Migration]:
    """What has not been run on this database, in order.

    Raises Unsupported when the database was made by a newer Osler, or holds a migration that differs from ours.
    """
    known = packaged_migrations() if migrations is None else migrations
    applied = await _applied(connection)
    newer = sorted(set(applied) - {each.number for each in known})
    if newer:
        raise Unsupported(
            f"The database was made by a newer version of Osler: this one does not know its migration "
            f"{newer[-1]:04}_{applied[newer[-1]][0]}. Run that version, or restore a backup from before its upgrade."
        )
    for each in known:
        if each.number in applied and applied[each.number][1] != each.hash:
            raise Unsupported(
                f"Migration {each.file_name} was changed after it was run on this database. It must be what it was; "
                "put changes into a new migration."
            )
    missing = [each for each in known if each.number not in applied]
    if missing and applied and missing[0].number < max(applied):
        raise Unsupported(f"Migration {missing[0].file_name} is numbered below one that this database already has")
    return missing


async def is_empty(connection: Connection) -> bool:
    """Whether no migration was ever run on this database: it holds nothing of ours yet."""
    return not await connection.fetchval(_HAS_TABLE)


async def _applied(connection: Connection) -> dict[int, tuple[str, bytes]]:
    if not await connection.fetchval(_HAS_TABLE):
        return {}
    rows = await connection.fetch("SELECT number, name, hash FROM migration")
    return {row["number"]: (row["name"], bytes(row["hash"])) for row in rows}


async def _apply(connection: Connection, migration: Migration) -> None:
    import asyncpg

    async with connection.transaction():
        if not await connection.fetchval(_HAS_TABLE):
            await connection.execute(_TABLE)
        for number, (line, statement) in enumerate(split_statements(migration.sql), start=1):
            try:
                await connection.execute(statement)
            except asyncpg.PostgresError as error:
                raise MigrationFailed(
                    f"Migration {migration.file_name} failed at statement {number} (line {line}): {error}. "
                    "The database is as it was before this file."
                ) from error
        await connection.execute(
            "INSERT INTO migration (number, name, hash) VALUES ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.hash,
        )
