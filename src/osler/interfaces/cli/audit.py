"""`osler audit …`: checking and reading the audit."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import timedelta
from typing import Annotated

import typer

from osler.core.errors import NotFound
from osler.interfaces.cli.options import DataDir, settings_of_record

SHOWN_FAULTS = 50


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="The audit.", rich_markup_mode=None)
    group.command("verify")(verify)
    group.command("show")(show)
    app.add_typer(group, name="audit")


def verify(data_dir: DataDir = None) -> None:
    """Check every row and seal, also while the server runs; exit 1 when anything was changed, removed or added."""
    from osler.access.audit.checking import check_audit
    from osler.access.audit.verify import AuditReport
    from osler.access.opening import command_line_actor, open_gatehouse

    async def work() -> AuditReport:
        settings = settings_of_record(data_dir)
        async with open_gatehouse(settings) as house:
            return await check_audit(house, command_line_actor(), settings.data_dir, progress=_progress)

    began = time.monotonic()
    report = asyncio.run(work())
    for fault in report.faults[:SHOWN_FAULTS]:
        when = f"{fault.at:%Y-%m-%d %H:%M:%S} " if fault.at else ""
        typer.echo(f"FAULT  {when}{fault.message}")
    if report.fault_count > SHOWN_FAULTS:
        typer.echo(f"… and {report.fault_count - SHOWN_FAULTS:,} more")
    typer.echo(
        f"{'clean' if report.clean else f'{report.fault_count:,} faults'}: {report.rows:,} rows of {report.writers:,} "
        f"writers, {report.sealed:,} of them under {report.seals:,} seals, in {time.monotonic() - began:.1f} s"
    )
    raise typer.Exit(0 if report.clean else 1)


def show(
    patient: Annotated[str | None, typer.Option(help="Only what was about the patient with this id.")] = None,
    user: Annotated[str | None, typer.Option(help="Only what this login did.")] = None,
    token: Annotated[str | None, typer.Option(help="Only what the token with this id did.")] = None,
    days: Annotated[int, typer.Option(help="How many days to look back.", min=1)] = 30,
    limit: Annotated[int, typer.Option(help="Lines at most.", min=1, max=100_000)] = 100,
    data_dir: DataDir = None,
) -> None:
    """Show what was done, newest first: time, who, what, how it ended, which resource. Asking is audited too."""
    from osler.access.audit import explore
    from osler.access.opening import command_line_actor, open_gatehouse
    from osler.access.users import find_user

    async def work() -> list[explore.AuditLine]:
        async with open_gatehouse(settings_of_record(data_dir)) as house:
            until = house.clock() + timedelta(minutes=1)
            since, reader = until - timedelta(days=days), command_line_actor()
            if patient:
                return await explore.list_by_patient(house, reader, patient, since=since, until=until, limit=limit)
            person = await find_user(house, user) if user else None
            if user and person is None:
                raise NotFound("There is no user with this login; `osler user list` shows everybody.")
            whose = person.id if person else token
            if whose:
                return await explore.list_by_actor(house, reader, whose, since=since, until=until, limit=limit)
            return await explore.list_by_time(house, reader, since=since, until=until, limit=limit)

    for line in asyncio.run(work()):
        action = line.action.name.lower() if line.action else "?"
        outcome = line.outcome.name.lower() if line.outcome is not None else "?"
        purpose = line.purpose.code if line.purpose else "?"
        what = line.resource or line.what
        typer.echo(
            "\t".join((f"{line.at:%Y-%m-%d %H:%M:%S}", line.display, action, what, purpose, outcome, str(line.count)))
        )


def _progress(rows: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{rows:,} rows ")
        sys.stderr.flush()
