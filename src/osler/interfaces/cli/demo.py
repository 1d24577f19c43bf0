"""`osler demo`: a seeded clinic, filled if the folder is empty, then served."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from osler.interfaces.cli.options import read_settings

if TYPE_CHECKING:
    from osler.access.house import House
    from osler.core.settings import Settings

ZONE = "America/New_York"
_AHEAD = 3000
"""Resources generated before the first is written, to train body dictionaries on."""


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    patients: Annotated[int, typer.Option(min=1, help="How many patients to make.")] = 150,
    patient_encounters: Annotated[int | None, typer.Option(help="One more patient with this many encounters.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another clinic.")] = 1,
    workers: Annotated[int | None, typer.Option(help="Processes that answer requests.")] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it, or only fill the folder.")] = True,
    data_dir: Annotated[Path, typer.Option("--data-dir", help="Where the demo is kept.")] = Path("osler-demo"),
) -> None:
    """Open a made-up clinic in the browser: staff, ten years of visits, today's list."""
    from osler.core.log import configure
    from osler.interfaces.cli.serve import listen, run_server

    settings = read_settings(host=host, port=port, workers=workers, data_dir=data_dir.absolute(), zone=ZONE, demo=True)
    configure(settings.log_level)
    if serve:
        # Before the clinic is made and its accounts are listed: a port that is taken ends it here.
        listen(settings.host, settings.port).close()
    asyncio.run(_fill(settings, seed, patients, patient_encounters))
    if serve:
        typer.echo(_accounts())
        raise typer.Exit(run_server(settings))


async def _fill(settings: Settings, seed: int, patients: int, encounters: int | None) -> None:
    from osler.access.house import open_house
    from osler.access.installation import open_database

    async with open_database(settings, now=datetime.now(UTC)) as address, open_house(settings, address) as house:
        if await house.store.is_empty():
            began = time.monotonic()
            number = await _load(house, seed, patients, encounters)
            await _make_accounts(house, seed)
            await house.store.pack_indexes()
            await house.store.analyze()
            typer.echo(f"{number:,} resources in {time.monotonic() - began:.1f} s", err=True)


async def _load(house: House, seed: int, patients: int, encounters: int | None) -> int:
    from osler.access.actors import SYSTEM
    from osler.access.bulk import Item, Loader
    from osler.access.maintenance import Job, maintenance
    from osler.demo import generate
    from osler.interfaces.cli.progress import Progress

    now = datetime.now(ZoneInfo(ZONE))
    made = generate(seed, patients, today=now.date(), zone=ZONE, patient_encounters=encounters, now=now)
    done, ahead, learned = 0, list[list[Item]](), False
    async with maintenance(house.audit, Job.DEMO) as door:
        loader = Loader(house.gate, door, SYSTEM)
        with Progress("Making the clinic", patients + 1) as progress:
            for batch in made:
                ahead.append([Item(resource, resource["id"], "demo") for resource in batch])
                if not learned and sum(map(len, ahead)) < _AHEAD and len(ahead) <= patients:
                    continue
                if not learned:
                    await loader.learn([item for items in ahead for item in items])
                    learned = True
                for items in ahead:
                    await loader.load(items, last=True)
                    done += len(items)
                    progress.advance(1, done)
                ahead = []
            for items in ahead:
                await loader.load(items, last=True)
                done += len(items)
    return done


async def _make_accounts(house: House, seed: int) -> None:
    from osler.access.actors import SYSTEM
    from osler.access.users import create_user
    from osler.demo import staff
    from osler.demo.accounts import PASSWORD

    for account in staff(seed):
        await create_user(
            house.gatehouse, SYSTEM, login=account.login, password=PASSWORD, roles=(account.role,),
            display=account.name, practitioner=account.practitioner,
        )  # fmt: skip


def _accounts() -> str:
    from osler.demo import staff
    from osler.demo.accounts import PASSWORD

    lines = [f"  {account.login:<14} {account.role.replace('_', ' '):<14} {account.name}" for account in staff()]
    return "\n".join((f"Sign in as one of these, password {PASSWORD}", *lines))
