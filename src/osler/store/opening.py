"""The installation's database, up and in the shape this version works on: where every process begins."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import TYPE_CHECKING

from osler.core.errors import Unavailable, Unsupported
from osler.core.settings import Settings
from osler.core.waiting import patiently
from osler.store.embedded.address import Address
from osler.store.embedded.attach import open_server
from osler.store.embedded.folders import DataFolder
from osler.store.migrate import Before, Migration, migrate
from osler.store.partitions import ensure_partitions

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record]

OLDEST_MAJOR = 15
_AWAY_SECONDS, _LOOK_AGAIN = 60.0, 0.3


class Away(Unavailable):
    """The server does not answer now. A bundled one that was killed is back in a moment."""


@contextlib.asynccontextmanager
async def open_database(settings: Settings, *, now: datetime, up_to_date: bool = True) -> AsyncGenerator[Address]:
    """The address of the database the settings name, started if it is the bundled one, and migrated.

    A bundled database that already holds a record is backed up before migrations change it. Raises Unavailable when it
    cannot be reached, Unsupported when it is too old, not in UTF-8, or made by a newer Osler.
    """
    async with reach_database(settings) as address:
        if up_to_date:
            await _bring_up_patiently(settings, address, now)
        yield address


async def _bring_up_patiently(settings: Settings, address: Address, now: datetime) -> None:
    """A process that ended because the server it owns was killed at this moment would only have to be started again."""
    await patiently(
        lambda: bring_up_to_date(address, now=now, before=lambda: _before_migrations(settings, address, now)),
        seconds=0 if address.url else _AWAY_SECONDS,
        every=_LOOK_AGAIN,
        passes=lambda error: isinstance(error, Away),
    )


@contextlib.asynccontextmanager
async def reach_database(settings: Settings) -> AsyncGenerator[Address]:
    """The same, as it is, without migrations."""
    if external := external_address(settings):
        await check_server(external)
        yield external
        return
    async with open_server(settings.data_dir, archive=settings.wal_archive) as address:
        yield address


def external_address(settings: Settings) -> Address | None:
    """The address in OSLER_DATABASE_URL; None when the bundled server is used."""
    return Address(url=settings.database_url.get_secret_value()) if settings.database_url else None


async def bring_up_to_date(address: Address, *, now: datetime, before: Before | None = None) -> list[Migration]:
    """Runs missing migrations and makes partitions; `before` is awaited first when a record is about to be changed."""
    connection = await connect(address)
    try:
        applied = await migrate(connection, before=before)
        await ensure_partitions(connection, now)
        await connection.close()
    except lost() as error:
        raise Away(f"The database went away before it was up to date: {error or type(error).__name__}") from error
    finally:
        connection.terminate()
    return applied


async def make_partitions(address: Address, *, now: datetime) -> list[str]:
    """Makes the coming months' partitions where they are missing; for a server that runs for months."""
    connection = await connect(address)
    try:
        return await ensure_partitions(connection, now)
    finally:
        await connection.close()


async def check_server(address: Address) -> None:
    """Raises Unsupported unless the server is new enough and keeps text as UTF-8."""
    connection = await connect(address)
    try:
        version = connection.get_server_version()
        encoding = await connection.fetchval("SHOW server_encoding")
    finally:
        await connection.close()
    if version.major < OLDEST_MAJOR:
        raise Unsupported(
            f"The database server is PostgreSQL {version.major}.{version.minor}; Osler needs {OLDEST_MAJOR} or newer"
        )
    if encoding != "UTF8":
        raise Unsupported(
            f"The database keeps text as {encoding}; Osler needs UTF8. Make a new one: "
            "CREATE DATABASE osler ENCODING 'UTF8' TEMPLATE template0"
        )


async def connect(address: Address) -> Connection:
    """One plain connection; raises Unavailable, without the password, when there is none to be had."""
    import asyncpg

    try:
        return await asyncpg.connect(**address.connect_args(), timeout=10)
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise Unavailable(f"The database server does not let this user in: {error}") from error
    except asyncpg.InvalidCatalogNameError as error:
        raise Unavailable(f"The database server is there, the database is not: {error}") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError) as error:
        raise Away(f"The database server cannot be reached: {error or type(error).__name__}") from error
    except (ValueError, asyncpg.InterfaceError) as error:
        # Without its text, which may quote the address and so the password.
        raise Unavailable("OSLER_DATABASE_URL is not a postgresql:// address that can be used") from error


def lost() -> tuple[type[Exception], ...]:
    """What asyncpg raises when the server went away in the middle of something."""
    import asyncpg

    return (
        OSError,
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    )


async def _before_migrations(settings: Settings, address: Address, now: datetime) -> None:
    if address.url:
        return  # the owner of an external server has backups of another kind
    state = DataFolder.at(settings.data_dir).read_state() or {}
    if state.get("owner") != os.getpid():
        raise Unavailable(
            "An older version of Osler is running on this data folder, and this one would have to change the database "
            "under it. Stop `osler serve`, then start this version."
        )
    from osler.store.backup.backup import back_up

    await back_up(settings, address, now=now, reason="before migrations")
