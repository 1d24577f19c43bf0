"""The values that a FHIRPath Patch carries: FHIR elements as parameters of a Parameters resource write them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.fhir.patch_elements import insert_item, set_value
from osler.fhir.path import Kind, Node, kind_of
from osler.fhir.path.members import Member

_PARAMETER = "Parameters.parameter"


def value_in(parameter: dict[str, Any]) -> Node | None:
    """The `value[x]` of a parameter, as a node of its type; None when it has none."""
    member = kind_of(_PARAMETER).members["value"]
    assert member is not None
    found = member.read(Node(parameter, kind_of(_PARAMETER)))
    return found[0] if found else None


def put(target: dict[str, Any], kind: Kind, name: str, parameter: dict[str, Any], place: str) -> None:
    """Add to an element what the parameter holds, under the name that the definitions give it.

    A list gets one item more; anything else must not be there yet. Raises Invalid, at `place`, for what the element
    cannot have.
    """
    member = member_of(kind, name, place)
    json_name, value, extra = element(member, parameter, place)
    if not member.repeats:
        if any(each in target or f"_{each}" in target for each in member.names):
            raise Invalid("There is one already, and only one is allowed; replace it.", path=place)
        set_value(target, json_name, value, extra)
        return
    values = target.setdefault(json_name, [])
    if not isinstance(values, list):
        raise Invalid("There is no list where one should be.", path=place)
    insert_item(target, json_name, len(values), value, extra)


def member_of(kind: Kind, name: str, place: str) -> Member:
    """The element of a type. A choice is named without its type (`value`)."""
    member = None if kind.primitive else kind.members[name]
    if member is None:
        raise Invalid("There is no element of this name there.", path=place)
    return member


def element(member: Member, parameter: dict[str, Any], place: str) -> tuple[str, Any, Any]:
    """JSON name, value and sibling of what the parameter holds, once it fits the element."""
    resource, parts = parameter.get("resource"), parameter.get("part")
    if member.kinds == ("Resource",) and isinstance(resource, dict):
        return member.names[0], deepcopy(resource), None
    if isinstance(parts, list):
        return _anonymous(member, parts, place)
    node = value_in(parameter)
    if node is None:
        raise Invalid("A value is needed: value[x], or the parts of one.", path=place)
    for json_name, kind_name in zip(member.names, member.kinds, strict=True):
        if _fits(node.kind, kind_name, choice=len(member.names) > 1):
            return json_name, deepcopy(node.value), deepcopy(node.extra)
    raise Invalid("The value has not the type that the element wants.", path=place)


def _anonymous(member: Member, parts: list[Any], place: str) -> tuple[str, Any, Any]:
    """An element whose type has no name outside its resource, by its own elements."""
    kind = kind_of(member.kinds[0])
    if len(member.kinds) > 1 or kind.primitive:
        raise Invalid("The value has not the type that the element wants.", path=place)
    value: dict[str, Any] = {}
    for index, part in enumerate(parts):
        inside = f"{place}.part[{index}]"
        if not isinstance(part, dict) or not isinstance(part.get("name"), str):
            raise Invalid("Each part has a name.", path=inside)
        put(value, kind, part["name"], part, inside)
    if not value:
        raise Invalid("An element has some content.", path=place)
    return member.names[0], value, None


def _fits(kind: Kind, wanted: str, *, choice: bool) -> bool:
    """Primitives fit those that are written the same way, unless there is a choice between them."""
    if kind.name == wanted or choice:
        return kind.name == wanted
    primitives = definitions().primitives
    if kind.primitive and wanted in primitives:
        return primitives[kind.name] == primitives[wanted] or (kind.name, wanted) == ("integer", "decimal")
    return wanted in kind.bases and "Quantity" in kind.bases
