"""`osler import` and `osler export`: whole records in and out as files."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from osler.interfaces.cli.options import DataDir, read_settings, settings_of_record


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command()(export)


def import_(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders: .json, .ndjson, .gz, .zip.", show_default=False)
    ],
    refused: Annotated[Path, typer.Option(help="Where to list what was refused and why.", dir_okay=False)] = Path(
        "import-refused.ndjson"
    ),
    data_dir: DataDir = None,
) -> None:
    """Load FHIR resources and bundles; run again, it loads nothing twice. Exit 1 if anything was refused."""
    asyncio.run(_import(paths, refused, data_dir))


async def _import(paths: list[Path], refused: Path, data_dir: Path | None) -> None:
    from osler.access.house import open_house
    from osler.access.installation import open_database
    from osler.access.workshop import collect_seldom
    from osler.interfaces.cli.progress import Progress, pace, table
    from osler.operations.migration.importing import import_files
    from osler.operations.migration.sources import find_sources

    settings = read_settings(data_dir=data_dir)
    collect_seldom()
    total = sum(source.size for source in find_sources(paths))
    async with open_database(settings, now=datetime.now(UTC)) as address, open_house(settings, address) as house:
        began, first = time.monotonic(), await house.store.is_empty()
        with Progress("Importing", total) as progress:
            summary = await import_files(house.gate, paths, refusals=refused, progress=progress.advance)
        if first:
            await house.store.pack_indexes()
        await house.store.analyze()
        seconds = time.monotonic() - began
    table(summary.fates)
    typer.echo(pace(summary.total, seconds))
    if summary.refusals:
        typer.echo(f"{summary.refused:,} refused; why is in {summary.refusals}", err=True)
        raise typer.Exit(1)


def export(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder for one .ndjson file a type; standard output if not given.")
    ] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="Only this resource type; may be repeated.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write every current resource as ndjson."""
    asyncio.run(_export(folder, types, data_dir))


async def _export(folder: Path | None, types: list[str] | None, data_dir: Path | None) -> None:
    from osler.access.house import open_house
    from osler.access.installation import open_database
    from osler.operations.migration.exporting import export_lines

    settings = settings_of_record(data_dir)
    async with open_database(settings, now=datetime.now(UTC)) as address, open_house(settings, address) as house:
        counts = await export_lines(house.gate, folder, types or None, sys.stdout.buffer)
    for type_, number in sorted(counts.items()):
        typer.echo(f"{type_:28} {number:>9,}", err=True)
