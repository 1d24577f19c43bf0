"""`osler token …`: bearer tokens for programs that use the API."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

import typer

from osler.core.clock import now as present
from osler.core.errors import NotFound
from osler.interfaces.cli.options import DataDir, read_settings, settings_of_record

USUAL_DAYS = 365
"""A program that nobody thinks of any more loses its way in by itself."""
_MOST_DAYS = 36_500


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="API tokens.", rich_markup_mode=None)
    group.command("create")(create)
    group.command("list")(list_all)
    group.command("revoke")(revoke)
    app.add_typer(group, name="token")


def create(
    name: Annotated[str, typer.Option(help="What the token is for, as lists and the audit show it.")],
    scope: Annotated[str, typer.Option(help="SMART scopes, separated by spaces: system/*.cruds")],
    role: Annotated[list[str] | None, typer.Option(help="A role instead of “client”; may be repeated.")] = None,
    user: Annotated[str | None, typer.Option(help="Let it act for this login, with user/… scopes.")] = None,
    patient: Annotated[str | None, typer.Option(help="The patient that patient/… scopes are about.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Confine to the site with this Organization id.")] = None,
    without_labels: Annotated[
        str, typer.Option(help="Labels whose resources it never sees, separated by commas, as hiv,psychiatry or all.")
    ] = "",
    days: Annotated[
        int | None,
        typer.Option(help=f"Days until it ends; 0 for never.  [default: {USUAL_DAYS}]", min=0, max=_MOST_DAYS),
    ] = None,
    no_expiry: Annotated[bool, typer.Option("--no-expiry", help="It never ends; the same as --days 0.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Create a token and print it, and nothing else, to standard output. It is shown this once."""
    from osler.access.opening import command_line_actor, open_gatehouse
    from osler.access.tokens import check_scopes, create_token
    from osler.access.users import find_user

    ends = _end(days, no_expiry=no_expiry)
    check_scopes(scope.split(), person=user is not None, patient=patient is not None)  # before a record is begun

    async def work() -> str:
        async with open_gatehouse(read_settings(data_dir=data_dir)) as house:
            person = await find_user(house, user) if user else None
            if user and person is None:
                raise NotFound("There is no user with this login; `osler user list` shows everybody.")
            bearer, _ = await create_token(
                house,
                command_line_actor(),
                name=name,
                scopes=scope,
                roles=role or ["client"],
                account=person.id if person else None,
                patient=patient,
                sites=frozenset(site) if site else None,
                expires_at=ends,
                without_labels=[label.strip() for label in without_labels.split(",") if label.strip()],
            )
            return bearer

    typer.echo(asyncio.run(work()))
    until = (
        f"ends on {ends:%Y-%m-%d}; --days N sets another time" if ends else "never ends; `osler token revoke` ends it"
    )
    typer.echo(f"This token {until}.", err=True)


def _end(days: int | None, *, no_expiry: bool) -> datetime | None:
    if no_expiry and days:
        raise typer.BadParameter("Give --days or --no-expiry, not both.")
    chosen = 0 if no_expiry else USUAL_DAYS if days is None else days
    return present() + timedelta(days=chosen) if chosen else None


def list_all(data_dir: DataDir = None) -> None:
    """List tokens: id, name, scopes, when made, last used, what ended them, and what labels they never see."""
    from osler.access.labels import names_of
    from osler.access.opening import command_line_actor, open_gatehouse
    from osler.access.tokens import list_tokens

    async def work() -> None:
        async with open_gatehouse(settings_of_record(data_dir)) as house:
            for each in await list_tokens(house, command_line_actor()):
                state = _state(each.revoked_at, each.expires_at, house.clock())
                used = f"used {each.last_used_at:%Y-%m-%d %H:%M}" if each.last_used_at else "never used"
                columns = [each.id, each.name, " ".join(each.scopes), f"made {each.created_at:%Y-%m-%d}", used, state]
                if each.withheld:
                    columns.append(f"without {', '.join(names_of(each.withheld))}")
                typer.echo("\t".join(columns))

    asyncio.run(work())


def revoke(
    token: Annotated[str, typer.Argument(help="The token's id, as `osler token list` shows it.")],
    data_dir: DataDir = None,
) -> None:
    """Revoke a token. A running server refuses it within five seconds."""
    from osler.access.opening import command_line_actor, open_gatehouse
    from osler.access.tokens import Tokens

    async def work() -> None:
        async with open_gatehouse(settings_of_record(data_dir)) as house:
            await Tokens(house).revoke(command_line_actor(), token)

    asyncio.run(work())


def _state(revoked: datetime | None, expires: datetime | None, now: datetime) -> str:
    if revoked:
        return f"revoked {revoked:%Y-%m-%d %H:%M}"
    if expires is None:
        return "does not expire"
    return f"{'expired' if expires <= now else 'expires'} {expires:%Y-%m-%d}"
