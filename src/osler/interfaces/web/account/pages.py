"""One's own account: password, and the one-time codes of a device beside it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from starlette.responses import RedirectResponse, Response

from osler.access.permissions import Permission, permission
from osler.access.sessions import csrf_token
from osler.access.users import (
    begin_second_factor,
    confirm_second_factor,
    get_own_user,
    remove_second_factor,
    require_password,
)
from osler.core.errors import Invalid, OslerError, Unauthenticated
from osler.interfaces.web.components.account import AccountView, Enrolment, RecoveryCodes
from osler.interfaces.web.components.forms import FieldGroup, FormField, FormView
from osler.interfaces.web.desk import Desk

_ADDRESS = "address"
"""Hidden field that carries the device's address while a code is tried again; it is only drawn again for the same person."""


@permission(Permission.SIGNED_IN)
async def show(desk: Desk) -> Response:
    return await _account(desk)


@permission(Permission.SIGNED_IN)
async def begin(desk: Desk) -> Response:
    """The password again, then the code to photograph. Nothing has changed until a code of the device was typed."""
    house = desk.office.gatehouse
    try:
        await require_password(house, desk.actor, desk.value("password"))
    except Unauthenticated as error:
        return await _account(desk, error=error, status=422)
    _, address = await begin_second_factor(house, desk.actor)
    return _enrolment(desk, address)


@permission(Permission.SIGNED_IN)
async def confirm(desk: Desk) -> Response:
    """A code of the device: the recovery codes are shown now and never again."""
    try:
        codes = await confirm_second_factor(desk.office.gatehouse, desk.actor, desk.value("code").replace(" ", ""))
    except Invalid as error:
        return _enrolment(desk, desk.value(_ADDRESS), error)
    view = RecoveryCodes(tuple(codes), "/account")
    return desk.page("components/account_page.html", desk.frame("Recovery codes"), recovery=view)


@permission(Permission.SIGNED_IN)
async def remove(desk: Desk) -> Response:
    try:
        await require_password(desk.office.gatehouse, desk.actor, desk.value("password"))
    except Unauthenticated as error:
        return await _account(desk, error=error, status=422)
    await remove_second_factor(desk.office.gatehouse, desk.actor, desk.actor.id)
    return RedirectResponse("/account", 303)


async def _account(desk: Desk, *, error: OslerError | None = None, status: int = 200) -> Response:
    user = await get_own_user(desk.office.gatehouse, desk.actor)
    view = AccountView(
        user.display, user.login, user.has_second_factor, _change_form(desk, user.has_second_factor, error),
        _removal_form(desk, error) if user.has_second_factor else None,
    )  # fmt: skip
    return desk.page("components/account_page.html", desk.frame("Account"), status=status, account=view)


def _change_form(desk: Desk, on: bool, error: OslerError | None) -> FormView:
    tried = desk.request.url.path == "/account/codes"
    submit = "Set up another device" if on else "Set up one-time codes"
    return _password_form(desk, "codes", submit, "/account/codes", error if tried else None)


def _removal_form(desk: Desk, error: OslerError | None) -> FormView:
    tried = desk.request.url.path == "/account/codes/remove"
    return _password_form(desk, "remove", "Turn off", "/account/codes/remove", error if tried else None, danger=True)


def _password_form(
    desk: Desk, id_: str, submit: str, action: str, error: OslerError | None, *, danger: bool = False
) -> FormView:
    field = FormField(
        "password", "Your password, once more", "password", autocomplete="current-password", required=True,
        error=error.message if error else "", focus=error is not None,
    )  # fmt: skip
    hidden = (("_csrf", csrf_token(desk.cookie)),)
    return FormView(id_, submit, action, (FieldGroup((field,)),), submit, hidden=hidden, danger=danger)


def _enrolment(desk: Desk, address: str, error: OslerError | None = None) -> Response:
    parts = urlsplit(address)
    secret = parse_qs(parts.query).get("secret", [""])[0]
    if parts.scheme != "otpauth" or not secret.isalnum() or len(address) > 600:
        return RedirectResponse("/account", 303)
    field = FormField(
        "code", "Code that the app shows", "code", required=True, focus=True, error=error.message if error else "",
        hint="Six digits; they change twice a minute",
    )  # fmt: skip
    hidden = (("_csrf", csrf_token(desk.cookie)), (_ADDRESS, address))
    form = FormView(
        "confirm", "Confirm", "/account/codes/confirm", (FieldGroup((field,)),), "Turn on", "/account", hidden=hidden
    )
    view = Enrolment(address, " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), form)
    status = 422 if error else 200
    return desk.page("components/account_page.html", desk.frame("One-time codes"), status=status, enrolment=view)
