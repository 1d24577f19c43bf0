"""`/_ui`: every component in every state, with invented people."""

from __future__ import annotations

from starlette.responses import Response

from osler.access.permissions import Permission, permission
from osler.interfaces.web.components import gallery
from osler.interfaces.web.desk import Desk


@permission(Permission.SIGNED_IN)
async def show(desk: Desk) -> Response:
    return desk.page("components/gallery.html", desk.frame("Components"), sections=gallery.sections())
