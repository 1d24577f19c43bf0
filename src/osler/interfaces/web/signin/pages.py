"""Signing in (password, then one-time code), locking, unlocking, signing out, and one's own password."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osler.access.passwords import SHORTEST
from osler.access.permissions import Permission, permission
from osler.access.sessions import COOKIE, SessionLocked, cookie_attributes
from osler.access.sign_in import SignedIn, confirm_code, sign_in, unlock
from osler.access.throttle import Throttled
from osler.access.users import change_password
from osler.core.errors import Forbidden, Invalid, OslerError, Unauthenticated
from osler.interfaces.web import page
from osler.interfaces.web.components.forms import FieldGroup, FormField, FormView, Lock, SignIn
from osler.interfaces.web.components.shell import Page
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.office import Office
from osler.interfaces.web.security import is_cross_site

WAITING = "osler_code"
"""Cookie of a sign-in that still needs its one-time code; never the session's."""


@permission(Permission.PUBLIC)
async def show_sign_in(request: Request, office: Office) -> Response:
    return _sign_in_page(request, office)


@permission(Permission.PUBLIC)
async def take_password(request: Request, office: Office) -> Response:
    typed = await request.form(max_files=0, max_fields=10)
    username, after = str(typed.get("username", "")), _own_path(str(typed.get("next", "")))
    try:
        done = await sign_in(
            office.gatehouse, username, str(typed.get("password", "")), address=_address(request),
            agent=request.headers.get("user-agent", ""), before=request.cookies.get(COOKIE),
        )  # fmt: skip
    except Unauthenticated as error:
        return _sign_in_page(request, office, error=error, username=username)
    if done.needs_code:
        response = _sign_in_page(request, office, step_code=True, after=after)
        response.set_cookie(WAITING, done.cookie, max_age=300, **cookie_attributes(https=office.https))  # type: ignore[arg-type]
        return response
    return _signed_in(office, done, after)


@permission(Permission.PUBLIC)
async def take_code(request: Request, office: Office) -> Response:
    typed = await request.form(max_files=0, max_fields=10)
    after, waiting = _own_path(str(typed.get("next", ""))), request.cookies.get(WAITING, "")
    try:
        done = await confirm_code(office.gatehouse, waiting, str(typed.get("code", "")), address=_address(request))
    except Unauthenticated as error:
        again = "again" not in error.message or isinstance(error, Throttled)
        return _sign_in_page(request, office, error=error, step_code=again, after=after)
    response = _signed_in(office, done, after)
    response.delete_cookie(WAITING, path="/")
    return response


@permission(Permission.PUBLIC)
async def sign_out(request: Request, office: Office) -> Response:
    if is_cross_site(request):
        raise Forbidden("This request came from another site's page.")
    await office.sessions.sign_out(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/sign-in", 303)
    for name in (COOKIE, WAITING, "osler_recent"):
        response.delete_cookie(name, path="/")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@permission(Permission.PUBLIC)
async def lock(request: Request, office: Office) -> Response:
    """Going there locks, unless another site sends one there."""
    cookie = request.cookies.get(COOKIE, "")
    try:
        session = await office.sessions.authenticate(cookie, active=False)
        if is_cross_site(request):
            raise Forbidden("This request came from another site's page.")
        await office.sessions.lock(cookie)
        name = session.actor.display
    except SessionLocked as locked:
        name = locked.session.actor.display
    except Unauthenticated:
        return RedirectResponse("/sign-in", 303)
    return _lock_page(request, name)


@permission(Permission.PUBLIC)
async def take_unlock(request: Request, office: Office) -> Response:
    typed = await request.form(max_files=0, max_fields=10)
    cookie, after = request.cookies.get(COOKIE, ""), _own_path(str(typed.get("next", "")))
    try:
        name = (await office.sessions.authenticate(cookie, active=False)).actor.display
        return RedirectResponse(after, 303)
    except SessionLocked as locked:
        name, has_pin = locked.session.actor.display, locked.session.has_pin
    except Unauthenticated:
        return RedirectResponse("/sign-in", 303)
    given = str(typed.get("password", ""))
    pin = given if has_pin and given.isdecimal() else None
    try:
        await unlock(office.gatehouse, cookie, pin=pin, password=None if pin else given, address=_address(request))
    except Unauthenticated as error:
        if "Sign in again" in error.message:
            return RedirectResponse("/sign-in", 303)
        return _lock_page(request, name, error)
    office.sessions.forget(cookie)
    return RedirectResponse(after, 303)


@permission(Permission.SIGNED_IN)
async def show_password(desk: Desk) -> Response:
    return desk.page("components/form_page.html", desk.frame("Password"), form=_password_form(desk), banner=None)


@permission(Permission.SIGNED_IN)
async def set_password(desk: Desk) -> Response:
    try:
        await change_password(
            desk.office.gatehouse, desk.actor, current=desk.value("current"), new=desk.value("new"),
            session=desk.session.id,
        )  # fmt: skip
    except (Unauthenticated, Invalid) as error:
        form = _password_form(desk, error)
        return desk.page("components/form_page.html", desk.frame("Password"), status=422, form=form, banner=None)
    desk.office.sessions.forget(desk.cookie)
    return RedirectResponse("/", 303)


def _password_form(desk: Desk, error: OslerError | None = None) -> FormView:
    wrong = error.message if error else ""
    current = isinstance(error, Unauthenticated)
    fields = (
        FormField("current", "Current password", "password", autocomplete="current-password", required=True,
                  error=wrong if current else "", focus=True),
        FormField("new", "New password", "password", autocomplete="new-password", required=True,
                  error="" if current else wrong, hint=f"At least {SHORTEST} characters; a few words are easy to remember"),
    )  # fmt: skip
    intro = "Your password was set by someone else. Choose one of your own." if desk.session.must_change else ""
    return FormView("password", "Password", "/password", (FieldGroup(fields),), "Change password", "/", intro=intro)


def _sign_in_page(
    request: Request, office: Office, *, error: OslerError | None = None, username: str = "", step_code: bool = False,
    after: str = "",
) -> Response:  # fmt: skip
    view = SignIn(
        "/sign-in/code" if step_code else "/sign-in",
        "code" if step_code else "password",
        username,
        error.message if error else "",
        office.site,
        after or _own_path(request.query_params.get("next", "")),
        None if step_code else office.notice,
    )
    status = 429 if isinstance(error, Throttled) else 422 if error else 200
    return page.page(request, "components/sign_in_page.html", Page("Sign in"), status=status, view=view)


def _lock_page(request: Request, name: str, error: OslerError | None = None) -> Response:
    view = Lock(
        "/unlock", name, error.message if error else "", "/sign-out", _own_path(request.query_params.get("next", ""))
    )
    return page.page(request, "components/lock_page.html", Page("Locked"), status=422 if error else 200, view=view)


def _signed_in(office: Office, done: SignedIn, after: str) -> Response:
    response = RedirectResponse("/password" if done.must_change else after, 303)
    response.set_cookie(COOKIE, done.cookie, **cookie_attributes(https=office.https))  # type: ignore[arg-type]
    return response


def _own_path(text: str) -> str:
    """Only a path of ours to go on to: never another site, never the way out again."""
    fine = text.startswith("/") and not text.startswith(("//", "/\\", "/sign-", "/lock")) and "\\" not in text
    return text if fine and text.isprintable() else "/"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
