"""`osler load …`: release files of code systems, value sets and FHIR packages into the record, and back out of use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from osler.interfaces.cli.options import DataDir, settings_of_record
from osler.terminology.loading.kinds import KINDS, Kind

if TYPE_CHECKING:
    from osler.operations.knowledge.loading import Summary

File = Annotated[
    Path, typer.Argument(help="The file as it was downloaded, or a folder it was unpacked to.", show_default=False)
]
Effective = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day from which it is in force, if not as the file says."),
]
MayShrink = Annotated[
    bool, typer.Option("--may-shrink", help="Load it also if over half of what is in use would be gone.")
]
License = Annotated[
    bool, typer.Option("--i-hold-a-license", help="This practice holds the owner's license for these codes.")
]
KindName = Annotated[
    str, typer.Argument(metavar="KIND", help="As in `osler load list`: rxnorm, loinc …", show_default=False)
]
Name = Annotated[str | None, typer.Option(help="Which one, where several of a kind are in use.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Load release files of code systems.", rich_markup_mode=None)
    for kind in KINDS.values():
        group.command(kind.name, help=f"Load {kind.title}: {kind.give}.")(
            _licensed(kind) if kind.name == "cpt" else _plain(kind)
        )
    group.command("list")(list_all)
    group.command("back")(back)
    app.add_typer(group, name="load")


def _plain(kind: Kind) -> Callable[..., None]:
    def load(file: File, effective: Effective = None, may_shrink: MayShrink = False, data_dir: DataDir = None) -> None:
        _load(kind, file, effective, may_shrink, False, data_dir)

    return load


def _licensed(kind: Kind) -> Callable[..., None]:
    def load(
        file: File, i_hold_a_license: License = False, effective: Effective = None, may_shrink: MayShrink = False,
        data_dir: DataDir = None,
    ) -> None:  # fmt: skip
        _load(kind, file, effective, may_shrink, i_hold_a_license, data_dir)

    return load


def _load(
    kind: Kind, file: Path, effective: datetime | None, may_shrink: bool, licensed: bool, data_dir: Path | None
) -> None:
    from osler.access.opening import command_line_actor, open_gatehouse
    from osler.interfaces.cli.progress import Progress
    from osler.operations.knowledge.loading import load_file
    from osler.terminology.loading.loaded import Options

    options = Options(effective.date() if effective else None, licensed)

    async def work() -> Summary:
        async with open_gatehouse(settings_of_record(data_dir)) as house:
            with Progress(f"Reading {kind.title}", _STEPS, noun="rows") as bar:
                return await load_file(
                    house, command_line_actor(), kind.name, file, options=options, progress=_heard(bar.advance), may_shrink=may_shrink,
                )  # fmt: skip

    _tell(asyncio.run(work()))


_STEPS = 1000


def _heard(advance: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Rows and rows in all, as steps of the bar; it never goes backwards when the estimate grows."""
    done = 0

    def hear(rows: int, total: int) -> None:
        nonlocal done
        steps = max(done, rows * _STEPS // max(total, 1))
        advance(steps - done, rows)
        done = steps

    return hear


def _tell(summary: Summary) -> None:
    head, change = summary.head, summary.difference
    typer.echo(f"{head.title} {head.version}, in force from {head.effective_on}: {summary.count:,} rows")
    if not summary.changed:
        typer.echo("It was in use already; nothing was changed.")
    elif summary.against:
        typer.echo(
            f"Against {summary.against}: {change.added:,} added, {change.removed:,} removed, {change.changed:,} changed"
        )
    for remark in summary.remarks:
        typer.echo(remark)


def list_all(data_dir: DataDir = None) -> None:
    """List what was loaded: kind, name, version, in force from, rows, loaded when and by whom, and whether it is in use."""
    from osler.access.knowledge import list_releases
    from osler.access.opening import open_gatehouse

    async def work() -> None:
        async with open_gatehouse(settings_of_record(data_dir)) as house:
            for each in await list_releases(house.pool):
                columns = (
                    each.kind, each.name, each.version, f"in force from {each.effective_on}", f"{each.count:,} rows",
                    f"loaded {each.loaded_at:%Y-%m-%d} by {each.loaded_by}", "not in use" if each.turn is None else "in use",
                )  # fmt: skip
                typer.echo("\t".join(columns))

    asyncio.run(work())


def back(kind: KindName, name: Name = None, data_dir: DataDir = None) -> None:
    """Take the release last loaded out of use; the one before it counts again, or the built-in one."""
    from osler.access.knowledge import go_back
    from osler.access.opening import command_line_actor, open_gatehouse
    from osler.terminology.loading import kind_of

    async def work() -> None:
        async with open_gatehouse(settings_of_record(data_dir)) as house:
            change = await go_back(house, command_line_actor(), kind_of(kind).name, name)
            left = change.before.version if change.before else ""
            now = f"version {change.release.version}" if change.release else "what comes with Osler"
            typer.echo(f"{kind}: {left} is out of use; {now} counts again.")

    asyncio.run(work())
