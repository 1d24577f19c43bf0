"""A resource as a tree of typed nodes, read straight from its JSON by the names in the definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from osler.fhir.definitions import definitions

Json = Any


@dataclass(frozen=True, slots=True)
class Node:
    """One value and what it is."""

    type: str
    """Its FHIR type: `code`, `Quantity` …"""
    inside: str
    """Where its own elements are defined; empty for a primitive."""
    value: Json

    @property
    def held(self) -> dict[str, Json]:
        """Its elements by name, none for a primitive."""
        value: object = self.value
        return cast("dict[str, Json]", value) if isinstance(value, dict) else {}


def root(resource: dict[str, Json]) -> Node:
    kind = str(resource["resourceType"])
    return Node(kind, kind, resource)


def children(node: Node, name: str) -> Iterator[Node]:
    """The node's elements of this name; `value` finds `valueQuantity` and every other form of a choice."""
    if not node.inside:
        return
    elements = definitions().elements(node.inside)
    for key, held in node.held.items():
        element = elements.get(key)
        if element is not None and name in (key, element.choice):
            for value in each(held):
                yield _node(element.types[0] if element.types else "", element.children, value)


def _node(kind: str, inside: str, value: Json) -> Node:
    if isinstance(value, dict) and "resourceType" in value:
        return root(cast("dict[str, Json]", value))
    return Node(kind, inside, value)


def each(value: Json) -> list[Json]:
    """The items of an array, or the one value; gaps that only hold extensions left out."""
    values = cast("list[Json]", value) if isinstance(value, list) else [value]
    return [item for item in values if item is not None]
