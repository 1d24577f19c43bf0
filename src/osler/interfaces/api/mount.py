"""Where the API hangs in the application: `/fhir` itself and everything below it."""

from __future__ import annotations

from typing import Any

from starlette.routing import BaseRoute, Match

from osler.interfaces.api.front import Front

PREFIX = "/fhir"


def is_below(path: str) -> bool:
    return path.startswith(PREFIX) and path[5:6] in ("", "/")


class FhirMount(BaseRoute):
    """As Starlette's Mount, but also for the bare prefix: a redirected POST would lose its bundle."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self.path, self.routes = PREFIX, front.routes

    def matches(self, scope: Any) -> tuple[Match, Any]:
        if scope["type"] == "http" and is_below(scope["path"]):
            return Match.FULL, {"root_path": scope.get("root_path", "") + PREFIX}
        return Match.NONE, {}

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        await self._front(scope, receive, send)
