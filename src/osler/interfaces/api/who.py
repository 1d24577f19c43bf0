"""Who asks: a program or person with an API token, or a member of staff with the session of the web application."""

from __future__ import annotations

from osler.access.actors import Actor
from osler.access.sessions import COOKIE, csrf_matches
from osler.core.errors import Forbidden, Unauthenticated
from osler.interfaces.api.request import Request

_SAFE = ("GET", "HEAD", "OPTIONS")


async def who_asks(request: Request) -> Actor:
    """The actor of a request. Raises Unauthenticated; Forbidden for a cookie that another site may have sent along."""
    given = request.headers.get("authorization")
    if given is not None:
        scheme, _, bearer = given.partition(" ")
        if scheme.lower() != "bearer" or not bearer:
            raise Unauthenticated("Send the token as: Authorization: Bearer osl_….")
        return await request.context.tokens.authenticate(bearer.strip())
    cookie = cookie_of(request.headers.get("cookie", ""))
    if not cookie:
        raise Unauthenticated("Send an API token as: Authorization: Bearer osl_….")
    return await _member_of_staff(request, cookie)


async def _member_of_staff(request: Request, cookie: str) -> Actor:
    session = await request.context.sessions.authenticate(cookie)
    if request.method not in _SAFE and not csrf_matches(cookie, request.header("x-csrf-token")):
        raise Forbidden("A change made with the session of the web application needs its X-CSRF-Token.")
    if session.must_change:
        raise Forbidden("Change your password first.")
    return session.actor


def cookie_of(header: str) -> str:
    """The session's cookie among all that the browser sent."""
    for part in header.split(";"):
        name, _, value = part.partition("=")
        if name.strip() == COOKIE:
            return value.strip()
    return ""
