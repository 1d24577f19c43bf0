"""Changing the elements of a resource by their places, with the siblings of primitives kept in step."""

from __future__ import annotations

from typing import Any

from osler.fhir.path import Kind, kind_of
from osler.fhir.path.kinds import resource_kind
from osler.fhir.path.places import Place


def at(document: dict[str, Any], place: Place) -> Any:
    """The JSON at a place."""
    node: Any = document
    for part in place:
        node = node[part]
    return node


def kind_at(document: dict[str, Any], place: Place) -> Kind:
    """The type of the element at a place; for `_name`, that of what it is the sibling of."""
    kind = resource_kind(document)
    node: Any = document
    for part in place:
        node = node[part]
        if isinstance(part, int):
            continue
        member = kind_of("Element").members[part] if kind.primitive else kind.members.by_json(part.removeprefix("_"))
        assert member is not None
        kind = kind_of(member.kinds[0])
    return resource_kind(node) if kind.name == "Resource" else kind


def sibling(document: dict[str, Any], place: Place) -> dict[str, Any]:
    """The object beside a primitive that holds its id and extensions, made if there is none."""
    if isinstance(place[-1], str):
        found = at(document, place[:-1]).setdefault(f"_{place[-1]}", {})
        return found if isinstance(found, dict) else {}
    holder, name = at(document, place[:-2]), f"_{place[-2]}"
    siblings = holder.setdefault(name, [])
    siblings += [None] * (place[-1] + 1 - len(siblings))
    siblings[place[-1]] = siblings[place[-1]] or {}
    return siblings[place[-1]]


def set_value(holder: dict[str, Any], name: str, value: Any, extra: Any) -> None:
    """Give an element that does not repeat this value and sibling."""
    for key, each in ((name, value), (f"_{name}", extra)):
        holder.pop(key, None)
        if each is not None:
            holder[key] = each


def length(holder: dict[str, Any], name: str) -> int:
    """Items of a list, those that are only siblings among them."""
    return max(len(holder.get(name, ())), len(holder.get(f"_{name}", ())))


def insert_item(holder: dict[str, Any], name: str, index: int, value: Any, extra: Any) -> None:
    """Put an item into a list."""
    count = length(holder, name)
    for key, each in ((name, value), (f"_{name}", extra)):
        items = holder.get(key, [])
        if key in holder or each is not None:
            holder[key] = [*items, *[None] * (count - len(items))]
            holder[key].insert(index, each)


def take_item(holder: dict[str, Any], name: str, index: int) -> tuple[Any, Any]:
    """Take an item with its sibling out of a list. Lists that hold nothing any more go too."""
    taken: list[Any] = []
    for key in (name, f"_{name}"):
        items = holder.get(key, [])
        taken.append(items.pop(index) if index < len(items) else None)
        if key in holder and not any(each is not None for each in items):
            del holder[key]
    return taken[0], taken[1]


def remove(document: dict[str, Any], place: Place) -> None:
    """Take an element out, and whatever around it has no content then: FHIR has no empty elements."""
    last = place[-1]
    if isinstance(last, str):
        around = place[:-1]
        for key in (last, f"_{last}"):
            at(document, around).pop(key, None)
    else:
        around, name = place[:-2], str(place[-2])
        if name.startswith("_"):
            _clear(at(document, around), name, last)
        else:
            take_item(at(document, around), name, last)
    if around and not at(document, around):
        remove(document, around)


def _clear(holder: dict[str, Any], name: str, index: int) -> None:
    """Empty one of several siblings. What has no value either is gone with it."""
    holder[name][index] = None
    values = holder.get(name[1:], [])
    if index >= len(values) or values[index] is None:
        take_item(holder, name[1:], index)
    elif not any(each is not None for each in holder[name]):
        del holder[name]
