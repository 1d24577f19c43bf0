"""How a request becomes a Desk: routes that name a permission, sign-in looked up, errors turned into pages."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from osler.access.permissions import Permission, permission_of
from osler.access.sessions import COOKIE, SessionLocked, csrf_matches
from osler.core.errors import Forbidden, OslerError, Unauthenticated
from osler.interfaces.web import page
from osler.interfaces.web.components.shell import Page
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.errors import error_view
from osler.interfaces.web.office import Office
from osler.interfaces.web.security import SAFE_METHODS, is_cross_site

log = logging.getLogger(__name__)

Handler = Callable[[Desk], Awaitable[Response]]
OpenHandler = Callable[[Request, Office], Awaitable[Response]]
_CLOSED = {
    Permission.CHART_READ: "Your role does not open charts.",
    Permission.CHART_WRITE: "Your role does not write in charts.",
    Permission.NOTE_SIGN: "Your role does not sign notes.",
    Permission.PATIENT_SEARCH: "Your role does not look up patients.",
    Permission.FHIR: "Your role does not show the record as FHIR.",
}
MOST_FIELDS, MOST_BYTES = 200, 2 * 1024 * 1024


def route(path: str, handler: Handler, methods: tuple[str, ...] = ("GET",)) -> Route:
    """A page for people who are signed in and have the permission that the handler names."""
    needed = permission_of(handler)

    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        office: Office = request.app.state.office
        desk: Desk | None = None
        try:
            desk = await _seated(request, office)
            require_role(desk, needed)
            return await handler(desk)
        except Unauthenticated as error:
            return _to_sign_in(request, error)
        except OslerError as error:
            return _refused(request, desk, error)

    return Route(path, endpoint, methods=list(methods))


def open_route(path: str, handler: OpenHandler, methods: tuple[str, ...] = ("GET",)) -> Route:
    """A page for everybody: signing in and out."""
    if permission_of(handler) is not Permission.PUBLIC:
        raise LookupError(f"{path} is not marked as public")

    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        office: Office = request.app.state.office
        try:
            if is_cross_site(request) and request.method not in SAFE_METHODS:
                raise Forbidden("This request came from another site's page.")
            return await handler(request, office)
        except OslerError as error:
            return _refused(request, None, error)

    return Route(path, endpoint, methods=list(methods))


def require_role(desk: Desk, needed: Permission) -> None:
    """Raises Forbidden, in the words of the pages, when the person's role does not include what is asked for."""
    if needed not in (Permission.PUBLIC, Permission.SIGNED_IN) and not desk.may(needed):
        raise Forbidden(_CLOSED.get(needed, "Your role does not include this."))


async def _seated(request: Request, office: Office) -> Desk:
    """Raises Unauthenticated or SessionLocked, and Forbidden for a write that did not come from a page of ours."""
    cookie = request.cookies.get(COOKIE, "")
    if not cookie:
        raise Unauthenticated("Sign in first.")
    session = await office.sessions.authenticate(cookie)
    if session.must_change and request.url.path not in ("/password", "/sign-out"):
        raise _MustChange("Set a password of your own first.")
    typed = None
    if request.method not in SAFE_METHODS:
        typed = await _form(request)
        require_own_page(request, cookie, typed)
    return Desk(request, office, session, office.clock(), typed)


async def _form(request: Request) -> FormData:
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise Forbidden("This form is larger than any of ours.")
    return await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)


def require_own_page(request: Request, cookie: str, typed: FormData) -> None:
    """A browser says where a write comes from (Fetch Metadata, Origin); one that says nothing must know the token."""
    if is_cross_site(request):
        raise Forbidden("This request came from another site's page.")
    if "sec-fetch-site" in request.headers or "origin" in request.headers:
        return
    given = request.headers.get("x-csrf-token") or str(typed.get("_csrf", ""))
    if not csrf_matches(cookie, given):
        raise Forbidden("This form is not one of this session. Open the page again.")


class _MustChange(Unauthenticated):
    pass


def _to_sign_in(request: Request, error: Unauthenticated) -> Response:
    """To the page that lets one go on. A fragment cannot be redirected: it is told, and its page goes there."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = (
        "/lock" if isinstance(error, SessionLocked) else "/password" if isinstance(error, _MustChange) else "/sign-in"
    )
    if not page.wants_fragment(request):
        back = here if request.method in SAFE_METHODS else "/"
        return RedirectResponse(f"{target}?next={quote(back, safe='/')}", 303)
    frame = Page("Signed out")
    response = page.error(request, error_view(error), frame)
    if request.method in SAFE_METHODS:
        response.headers["HX-Redirect"] = target
    return response


def _refused(request: Request, desk: Desk | None, error: OslerError) -> Response:
    view = error_view(error)
    frame = desk.frame(view.title) if desk else Page(view.title)
    response = page.error(request, view, frame)
    retry = getattr(error, "retry_after", None)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response
