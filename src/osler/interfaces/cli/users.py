"""`osler user …`: the accounts of staff."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from osler.core.errors import Conflict, Invalid, NotFound
from osler.interfaces.cli.options import DataDir, read_settings, settings_of_record

if TYPE_CHECKING:
    from osler.core.settings import Settings

Login = Annotated[str, typer.Argument(help="The login name.", show_default=False)]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Staff accounts.", rich_markup_mode=None)
    group.command("create")(create)
    group.command("list")(list_all)
    group.command("password")(password)
    group.command("disable")(disable)
    group.command("enable")(enable)
    app.add_typer(group, name="user")


def create(
    login: Annotated[str | None, typer.Argument(help="The login name; asked for when left out.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="A role; may be given more than once.")] = None,
    name: Annotated[str, typer.Option(help="The name as others see it.")] = "",
    practitioner: Annotated[str | None, typer.Option(help="Id of the person's Practitioner resource.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Confine to the site with this Organization id.")] = None,
    generate: Annotated[bool, typer.Option(help="Make up a password, print it alone, have it changed.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Create an account. The password is asked for, or read from standard input when that is not a terminal."""
    from osler.access.gatehouse import Gatehouse
    from osler.access.opening import command_line_actor
    from osler.access.users import create_user, find_user

    settings = read_settings(data_dir=data_dir)
    roles = [each.replace("-", "_") for each in role or ()]
    _check_roles(roles, settings)
    chosen_login: str = login or typer.prompt("Login", err=True)
    chosen = _made_up() if generate else _asked()

    async def work(house: Gatehouse) -> None:
        if known := await find_user(house, chosen_login):
            raise Conflict(
                f"There is a user {known.login} already. `osler user password {known.login}` sets a new password, "
                "`osler user list` shows everybody."
            )
        user = await create_user(
            house,
            command_line_actor(),
            login=chosen_login,
            password=chosen,
            roles=roles,
            display=name,
            practitioner=practitioner,
            sites=frozenset(site) if site else None,
            must_change=generate,
        )
        typer.echo(f"Created {user.login} ({', '.join(user.roles)}).", err=True)
        if generate:
            typer.echo(chosen)

    _run(work, settings)


def list_all(data_dir: DataDir = None) -> None:
    """List all accounts: login, roles, name, and what is special about them."""
    from osler.access.gatehouse import Gatehouse
    from osler.access.opening import command_line_actor
    from osler.access.users import list_users

    settings = settings_of_record(data_dir)

    async def work(house: Gatehouse) -> None:
        for user in await list_users(house, command_line_actor()):
            notes = ["disabled"] if user.disabled_at else []
            notes += ["second factor"] if user.has_second_factor else []
            typer.echo("\t".join((user.login, ",".join(user.roles), user.display, ", ".join(notes))))

    _run(work, settings)


def password(
    login: Login,
    generate: Annotated[bool, typer.Option(help="Make up a password and print it alone.")] = False,
    second_factor: Annotated[bool, typer.Option("--drop-second-factor", help="Take the second factor away.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Set a new password, to be changed at the next sign-in; ends the person's sessions."""
    from osler.access import users
    from osler.access.gatehouse import Gatehouse
    from osler.access.opening import command_line_actor

    settings = settings_of_record(data_dir)
    chosen = _made_up() if generate else _asked()

    async def work(house: Gatehouse) -> None:
        actor, id_ = command_line_actor(), await _id_of(house, login)
        await users.reset_password(house, actor, id_, chosen)
        if second_factor:
            await users.remove_second_factor(house, actor, id_)
        if generate:
            typer.echo(chosen)

    _run(work, settings)


def disable(login: Login, data_dir: DataDir = None) -> None:
    """Close an account and end its sessions. It is kept, because the audit names it."""
    _set_disabled(login, True, data_dir)


def enable(login: Login, data_dir: DataDir = None) -> None:
    """Open a closed account again."""
    _set_disabled(login, False, data_dir)


def _set_disabled(login: str, disabled: bool, data_dir: DataDir) -> None:
    from osler.access.gatehouse import Gatehouse
    from osler.access.opening import command_line_actor
    from osler.access.users import set_disabled

    settings = settings_of_record(data_dir)

    async def work(house: Gatehouse) -> None:
        await set_disabled(house, command_line_actor(), await _id_of(house, login), disabled=disabled)

    _run(work, settings)


async def _id_of(house: object, login: str) -> str:
    from osler.access.gatehouse import Gatehouse
    from osler.access.users import find_user

    assert isinstance(house, Gatehouse)
    user = await find_user(house, login)
    if user is None:
        raise NotFound("There is no user with this login; `osler user list` shows everybody.")
    return user.id


def _check_roles(names: Sequence[str], settings: Settings) -> None:
    """Before anything is asked for; the practice's own roles count too."""
    from osler.access.roles import add_roles, staff_roles

    add_roles(settings.data_dir / "roles")
    known = f"Roles: {', '.join(staff_roles())}."
    if not names:
        raise Invalid(f"Give the user a role with --role. {known}", path="roles")
    if unknown := [each for each in names if each not in staff_roles()]:
        raise Invalid(f"There is no role “{unknown[0]}” for a user. {known}", path="roles")


def _made_up() -> str:
    alphabet = "abcdefghjkmnpqrstvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))


def _asked() -> str:
    if sys.stdin.isatty():
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Invalid("Give the password on standard input, or use --generate.", path="password")
    return line


def _run(work: Callable[..., Awaitable[None]], settings: Settings) -> None:
    from osler.access.opening import open_gatehouse

    async def opened() -> None:
        async with open_gatehouse(settings) as house:
            await work(house)

    asyncio.run(opened())
