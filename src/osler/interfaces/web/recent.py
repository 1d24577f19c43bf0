"""Which charts a person opened lately: in a cookie of this browser, good only for the same account."""

from __future__ import annotations

from starlette.responses import Response

from osler.access.sessions import cookie_attributes
from osler.core.ids import is_id
from osler.interfaces.web.desk import Desk

COOKIE = "osler_recent"
KEPT, OPEN = 12, 4


def recent_ids(desk: Desk) -> list[str]:
    """Patient ids, latest first."""
    account, _, ids = desk.request.cookies.get(COOKIE, "").partition(":")
    return [each for each in ids.split("_") if is_id(each)][:KEPT] if account == desk.actor.id else []


def remember(desk: Desk, response: Response, patient: str) -> Response:
    """Puts a patient first."""
    ids = [patient, *(each for each in recent_ids(desk) if each != patient)][:KEPT]
    attributes = cookie_attributes(https=desk.office.https)
    response.set_cookie(COOKIE, f"{desk.actor.id}:{'_'.join(ids)}", **attributes)  # type: ignore[arg-type]
    return response
