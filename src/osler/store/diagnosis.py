"""What `osler doctor` looks at: is the record safe, reachable and up to date?"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING

from osler.core.errors import OslerError
from osler.core.settings import Settings, unknown_names
from osler.store.backup.places import last_backup
from osler.store.embedded.address import Address
from osler.store.embedded.binaries import installed, newest, version_of
from osler.store.embedded.folders import DataFolder
from osler.store.migrate import packaged_migrations, pending
from osler.store.opening import connect, reach_database
from osler.store.partitions import missing_partitions

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record]

_ONLY_HERE = ("127.0.0.1", "::1", "localhost")
_GB = 1024**3
_LITTLE_ROOM = 2 * _GB
_CLOCKS_APART = 5.0
_OLD_BACKUP = timedelta(days=7)
_TOKEN_ENDS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    good: bool
    message: str


def versions() -> dict[str, str]:
    """What this installation is made of, by name."""
    migrations = packaged_migrations()
    return {
        "osler": version("osler"),
        "python": platform.python_version(),
        "postgresql": version_of(newest()) if installed() else "none bundled for this platform",
        "schema": f"{migrations[-1].number:04}" if migrations else "none",
    }


async def diagnose(settings: Settings, *, now: datetime) -> list[Finding]:
    """Everything looked at, in reading order; starts the bundled server for the time if it does not run."""
    findings = [*_environment(), _address(settings)]
    bundled = _is_bundled(settings)
    if bundled:
        findings += _folder(settings, now)
    try:
        async with reach_database(settings) as address:
            connection = await connect(address)
            try:
                findings += [each async for each in _database(connection, now, bundled=bundled)]
            finally:
                await connection.close()
    except OslerError as error:
        findings.append(Finding("database", False, error.message))
    return findings


def _is_bundled(settings: Settings) -> bool:
    """Whether the database is the data folder's own server, also for a process that was only given its address."""
    if not settings.database_url:
        return True
    state = DataFolder.at(settings.data_dir).read_state()
    if not state:
        return False
    address = Address(host=str(state["socket"]), port=int(state["port"]))
    return address.to_url() == settings.database_url.get_secret_value()


def _environment() -> Iterator[Finding]:
    unknown = unknown_names(os.environ)
    yield Finding(
        "settings", not unknown, f"unknown: {', '.join(unknown)}" if unknown else "every OSLER_ variable is known"
    )


def _address(settings: Settings) -> Finding:
    """A link that names what one client wrote into its request may lead another one elsewhere."""
    if settings.base_url:
        return Finding("address", True, f"links lead to {settings.base_url}")
    if settings.host in _ONLY_HERE:
        return Finding("address", True, "for this machine alone; OSLER_BASE_URL says how the world reaches it")
    return Finding(
        "address", False, f"listens on {settings.host}, and links follow what each request names: set OSLER_BASE_URL"
    )


def _folder(settings: Settings, now: datetime) -> Iterator[Finding]:
    data = DataFolder.at(settings.data_dir)
    if not data.root.exists():
        yield Finding("data folder", True, f"{data.root} will be made at the first start")
        return
    free = shutil.disk_usage(data.root).free
    yield Finding("disk", free > _LITTLE_ROOM, f"{free / _GB:.1f} GB free in {data.root}")
    open_to_others = data.keys.exists() and bool(data.keys.stat().st_mode & 0o077)
    closed = "keys are closed to other users"
    yield Finding("keys", not open_to_others, f"other users can open {data.keys}" if open_to_others else closed)
    yield _backup(data, now)


def _backup(data: DataFolder, now: datetime) -> Finding:
    last = last_backup(data)
    if last is None:
        return Finding("backup", False, "there is none that is known of: see `osler backup`, and --to for another disk")
    away = "" if last.reachable else ", which is not there now"
    old = now - last.at >= _OLD_BACKUP
    message = f"the newest is of {last.at:%Y-%m-%d %H:%M} UTC in {last.place}{away}"
    return Finding("backup", not old, f"{message}; that is {(now - last.at).days} days ago" if old else message)


async def _database(connection: Connection, now: datetime, *, bundled: bool) -> AsyncGenerator[Finding]:
    server = await connection.fetchval("SHOW server_version")
    yield Finding("database", True, f"PostgreSQL {server}, {'bundled' if bundled else 'external'}")
    for name in ("fsync", "full_page_writes", "data_checksums"):
        value = await connection.fetchval("SELECT current_setting($1)", name)
        yield Finding(name, value == "on", f"is {value}")
    damaged = await connection.fetchval("SELECT coalesce(sum(checksum_failures), 0)::int FROM pg_stat_database")
    yield Finding(
        "disk pages", not damaged, f"{damaged} failed their checksum" if damaged else "no checksum has failed"
    )
    yield await _indexes(connection)
    yield await _clock(connection)
    yield await _migrations(connection)
    yield await _partitions(connection, now)
    if await connection.fetchval("SELECT to_regclass('api_token') IS NOT NULL"):
        yield await _tokens(connection, now)
    if bundled:
        yield await _archive(connection)


async def _indexes(connection: Connection) -> Finding:
    broken = await connection.fetch("SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid")
    names = ", ".join(str(each["name"]) for each in broken)
    return Finding("indexes", not broken, f"not valid: {names}" if broken else "all valid")


async def _clock(connection: Connection) -> Finding:
    """Times in the record come from both clocks."""
    asked = datetime.now(UTC)
    theirs = await connection.fetchval("SELECT clock_timestamp()")
    # How long the answer took says nothing of the clocks: theirs may be anywhere between question and answer.
    apart = max(asked - theirs, theirs - datetime.now(UTC), timedelta(0)).total_seconds()
    return Finding("clock", apart < _CLOCKS_APART, f"{apart:.1f} s between this machine and the database server")


async def _migrations(connection: Connection) -> Finding:
    try:
        missing = await pending(connection)
    except OslerError as error:
        return Finding("migrations", False, error.message)
    names = ", ".join(each.file_name for each in missing)
    return Finding("migrations", not missing, f"not yet run: {names}" if missing else "all run")


async def _partitions(connection: Connection, now: datetime) -> Finding:
    missing = await missing_partitions(connection, now)
    message = f"missing: {', '.join(missing)}; `osler serve` makes them" if missing else "there for the coming months"
    return Finding("partitions", not missing, message)


async def _tokens(connection: Connection, now: datetime) -> Finding:
    """A program whose token is about to end stops working on a day that nobody has in mind."""
    rows = await connection.fetch(
        "SELECT id, name, expires_at FROM api_token WHERE revoked_at IS NULL AND expires_at > $1 AND expires_at <= $2"
        " ORDER BY expires_at, id",
        now,
        now + _TOKEN_ENDS,
    )
    told = "; ".join(f"{row['name']} ({row['id']}) ends on {row['expires_at']:%Y-%m-%d}" for row in rows)
    return Finding("tokens", not rows, told or f"none ends within {_TOKEN_ENDS.days} days")


async def _archive(connection: Connection) -> Finding:
    row = await connection.fetchrow(
        "SELECT current_setting('archive_mode') AS mode, last_archived_time, last_failed_time FROM pg_stat_archiver"
    )
    assert row is not None
    if row["mode"] == "off":
        return Finding(
            "log archive", True, "off; a restore goes back to the last backup (OSLER_WAL_ARCHIVE turns it on)"
        )
    failed, done = row["last_failed_time"], row["last_archived_time"]
    good = failed is None or (done is not None and done > failed)
    return Finding(
        "log archive", good, f"last copied {done}" if good else f"copying fails since {done}, last at {failed}"
    )
