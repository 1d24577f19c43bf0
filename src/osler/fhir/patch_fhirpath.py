"""FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html): a Parameters resource that says what to change.

Whether the outcome is a valid resource is for the validator to say; here it is only kept from having elements without
content.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from osler.core.errors import Invalid, TooCostly
from osler.fhir import json
from osler.fhir.definitions import definitions
from osler.fhir.patch_elements import at, insert_item, kind_at, length, remove, set_value, sibling, take_item
from osler.fhir.patch_values import element, put, value_in
from osler.fhir.path import Environment, Kind, Path, compile_path, kind_of
from osler.fhir.path.members import Member
from osler.fhir.path.places import Place, Placed

MOST_OPERATIONS = 1_000
MOST_CHARACTERS = 100_000
"""Of all paths together: reading them takes some half a second."""
MOST_STEPS = 600_000
"""Work of all operations together; each also costs a step for every element there is."""

_PARTS = {
    "add": ("path", "name", "value"),
    "insert": ("path", "value", "index"),
    "delete": ("path",),
    "replace": ("path", "value"),
    "move": ("path", "source", "destination"),
}
_KINDS = {"type": str, "path": str, "name": str, "index": int, "source": int, "destination": int}


@dataclass(frozen=True, slots=True)
class PathOperation:
    """One step. `place` says where it stands in the patch, for error paths: `Parameters.parameter[2]`."""

    type: str
    path: Path
    place: str
    name: str = ""
    value: dict[str, Any] | None = None
    """The parameter that holds the value."""
    index: int = 0
    source: int = 0
    destination: int = 0


def read_fhirpath_patch(parameters: dict[str, Any]) -> list[PathOperation]:
    """The steps of a decoded Parameters resource. Raises Invalid naming the step."""
    given = parameters.get("parameter")
    if parameters.get("resourceType") != "Parameters" or not isinstance(given, list) or not given:
        raise Invalid("A FHIRPath Patch is a Parameters resource with parameters.", path="Parameters")
    if len(given) > MOST_OPERATIONS:
        raise Invalid(f"A FHIRPath Patch may have {MOST_OPERATIONS:,} operations.", path="Parameters")
    operations, characters = list[PathOperation](), 0
    for index, each in enumerate(given):
        operations.append(_operation(each, f"Parameters.parameter[{index}]"))
        characters += len(operations[-1].path.text)
        if characters > MOST_CHARACTERS:
            raise Invalid(f"The paths of a patch may have {MOST_CHARACTERS:,} characters.", path="Parameters")
    return operations


def apply_fhirpath_patch(resource: dict[str, Any], operations: list[PathOperation]) -> dict[str, Any]:
    """The resource with every step done; the one given is not touched. Raises Invalid at the first that cannot be."""
    document = deepcopy(resource)
    left = MOST_STEPS
    for operation in operations:
        placed = Placed(document)
        env = Environment(steps=left - placed.size)
        try:
            found = placed.find(operation.path, env) if env.steps > 0 else []
        except Invalid as error:
            raise Invalid(error.message, path=f"{operation.place}.path") from None
        left = min(env.left, env.steps)
        if left <= 0:
            raise TooCostly("The patch takes more work than is allowed.", path=operation.place)
        _STEPS[operation.type](document, operation, found)
        if json.is_deep(document):
            raise Invalid(f"The patch nests the resource more than {json.MAX_DEPTH} levels deep.", path=operation.place)
    return document


def _operation(given: Any, place: str) -> PathOperation:
    parts = given.get("part") if isinstance(given, dict) and given.get("name") == "operation" else None
    if not isinstance(parts, list):
        raise Invalid("Each parameter is named operation and has parts.", path=place)
    named: dict[str, Any] = {}
    for index, part in enumerate(parts):
        name = part.get("name") if isinstance(part, dict) else None
        if not isinstance(name, str) or name in named or name not in (*_KINDS, "value"):
            raise Invalid("A part is not known here, or is given twice.", path=f"{place}.part[{index}]")
        named[name] = part if name == "value" else _simple(part, name, f"{place}.part[{index}]")
    wanted = _PARTS.get(named.pop("type", ""))
    if wanted is None:
        raise Invalid(f"The type is one of {', '.join(_PARTS)}.", path=place)
    if set(wanted) != set(named):
        raise Invalid(f"This operation has the parts type, {', '.join(wanted)}, and no others.", path=place)
    return _with_path(parts, named, place)


def _with_path(parts: list[Any], named: dict[str, Any], place: str) -> PathOperation:
    type_ = next(_simple(part, "type", place) for part in parts if part["name"] == "type")
    try:
        path = compile_path(named.pop("path"))
    except Invalid as error:
        raise Invalid(error.message, path=f"{place}.path") from None
    return PathOperation(type_, path, place, **named)


def _simple(part: dict[str, Any], name: str, place: str) -> Any:
    node = value_in(part)
    if node is None or type(node.value) is not _KINDS[name] or (_KINDS[name] is int and node.value < 0):
        raise Invalid(f"The part {name} is {'a number from 0 on' if _KINDS[name] is int else 'a text'}.", path=place)
    return node.value


Found = list[tuple[Place, Kind]]


def _add(document: dict[str, Any], step: PathOperation, found: Found) -> None:
    assert step.value is not None
    place, kind = _only(found, step)
    if kind.primitive:
        put(sibling(document, place), kind_of("Element"), step.name, step.value, step.place)
    else:
        put(at(document, place), kind, step.name, step.value, step.place)


def _insert(document: dict[str, Any], step: PathOperation, found: Found) -> None:
    assert step.value is not None
    above, name = _list(found, step)
    if step.index > length(at(document, above), name):
        raise Invalid("The index is beyond the end of the list.", path=step.place)
    _, value, extra = element(_member(document, above, name), step.value, step.place)
    insert_item(at(document, above), name, step.index, value, extra)


def _delete(document: dict[str, Any], step: PathOperation, found: Found) -> None:
    """What is not there need not be deleted."""
    if found:
        place, _ = _only(found, step)
        if not place:
            raise _whole(step)
        remove(document, place)


def _replace(document: dict[str, Any], step: PathOperation, found: Found) -> None:
    assert step.value is not None
    place, _ = _only(found, step)
    if not place:
        raise _whole(step)
    last = place[-1]
    above, name = (place[:-2], str(place[-2])) if isinstance(last, int) else (place[:-1], last)
    json_name, value, extra = element(_member(document, above, name), step.value, step.place)
    holder = at(document, above)
    if isinstance(last, int):
        take_item(holder, name, last)
        insert_item(holder, name, last, value, extra)
    else:
        set_value(holder, name, None, None)
        set_value(holder, json_name, value, extra)


def _move(document: dict[str, Any], step: PathOperation, found: Found) -> None:
    above, name = _list(found, step)
    holder = at(document, above)
    if max(step.source, step.destination) >= length(holder, name):
        raise Invalid("The list has no such place.", path=step.place)
    value, extra = take_item(holder, name, step.source)
    insert_item(holder, name, step.destination, value, extra)


_STEPS = {"add": _add, "insert": _insert, "delete": _delete, "replace": _replace, "move": _move}


def _only(found: Found, step: PathOperation) -> tuple[Place, Kind]:
    if len(found) != 1:
        raise Invalid("The path must give one element. Nothing was changed.", path=f"{step.place}.path")
    return found[0]


def _whole(step: PathOperation) -> Invalid:
    return Invalid("The whole resource cannot be replaced or deleted by a patch.", path=step.place)


def _list(found: Found, step: PathOperation) -> tuple[Place, str]:
    """Where the one list is that all elements found are in, and its name."""
    lists = {(place[:-2], str(place[-2])) if place and isinstance(place[-1], int) else None for place, _ in found}
    only = lists.pop() if len(lists) == 1 else None
    if only is None:
        raise Invalid("The path must give the items of one list. Nothing was changed.", path=f"{step.place}.path")
    return only


def _member(document: dict[str, Any], above: Place, name: str) -> Member:
    """The definition of an element that is there: for a choice, of the whole choice."""
    kind = kind_at(document, above)
    if kind.primitive:
        kind = kind_of("Element")
    choice = definitions().elements(kind.name)[name].choice
    found = kind.members[choice or name]
    assert found is not None
    return found
