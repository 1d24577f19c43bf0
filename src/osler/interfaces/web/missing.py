"""Addresses that no page answers. Whoever is not signed in is led to the door, as from every page."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from osler.access.permissions import Permission, permission
from osler.core.errors import NotFound
from osler.interfaces.web.desk import Desk


@permission(Permission.SIGNED_IN)
async def show(desk: Desk) -> Response:
    """A page that says so, with a way back; an address that only has a slash too many goes on without it."""
    url = desk.request.url
    bare = "/" + url.path.strip("/\\")
    if url.path.endswith("/") and bare != "/":
        return RedirectResponse(url.replace(path=bare), 307)
    raise NotFound("There is no page at this address.")


@permission(Permission.SIGNED_IN)
async def no_icon(desk: Desk) -> Response:
    """Pages carry their icon in their head; whoever asks for it by the old address is told that there is none there."""
    del desk
    return Response(status_code=204, headers={"cache-control": "private, max-age=86400"})
