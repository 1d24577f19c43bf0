"""Taking a backup while the record is in use."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from osler.core.errors import NotFound, OslerError, Unavailable
from osler.core.settings import Settings
from osler.store.backup.contents import check_base
from osler.store.backup.manifest import Backup, check_files, describe_files, list_backups, read_backup
from osler.store.backup.places import note_place
from osler.store.backup.programs import run_program
from osler.store.embedded.address import Address
from osler.store.embedded.binaries import binaries_for, clients_for
from osler.store.embedded.configuration import ADMIN
from osler.store.embedded.folders import DataFolder, make_folder

_PARTIAL = ".partial"


async def back_up(
    settings: Settings, address: Address, *, now: datetime, to: Path | None = None, reason: str = "asked for"
) -> Backup:
    """A new folder below `to` (default: `backups` in the data folder) with database and keys, verified; gives it.

    Runs beside a working server. What was committed before the call is in it. A backup that fails leaves no folder that
    could be taken for one. Raises NotFound when the folder that `to` is in is not there, such as a mount that is away, else
    Unavailable saying why it failed.
    """
    data = DataFolder.at(settings.data_dir)
    if to:
        _check_place(to)
    parent = to or data.backups
    folder = parent / f"osler-{now.astimezone(UTC):%Y-%m-%dT%H-%M-%S}Z"
    partial = folder.with_name(folder.name + _PARTIAL)
    major, migration = await _versions(address)
    try:
        make_folder(parent, 0o700)
        if folder.exists() or not make_folder(partial, 0o700):
            raise Unavailable(f"{folder} is there already, or being made")
        take = _dump if address.url else _base_backup
        await asyncio.to_thread(take, address, major, partial)
        _copy_keys(data, partial)
        files = await asyncio.to_thread(describe_files, partial)
        kind = "dump" if address.url else "base"
        Backup(partial, now, kind, version("osler"), major, migration, reason, files).write()
        _sync(partial)
        partial.rename(folder)
        _sync(parent)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise Unavailable(f"The backup to {parent} failed: {error.strerror or error}") from error
    except OslerError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    made = read_backup(folder)
    note_place(data, made)
    return made


def _check_place(to: Path) -> None:
    above = to.absolute().parent
    try:
        missing = not above.exists()
    except OSError as error:
        raise Unavailable(f"The backup to {to} failed: {error.strerror or error}") from error
    if missing:
        raise NotFound(f"The backup to {to} failed: there is no folder {above}. Is it mounted? Else make it first.")


def find_backup(folder: Path) -> Backup:
    """The backup in this folder, or the newest of those below it; raises NotFound."""
    try:
        return read_backup(folder)
    except NotFound:
        found = list_backups(folder)
        if not found:
            raise
        return found[-1]


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Deletes all but the newest `keep` complete backups below the folder; gives what was deleted."""
    old = [each.folder for each in list_backups(folder)[: -max(keep, 1)]]
    for each in old:
        shutil.rmtree(each)
    return old


def verify_backup(backup: Backup) -> None:
    """Reads the whole backup against its checksums; raises Invalid saying what is wrong."""
    check_files(backup)


async def _versions(address: Address) -> tuple[int, int]:
    """The server's major version and the last migration of the database."""
    from osler.store.opening import connect

    connection = await connect(address)
    try:
        last = 0
        if await connection.fetchval("SELECT to_regclass('migration') IS NOT NULL"):
            last = await connection.fetchval("SELECT coalesce(max(number), 0) FROM migration")
        return connection.get_server_version().major, last
    finally:
        await connection.close()


def _base_backup(address: Address, major: int, folder: Path) -> None:
    admin = address.with_user(ADMIN).with_database("postgres")
    arguments = ["--pgdata", str(folder), "--format=tar", "--wal-method=stream", "--checkpoint=fast"]
    arguments += ["--compress=client-gzip:1", "--manifest-checksums=SHA256"]
    run_program(binaries_for(major), "pg_basebackup", admin, arguments)
    check_base(folder)


def _dump(address: Address, major: int, folder: Path) -> None:
    binaries = clients_for(major)
    if binaries.major < major:
        raise Unavailable(
            f"The server is PostgreSQL {major}; dumping it needs its own pg_dump. Use the server's backups."
        )
    run_program(binaries, "pg_dump", address, ["--format=custom", "--file", str(folder / "database.dump")])


def _copy_keys(data: DataFolder, folder: Path) -> None:
    if data.keys.is_dir():
        shutil.copytree(data.keys, folder / "keys")
    if data.own_settings.is_file():
        shutil.copy2(data.own_settings, folder / data.own_settings.name)


def _sync(folder: Path) -> None:
    """Returns when the folder's files and names are on disk."""
    for each in [*folder.iterdir(), folder]:
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
