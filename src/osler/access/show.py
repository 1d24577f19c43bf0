"""What a reader gets of a resource: without the elements that their rules hide."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from osler.fhir import json
from osler.fhir.definitions import definitions
from osler.store.stored import Stored

_SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "subsetted",
}


def shown(stored: Stored, hidden: frozenset[str]) -> Stored:
    """The resource without the hidden elements, tagged SUBSETTED when something was there to hide."""
    if not hidden or not stored.body:
        return stored
    resource = json.decode(stored.body)
    if not take_out(resource, hidden):
        return stored
    meta = resource.setdefault("meta", {})
    meta["tag"] = [*meta.get("tag", []), _SUBSETTED]
    return msgspec.structs.replace(stored, body=json.encode(resource))


def take_out(resource: dict[str, Any], hidden: frozenset[str]) -> bool:
    """Removes the hidden elements in place; True when there was one."""
    removed = False
    for path in hidden:
        type_, *names = path.split(".")
        if type_ == resource.get("resourceType"):
            removed = _remove(resource, names) or removed
    return removed


def put_back(resource: dict[str, Any], current: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """What an editor sends, with the hidden top-level elements of the current version kept as they are: an editor who
    cannot see an element cannot delete it. The tag that said that something was left out goes: it was ours."""
    tops = {path.split(".")[1] for path in hidden if path.partition(".")[0] == resource.get("resourceType")}
    kept = {name: value for name, value in _whole(resource).items() if not _is_any(name, tops)}
    return kept | {name: value for name, value in current.items() if _is_any(name, tops)}


def _is_any(name: str, elements: set[str]) -> bool:
    bare = name.lstrip("_")
    return any(bare == element or _is_choice(bare, element) for element in elements)


def _whole(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without the SUBSETTED tag of `shown`. It has yet to be checked: its meta may be anything."""
    meta: Any = resource.get("meta")
    members = cast(dict[str, Any], meta) if isinstance(meta, dict) else {}
    tags: Any = members.get("tag")
    if not isinstance(tags, list) or _SUBSETTED not in tags:
        return resource
    others = [tag for tag in cast(list[Any], tags) if tag != _SUBSETTED]
    rest = {name: value for name, value in members.items() if name != "tag"}
    rest |= {"tag": others} if others else {}
    return {name: value for name, value in resource.items() if name != "meta"} | ({"meta": rest} if rest else {})


def _remove(node: Any, path: list[str]) -> bool:
    if isinstance(node, list):
        removed = False
        for item in cast(list[Any], node):
            removed = _remove(item, path) or removed
        return removed
    if not isinstance(node, dict):
        return False
    members = cast(dict[str, Any], node)
    if len(path) > 1:
        return _remove(members.get(path[0]), path[1:])
    names = [name for name in members if name.lstrip("_") == path[0] or _is_choice(name.lstrip("_"), path[0])]
    for name in names:
        del members[name]
    return bool(names)


def _is_choice(name: str, base: str) -> bool:
    """`valueQuantity` for `value`: a choice element's JSON name is its base and a capitalized type."""
    return base in _CHOICES and name.startswith(base) and name[len(base) : len(base) + 1].isupper()


_CHOICES = frozenset(
    element.choice
    for type_ in definitions().resource_types
    for element in definitions().elements(type_).values()
    if element.choice
)
