"""Resources that stand whole inside another: entries of a Bundle, what Parameters carry.

R4 puts Bundle and Parameters into no compartment, but whoever reads one reads all of it: it belongs to every patient whose
resources it holds, and to their sites, and has all their labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard, cast

HOLDERS = frozenset(("Bundle", "Parameters"))
UNKNOWN_PATIENT = "?"
"""Stands, among ids, for a patient who is none of this record's, or not said: nobody has them in care."""

Resource = dict[str, Any]


def held_in(resource: Resource) -> Iterator[tuple[Resource, str]]:
    """Each resource inside, with the fullUrl of its entry (empty without one); of a holder inside what that holds, too."""
    inside = _entries(resource) if resource["resourceType"] == "Bundle" else _parts(resource)
    for held, full_url in inside:
        yield held, full_url
        if held["resourceType"] in HOLDERS:
            yield from held_in(held)


def with_held(resource: Resource) -> list[Resource]:
    """The resource and, for a holder, all that it holds."""
    if resource["resourceType"] not in HOLDERS:
        return [resource]
    return [resource, *(held for held, _ in held_in(resource))]


def _entries(bundle: Resource) -> Iterator[tuple[Resource, str]]:
    for entry in _objects(bundle.get("entry")):
        for held in (entry.get("resource"), *(each.get("outcome") for each in _objects([entry.get("response")]))):
            if _is_resource(held):
                yield held, entry.get("fullUrl") or ""


def _parts(parameters: Resource, name: str = "parameter") -> Iterator[tuple[Resource, str]]:
    for part in _objects(parameters.get(name)):
        if _is_resource(held := part.get("resource")):
            yield held, ""
        yield from _parts(part, "part")


def _objects(value: Any) -> list[Resource]:
    listed = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Resource", each) for each in listed if isinstance(each, dict)]


def _is_resource(value: Any) -> TypeGuard[Resource]:
    return isinstance(value, dict) and isinstance(cast("Resource", value).get("resourceType"), str)
