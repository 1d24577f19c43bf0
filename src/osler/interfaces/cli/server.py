"""`osler serve`, `osler version`, `osler doctor`: running the server and asking how it is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from osler.interfaces.cli.options import DataDir, read_settings, settings_of_record


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(version)
    app.command()(doctor)


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that answer requests.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the record: the web application at /, FHIR at /fhir."""
    from osler.core.log import configure
    from osler.interfaces.cli.serve import run_server

    settings = read_settings(host=host, port=port, workers=workers, data_dir=data_dir)
    configure(settings.log_level)
    raise typer.Exit(run_server(settings))


def version() -> None:
    """Print the versions of Osler, Python, PostgreSQL and the schema."""
    from osler.access.installation import versions

    for name, number in versions().items():
        typer.echo(f"{name} {number}")


def doctor(data_dir: DataDir = None) -> None:
    """Look the installation over and say what is not as it should be; exit 1 if anything is."""
    from osler.access.installation import diagnose

    findings = asyncio.run(diagnose(settings_of_record(data_dir), now=datetime.now(UTC)))
    for each in findings:
        typer.echo(f"{'ok     ' if each.good else 'PROBLEM'}  {each.subject}: {each.message}")
    raise typer.Exit(0 if all(each.good for each in findings) else 1)
