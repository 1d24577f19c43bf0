"""`osler worker`: the background work of the record in a process of its own."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import typer

from osler.interfaces.cli.options import DataDir, settings_of_record

if TYPE_CHECKING:
    from osler.core.settings import Settings


def register(app: typer.Typer) -> None:
    app.command()(worker)


def worker(data_dir: DataDir = None) -> None:
    """Seal the audit, train dictionaries, make partitions, until stopped. `osler serve` does this too; a worker beside it
    shares the work, and goes on while no server runs."""
    from osler.core.log import configure

    settings = settings_of_record(data_dir)
    configure(settings.log_level)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    from osler.app import open_record

    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with open_record(settings):
        typer.echo("Working. Stop with Ctrl-C.", err=True)
        await stop.wait()
