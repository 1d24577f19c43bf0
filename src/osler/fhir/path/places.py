"""Where in a resource the elements stand that an expression gives."""

from __future__ import annotations

from typing import Any

from osler.fhir.path.engine import Path
from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.kinds import node_of
from osler.fhir.path.nodes import Kind, Node

Place = tuple["str | int", ...]
"""Names and positions from the resource on: `("name", 0, "given", 1)`."""


class Placed:
    """A resource, copied so that each element can be told from every other.

    An object is told by its identity. A primitive has none, but it may have a sibling, and here each has.
    """

    def __init__(self, resource: dict[str, Any]) -> None:
        self._places: dict[int, Place] = {}
        self.size = 0
        """Elements there are."""
        self._resource = self._object(resource, ())

    def find(self, path: Path, env: Environment) -> list[tuple[Place, Kind]]:
        """Place and type of what the path gives. Raises Invalid where that is not part of the resource."""
        return [self._place(item) for item in path.evaluate(node_of(self._resource), env)]

    def _place(self, item: Any) -> tuple[Place, Kind]:
        told_by = (item.extra if item.kind.primitive else item.value) if type(item) is Node else None
        place = self._places.get(id(told_by))
        if place is None:
            fail("the path gives something that is not part of the resource")
        return place, item.kind

    def _object(self, value: dict[str, Any], place: Place) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        for name, each in value.items():
            bare = name.removeprefix("_")
            if name == "resourceType":
                copy[name] = each
            elif name != bare:
                if bare not in value:
                    copy[name] = self._beside(None, each, (*place, bare))
            elif type(each) is dict:
                copy[name] = self._object(each, (*place, name))
            elif type(each) is list and each and all(type(one) is dict for one in each):
                copy[name] = [self._object(one, (*place, name, at)) for at, one in enumerate(each)]
            else:
                copy[name] = each
                copy[f"_{name}"] = self._beside(each, value.get(f"_{name}"), (*place, name))
        return self._told(copy, place)

    def _beside(self, value: Any, extra: Any, place: Place) -> Any:
        """Siblings for a primitive, or for each of a list of them."""
        if type(value) is not list and type(extra) is not list:
            return self._sibling(extra, place, (*place[:-1], f"_{place[-1]}"))
        extras = extra if type(extra) is list else []
        padded = [*extras, *[None] * ((len(value) if type(value) is list else 0) - len(extras))]
        return [self._sibling(each, (*place, at), (*place[:-1], f"_{place[-1]}", at)) for at, each in enumerate(padded)]

    def _sibling(self, extra: Any, place: Place, own_place: Place) -> Any:
        """Stands for the primitive, while what is inside stands where the JSON has it."""
        return self._told(self._object(extra if type(extra) is dict else {}, own_place), place)

    def _told(self, value: dict[str, Any], place: Place) -> dict[str, Any]:
        self.size += 1
        self._places[id(value)] = place
        return value
