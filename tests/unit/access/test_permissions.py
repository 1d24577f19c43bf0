"""A route without a named permission cannot be registered."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.routing import Mount, Route

from osler.access.permissions import Permission, check_routes, permission, permission_of, require
from osler.core.errors import Forbidden, Unauthenticated


@permission(Permission.CHART_READ)
async def chart(request): ...


@permission(Permission.PUBLIC)
async def health(request): ...


async def forgotten(request): ...


@permission(Permission.CHART_READ)
class Base(HTTPEndpoint): ...


class Derived(Base): ...


def test_marked_routes_pass_also_below_mounts():
    check_routes([Route("/chart", chart), Mount("/x", routes=[Route("/health", health), Route("/base", Base)])])
    assert permission_of(chart) is Permission.CHART_READ


@pytest.mark.parametrize(
    "routes",
    [
        [Route("/a", chart), Route("/b", forgotten)],
        [Mount("/x", routes=[Route("/b", forgotten)])],
        [Mount("/x", app=Starlette(routes=[Route("/b", forgotten)]))],
        [Mount("/x", app=forgotten)],
        [Route("/d", Derived)],
    ],
    ids=["function", "mounted", "application", "bare application", "class that only inherits"],
)
def test_a_route_without_a_permission_is_refused_by_name(routes):
    with pytest.raises(LookupError, match="names no permission"):
        check_routes(routes)


def test_require_lets_in_who_holds_the_permission():
    require(frozenset((Permission.CHART_READ,)), Permission.CHART_READ)
    require(frozenset(), Permission.SIGNED_IN)
    require(None, Permission.PUBLIC)
    with pytest.raises(Forbidden):
        require(frozenset((Permission.CHART_READ,)), Permission.CHART_WRITE)
    for needed in Permission:
        if needed is not Permission.PUBLIC:
            with pytest.raises(Unauthenticated):
                require(None, needed)
