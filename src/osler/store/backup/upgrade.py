"""`osler upgrade`: the bundled server to its current major version, then the database to this version of Osler."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from pathlib import Path

from osler.core.errors import Unavailable, Unsupported
from osler.core.settings import Settings
from osler.store.backup.backup import back_up
from osler.store.embedded.attach import take_ownership
from osler.store.embedded.binaries import Binaries, binaries_for, newest
from osler.store.embedded.cluster import (
    UPGRADED,
    binaries_argument,
    init_cluster,
    move_into_place,
    new_cluster_folder,
    sweep_unfinished,
)
from osler.store.embedded.configuration import ADMIN, PORT
from osler.store.embedded.folders import DataFolder
from osler.store.embedded.server import EmbeddedServer
from osler.store.migrate import is_empty, pending
from osler.store.opening import bring_up_to_date, check_server, connect, external_address


async def upgrade(settings: Settings, *, now: datetime, tell: Callable[[str], None], with_backup: bool = True) -> None:
    """Brings database server and database up to this version, after a backup; `tell` gets a line for each step done.

    An external server is only migrated: its version is its owner's business. Raises Unavailable while another process
    uses the data folder, Unsupported when the programs of the old version are not on this machine.
    """
    if external := external_address(settings):
        await check_server(external)
        applied = await bring_up_to_date(external, now=now)
        tell(
            f"{len(applied)} migrations run; the external server itself and its backups are for its owner to look after"
        )
        return
    data = DataFolder.at(settings.data_dir)
    handle = take_ownership(data)
    if handle is None:
        raise Unavailable(f"Another Osler process uses {data.root}; stop it (`osler serve`) before the upgrade")
    try:
        await _upgrade_bundled(settings, data, now, tell, with_backup)
    finally:
        os.close(handle)


async def _upgrade_bundled(
    settings: Settings, data: DataFolder, now: datetime, tell: Callable[[str], None], with_backup: bool
) -> None:
    old, target = data.cluster_major(), newest()
    if with_backup and old is not None and await _needs_work(settings, old, target.major):
        async with _running(EmbeddedServer(data)) as server:
            backup = await back_up(settings, server.address, now=now, reason="before an upgrade")
        tell(f"Backup written to {backup.folder}")
    if old is not None and old < target.major:
        await asyncio.to_thread(upgrade_cluster, data, binaries_for(old), target)
        tell(f"PostgreSQL {old} is now {target.major}; delete {data.root}/pg.old-{old} when content")
    async with _running(EmbeddedServer(data, archive=settings.wal_archive)) as server:
        if old is not None and old < target.major:
            await _analyze(server)
        applied = await bring_up_to_date(server.address, now=now)
    tell(f"{len(applied)} migrations run" if applied else "The database is up to date")


async def _needs_work(settings: Settings, old: int, target: int) -> bool:
    if old < target:
        return True
    async with _running(EmbeddedServer(DataFolder.at(settings.data_dir))) as server:
        connection = await connect(server.address)
        try:
            return bool(await pending(connection)) and not await is_empty(connection)
        finally:
            await connection.close()


@contextlib.asynccontextmanager
async def _running(server: EmbeddedServer) -> AsyncGenerator[EmbeddedServer]:
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def upgrade_cluster(data: DataFolder, old: Binaries, new: Binaries) -> None:
    """Makes a cluster of the new version with the old one's data and puts it in its place; the old one is kept.

    Copies every file, so it needs as much room again. A crash at any point leaves the old cluster or the new one.
    """
    if not new.has("pg_upgrade"):
        raise Unsupported(
            f"This PostgreSQL {new.major} comes without pg_upgrade. Dump and restore instead: "
            "docs/how-to/backup-and-restore.md"
        )
    _check_room(data)
    server = EmbeddedServer(data)
    server.hold_runtime()
    server.prepare_configuration()
    launch = server.launch(new)
    sweep_unfinished(data)
    fresh = new_cluster_folder(data, launch)
    try:
        init_cluster(fresh, new, launch)
        options = f"-c hba_file={server.runtime}/pg_hba.conf -c ident_file={server.runtime}/pg_ident.conf"
        folders = {"old": data.cluster, "new": fresh, "socket": server.runtime / "s", "old_programs": old.root}
        launch.with_folders(**folders).run(
            [
                binaries_argument(new, "pg_upgrade"),
                *("--old-datadir={old}", "--new-datadir={new}", f"--username={ADMIN}", "--socketdir={socket}"),
                *(f"--old-bindir={_bin(old, 'old_programs')}", f"--new-bindir={_bin(new, 'programs')}"),
                *(f"--old-port={PORT}", f"--new-port={PORT}"),
                *("--old-options=" + options, "--new-options=" + options),
            ],
            folder="{new}",
            doing=f"Upgrading PostgreSQL {old.major} to {new.major}",
        )
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    finally:
        server.let_go_of_runtime()
    # Three renames; cluster.finish_upgrade() completes them when a crash comes in between.
    move_into_place(fresh, data.root / UPGRADED)
    move_into_place(data.cluster, _free_name(data.root / f"pg.old-{old.major}"))
    move_into_place(data.root / UPGRADED, data.cluster)


def _bin(binaries: Binaries, name: str) -> str:
    return f"{{{name}}}/{binaries.folder.relative_to(binaries.root)}"


def _check_room(data: DataFolder) -> None:
    needed = sum(each.lstat().st_size for each in data.cluster.rglob("*") if each.is_file())
    free = shutil.disk_usage(data.root).free
    if free < needed * 1.1:
        raise Unavailable(
            f"The upgrade needs {needed * 1.1 / 1e9:.1f} GB free in {data.root}; there are {free / 1e9:.1f}"
        )


def _free_name(path: Path) -> Path:
    names = itertools.chain([path.name], (f"{path.name}.{number}" for number in itertools.count(2)))
    return next(each for each in map(path.with_name, names) if not each.exists())


async def _analyze(server: EmbeddedServer) -> None:
    connection = await connect(server.admin.with_database("osler"))
    try:
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
