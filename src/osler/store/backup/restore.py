"""Making a data folder, or filling an empty external database, from a backup."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tarfile
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from osler.core.errors import Invalid, OslerError, Unavailable
from osler.core.settings import Settings
from osler.store.backup.backup import find_backup, verify_backup
from osler.store.backup.manifest import Backup
from osler.store.backup.places import note_place
from osler.store.backup.programs import run_program
from osler.store.embedded.attach import take_ownership
from osler.store.embedded.binaries import clients_for
from osler.store.embedded.cluster import UNFINISHED, move_into_place
from osler.store.embedded.folders import DataFolder, make_folder
from osler.store.embedded.server import EmbeddedServer

_SEGMENT = 24
"""Characters in the name of a log segment."""


async def restore(
    folder: Path, data_dir: Path, *, archive: Path | None = None, to_time: datetime | None = None
) -> Backup:
    """A new data folder from the backup in `folder` (or the newest below it); gives the backup that was used.

    Alone, the state at the end of the backup. With `archive`, everything in that folder of archived log is replayed
    after it, or up to `to_time`. The target must be empty or not there. Raises Invalid for a damaged backup or an
    impossible time, Unavailable when the restore fails; the target is then empty again.
    """
    if to_time and not archive:
        raise Invalid("A point in time can only be reached with the archived log: give its folder with --wal-archive")
    backup = find_backup(folder)
    if backup.kind != "base":
        raise Invalid(
            "This is the dump of an external server; set OSLER_DATABASE_URL to an empty database to restore it"
        )
    if to_time and to_time < backup.at:
        raise Invalid(
            f"The backup was taken at {backup.at.isoformat()}; for an earlier time an earlier backup is needed"
        )
    data = _empty_target(data_dir)
    existed = data.root.exists()
    await asyncio.to_thread(verify_backup, backup)
    try:
        with _owned(data):
            await _rebuild(backup, data, archive, to_time)
            note_place(data, backup)
    except (OslerError, OSError, tarfile.TarError) as error:
        _empty(data.root, remove=not existed)
        if isinstance(error, OslerError):
            raise
        raise Unavailable(f"The restore failed: {error}") from error
    return backup


async def restore_dump(folder: Path, settings: Settings) -> Backup:
    """Fills the empty external database of the settings from the dump in `folder`, all or nothing."""
    from osler.store.opening import connect, external_address

    address = external_address(settings)
    assert address is not None
    backup = find_backup(folder)
    if backup.kind != "dump":
        raise Invalid("This is a backup of the bundled server; unset OSLER_DATABASE_URL and give a --data-dir")
    connection = await connect(address)
    try:
        if await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"):
            raise Invalid("The database is not empty; a backup is only restored into an empty one")
        major = connection.get_server_version().major
    finally:
        await connection.close()
    await asyncio.to_thread(verify_backup, backup)
    arguments = ["--single-transaction", "--no-owner", str(backup.folder / "database.dump")]
    await asyncio.to_thread(run_program, clients_for(major), "pg_restore", address, arguments)
    return backup


async def _rebuild(backup: Backup, data: DataFolder, archive: Path | None, to_time: datetime | None) -> None:
    server = EmbeddedServer(data, extra_settings=_recovery_settings(archive, to_time))
    data.create(server.account)
    cluster = data.root / f"{UNFINISHED}{os.getpid()}"
    await asyncio.to_thread(_unpack, backup, data, cluster)
    (cluster / "recovery.signal").touch()
    staged = data.root / "wal-restore"
    if archive:
        await asyncio.to_thread(_stage, archive, staged, _first_segment(cluster))
        server.folders["restore"] = staged
        _give(staged, server)
    _give(cluster, server)
    move_into_place(cluster, data.cluster)
    # Ready means that the log was replayed and the server went over to a timeline of its own.
    await server.start()
    await server.stop()
    shutil.rmtree(staged, ignore_errors=True)


def _recovery_settings(archive: Path | None, to_time: datetime | None) -> str:
    settings = "\nhot_standby = off\nrecovery_target_action = 'promote'\n"
    if not archive:
        # recovery.signal wants a command. A timeline of its own, so that nothing archived is ever written twice.
        return settings + "restore_command = 'false'\nrecovery_target = 'immediate'\n"
    settings += "restore_command = 'cp \"$OSLER_RESTORE/%f\" \"%p\"'\nrecovery_target_timeline = 'latest'\n"
    if to_time:
        settings += f"recovery_target_time = '{to_time.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'\n"
    return settings


def _unpack(backup: Backup, data: DataFolder, cluster: Path) -> None:
    make_folder(cluster, 0o700)
    _extract(backup.folder / "base.tar.gz", cluster)
    _extract(backup.folder / "pg_wal.tar.gz", cluster / "pg_wal")
    if (backup.folder / "keys").is_dir():
        shutil.copytree(backup.folder / "keys", data.keys, dirs_exist_ok=True)
        data.keys.chmod(0o700)
    if (backup.folder / data.own_settings.name).is_file():
        shutil.copy(backup.folder / data.own_settings.name, data.own_settings)


def _extract(archive: Path, target: Path) -> None:
    with tarfile.open(archive, "r:gz") as tar:
        # "data": no absolute names, no links out of the target, no devices. Python has it from 3.11.4 on; before that we
        # rely on the backup having been verified against its manifest.
        safely: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(target, **safely)  # noqa: S202


def _give(folder: Path, server: EmbeddedServer) -> None:
    """Hands a whole folder to the server's account, closed to all others."""
    account = server.account
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        if not account.is_ours:
            os.chown(path, account.uid, account.gid)


def _first_segment(cluster: Path) -> str:
    """The log segment that recovery begins with, from backup_label."""
    label = (cluster / "backup_label").read_text()
    return label.split("(file ", 1)[1].split(")", 1)[0]


def _stage(archive: Path, staged: Path, first: str) -> None:
    """Copies what may be replayed to where the server's account can read it; the archive itself may be closed to it."""
    if not archive.is_dir():
        raise Invalid(f"{archive} is not a folder")
    make_folder(staged, 0o700)
    for each in sorted(archive.iterdir()):
        is_segment = len(each.name) == _SEGMENT
        if each.name.endswith(".history") or (is_segment and each.name[8:] >= first[8:]):
            shutil.copyfile(each, staged / each.name)


@contextlib.contextmanager
def _owned(data: DataFolder) -> Generator[None]:
    handle = take_ownership(data)
    if handle is None:
        raise Unavailable(f"Another Osler process uses {data.root}")
    try:
        yield
    finally:
        os.close(handle)


def _empty_target(data_dir: Path) -> DataFolder:
    data = DataFolder.at(data_dir)
    if data.root.exists() and (not data.root.is_dir() or any(data.root.iterdir())):
        raise Invalid(f"{data.root} is not empty; a backup is only restored into a new data folder")
    return data


def _empty(folder: Path, *, remove: bool) -> None:
    if remove:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for each in folder.iterdir():
        shutil.rmtree(each, ignore_errors=True) if each.is_dir() else each.unlink(missing_ok=True)
