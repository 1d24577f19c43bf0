"""What checks are, and what they are asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from osler.fhir.definitions import Element
from osler.fhir.validate.issue import Path
from osler.fhir.validate.run import Run

Check = Callable[[Any, Any, Path, Run], None]
"""Checks one value: an object, or a primitive (None where there are only extensions) and the `_name` beside it."""


class Item(NamedTuple):
    """One value of an element, as it stands in the resource."""

    value: Any
    sibling: Any
    path: Path
    element: Element


def items_of(owner: dict[str, Any], elements: tuple[Element, ...], path: Path) -> list[Item]:
    """The values an object has for an element, or for whichever variant of a choice it has."""
    found: list[Item] = []
    for element in elements:
        name = element.name
        value = owner.get(name)
        sibling = None if element.children else owner.get(f"_{name}")
        if value is None and sibling is None:
            continue
        if not element.repeats:
            return [Item(value, sibling, (path, name, None), element)]
        for index in range(len(value or sibling or ())):
            one = value[index] if value is not None else None
            found.append(Item(one, sibling[index] if sibling else None, (path, name, index), element))
    return found
