"""Which handler answers what: the whole REST surface of R4 that Osler has, in one table.

Paths below /fhir have so regular a grammar that the number and kind of their parts find the place; `{id}` and `{type}`
name parts in the order of the path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission_of
from osler.fhir.definitions import definitions
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.request import Request

Endpoint = Callable[[Request], Awaitable[Answer]]

TYPES = definitions().resource_types
OF_ANY_TYPE = frozenset(("$meta", "$meta-add", "$meta-delete", "$diff", "$validate"))
"""Operations that every resource has."""
COMPARTMENTS = ("Patient", "Encounter", "Practitioner", "RelatedPerson", "Device")


@dataclass(frozen=True, slots=True)
class Route:
    """One interaction. `name` is what the metrics call it."""

    name: str
    method: str
    path: str
    endpoint: Endpoint
    action: Action | None = None
    """What a request that failed before it reached the gate is written down as; None: by its method."""
    permission: Permission = field(init=False)
    """The one named at the endpoint. A route whose endpoint names none cannot be made: LookupError."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "permission", permission_of(self.endpoint))


class Routes:
    """The table, asked by place and method."""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes
        self._places: dict[str, dict[str, Route]] = {}
        for route in routes:
            self._places.setdefault(route.path, {})[route.method] = route

    def find(self, parts: list[str], method: str) -> Route | None:
        methods = self._places.get(place_of(parts))
        return None if methods is None else methods.get("GET" if method == "HEAD" else method)

    def methods(self, parts: list[str]) -> tuple[str, ...]:
        """What is possible at this place; nothing when there is no such place."""
        return tuple(self._places.get(place_of(parts), ()))


def allowed(methods: tuple[str, ...]) -> str:
    """The value of an Allow header."""
    both = (*methods, "HEAD") if "GET" in methods else methods
    return ", ".join(sorted({*both, "OPTIONS"}))


def place_of(parts: list[str]) -> str:
    """The path pattern that these parts belong to; `?` when there is none."""
    count, first = len(parts), parts[0]
    if count == 1:
        own = first in ("", "metadata", "_history", "_search") or first.startswith("$")
        return first if own else "{type}" if first in TYPES else "?"
    if first not in TYPES:
        return "?"
    last = parts[-1]
    if last.startswith("$") and count < 4:
        if last in OF_ANY_TYPE:
            return f"{{type}}/{last}" if count == 2 else f"{{type}}/{{id}}/{last}"
        return f"{first}/{last}" if count == 2 else f"{first}/{{id}}/{last}"
    if count == 2:
        return f"{{type}}/{last}" if last in ("_search", "_history") else "{type}/{id}" if _may_be_id(last) else "?"
    if count == 3:
        return _third(first, last)
    if count == 4 and parts[2] == "_history":
        return "{type}/{id}/_history/{version}"
    if count == 4 and first in COMPARTMENTS and last == "_search" and parts[2] in TYPES:
        return "{compartment}/{id}/{type}/_search"
    return "?"


def _third(first: str, last: str) -> str:
    if last == "_history":
        return "{type}/{id}/_history"
    if first in COMPARTMENTS and (last in TYPES or last == "*"):
        return "{compartment}/{id}/{type}"
    return "?"


def _may_be_id(part: str) -> bool:
    return bool(part) and part[0] not in "$_*"
