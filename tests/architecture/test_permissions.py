"""Every route names who may use it, and the few that anyone may use are listed here, to be seen in review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from osler.access.permissions import Permission, check_routes, permission, permission_of
from osler.app import create_app
from osler.core.settings import Settings
from osler.interfaces.api.mount import PREFIX, FhirMount

HEALTH = {"/healthz", "/readyz", "/metrics"}
SIGN_IN = {"/sign-in", "/sign-in/code", "/sign-out", "/lock", "/unlock"}
OPEN_TO_ANYONE = HEALTH | SIGN_IN | {"/static/{name}", "/fhir: metadata"}


def _label(route: object, below: str) -> str:
    if isinstance(route, FhirMount):
        return f"{PREFIX}: "
    return below + ("" if below.endswith(": ") else "/") + str(getattr(route, "path", "")).lstrip("/")


def _routes(routes: Iterable[object], below: str = "") -> Iterator[tuple[str, Permission]]:
    for route in routes:
        path = _label(route, below)
        app = getattr(route, "app", None)
        inner = getattr(route, "routes", None) or getattr(app, "routes", None)
        if inner:
            yield from _routes(inner, path.rstrip("/"))
        else:
            yield path, permission_of(getattr(route, "endpoint", None) or app)


def test_every_route_names_a_permission_and_only_these_are_open(tmp_path):
    found = dict(_routes(create_app(Settings(data_dir=tmp_path)).routes))
    assert len(found) > len(OPEN_TO_ANYONE)
    assert {path for path, needed in found.items() if needed is Permission.PUBLIC} == OPEN_TO_ANYONE


async def unmarked(request: object) -> PlainTextResponse:
    return PlainTextResponse("")


@permission(Permission.CHART_READ)
async def marked(request: object) -> PlainTextResponse:
    return PlainTextResponse("")


def test_a_route_without_a_permission_cannot_be_registered():
    check_routes([Mount("/charts", routes=[Route("/{id}", marked)])])
    with pytest.raises(LookupError, match="unmarked names no permission"):
        check_routes([Mount("/charts", routes=[Route("/{id}", marked), Route("/", unmarked)])])
