"""`osler backup`, `osler restore`, `osler upgrade`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from osler.core.errors import Invalid
from osler.interfaces.cli.options import DataDir, read_settings, settings_of_record


def register(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)
    app.command()(upgrade)


def backup(
    to: Annotated[
        Path | None, typer.Option(help="The folder to put it into; default: backups in the data folder.")
    ] = None,
    keep: Annotated[int, typer.Option(help="Delete all but the newest so many afterwards; 0 keeps all.", min=0)] = 0,
    data_dir: DataDir = None,
) -> None:
    """Back up the record and its keys, also while it is in use. Prints the folder of the new backup."""
    from osler.access.installation import back_up, reach_database, thin_out

    settings = settings_of_record(data_dir)

    async def work() -> None:
        async with reach_database(settings) as address:
            made = await back_up(settings, address, now=datetime.now(UTC), to=to)
        typer.echo(str(made.folder))
        if keep:
            thin_out(made.folder.parent, keep)

    asyncio.run(work())


def restore(
    folder: Annotated[Path, typer.Argument(help="A backup, or a folder of backups: then the newest.")],
    data_dir: DataDir = None,
    wal_archive: Annotated[
        Path | None, typer.Option(help="Replay what was written after the backup from this folder of archived log.")
    ] = None,
    to_time: Annotated[
        str | None, typer.Option(help="Replay up to this moment only: 2026-11-21T14:30, with or without a zone.")
    ] = None,
) -> None:
    """Make a new data folder from a backup; with OSLER_DATABASE_URL, fill that empty database from a dump."""
    from osler.access.installation import restore as restore_backup
    from osler.access.installation import restore_dump

    settings = read_settings(data_dir=data_dir)
    if settings.database_url:
        used = asyncio.run(restore_dump(folder, settings))
        typer.echo(f"Restored the dump of {used.at:%Y-%m-%d %H:%M} UTC")
        return
    moment = read_moment(to_time) if to_time else None
    archive = wal_archive or (settings.wal_archive if moment else None)
    used = asyncio.run(restore_backup(folder, settings.data_dir, archive=archive, to_time=moment))
    typer.echo(f"Restored the backup of {used.at:%Y-%m-%d %H:%M} UTC to {settings.data_dir}")


def upgrade(
    with_backup: Annotated[
        bool, typer.Option("--backup/--no-backup", help="Back up before anything is changed.")
    ] = True,
    data_dir: DataDir = None,
) -> None:
    """Bring the database server and the database up to this version of Osler. Stop `osler serve` first."""
    from osler.access.installation import upgrade as upgrade_record

    settings = settings_of_record(data_dir)
    asyncio.run(upgrade_record(settings, now=datetime.now(UTC), tell=typer.echo, with_backup=with_backup))


def read_moment(text: str) -> datetime:
    """An ISO 8601 date and time; without a zone, that of this machine."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise Invalid(f"{text} is not a date and time such as 2026-11-21T14:30 or 2026-11-21T14:30:00+00:00") from None
