"""JSON Patch (RFC 6902) over decoded resources, with JSON Pointer (RFC 6901). Numbers keep their digits."""

from __future__ import annotations

import base64
import binascii
import re
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from osler.core.errors import Invalid
from osler.fhir import json

MOST_OPERATIONS = 10_000
MOST_COPIED = 100_000
"""Values that all copy steps of a patch may add: a list copied into itself doubles with every step."""
_INDEX = re.compile(r"0|[1-9]\d{0,8}")
_BAD_ESCAPE = re.compile(r"~(?![01])")
_NEEDS_VALUE = ("add", "replace", "test")
_NEEDS_FROM = ("move", "copy")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Operation:
    """One step. `place` says where it stands in the patch, for error paths: `Patch[2]`."""

    op: str
    path: tuple[str, ...]
    value: Any = None
    source: tuple[str, ...] = ()
    place: str = ""


def read_patch(document: Any) -> list[Operation]:
    """The steps of a decoded patch document. Raises Invalid naming the step."""
    if not isinstance(document, list):
        raise Invalid("A JSON Patch is an array of operations.", path="Patch")
    if len(document) > MOST_OPERATIONS:
        raise Invalid(f"A JSON Patch may have {MOST_OPERATIONS:,} operations.", path="Patch")
    return [_operation(each, f"Patch[{index}]") for index, each in enumerate(document)]


def binary_patch(binary: dict[str, Any]) -> list[Operation]:
    """The patch inside a Binary, which is how a bundle carries one."""
    kind = binary.get("contentType")
    if not isinstance(kind, str) or kind.partition(";")[0].strip() != "application/json-patch+json":
        raise Invalid("The Binary must be application/json-patch+json.", path="Binary.contentType")
    try:
        data = base64.b64decode(binary.get("data", ""), validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Invalid("The Binary's data is not base64.", path="Binary.data") from None
    return read_patch(json.decode(data))


def apply_patch(resource: dict[str, Any], operations: list[Operation]) -> dict[str, Any]:
    """The resource with every step done; the one given is not touched. Raises Invalid at the first that cannot be."""
    try:
        document = _changed(deepcopy(resource), operations)
    except RecursionError:
        raise _too_deep() from None
    if not isinstance(document, dict):
        raise Invalid("The patch leaves no resource.", path="Patch")
    if json.is_deep(document):
        raise _too_deep()
    return document


def _changed(document: Any, operations: list[Operation]) -> Any:
    copied = 0
    for operation in operations:
        if operation.op == "copy":
            copied += _size(_at(document, operation.source, operation), MOST_COPIED - copied)
            if copied > MOST_COPIED:
                raise Invalid(f"A patch may copy {MOST_COPIED:,} values at most.", path=operation.place)
        document = _STEPS[operation.op](document, operation)
    return document


def _too_deep() -> Invalid:
    return Invalid(f"The patch nests the resource more than {json.MAX_DEPTH} levels deep.", path="Patch")


def _operation(given: Any, place: str) -> Operation:
    op = given.get("op") if isinstance(given, dict) else None
    if not isinstance(op, str) or op not in _STEPS:
        raise Invalid(f"Each operation has an op of {', '.join(_STEPS)}.", path=place)
    if op in _NEEDS_VALUE and "value" not in given:
        raise Invalid(f"{op} needs a value.", path=place)
    source = _pointer(given.get("from"), f"{place}.from") if op in _NEEDS_FROM else ()
    path = _pointer(given.get("path"), f"{place}.path")
    if op == "move" and source == path[: len(source)] and source != path:
        raise Invalid("Nothing can be moved into itself.", path=place)
    return Operation(op, path, given.get("value"), source, place)


def _pointer(text: Any, place: str) -> tuple[str, ...]:
    if not isinstance(text, str) or (text and not text.startswith("/")) or _BAD_ESCAPE.search(text):
        raise Invalid("A JSON Pointer is empty or begins with a slash, as in /name/0/family.", path=place)
    parts = text.split("/")[1:]
    if len(parts) > json.MAX_DEPTH:
        raise _too_deep()
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def _add(document: Any, step: Operation) -> Any:
    return _put(document, step, step.path, deepcopy(step.value))


def _put(document: Any, step: Operation, path: tuple[str, ...], value: Any) -> Any:
    if not path:
        return value
    parent, last = _at(document, path[:-1], step), path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list):
        index = len(parent) if last == "-" else _index(last, len(parent) + 1, step)
        parent.insert(index, value)
    else:
        raise _nowhere(step)
    return document


def _remove(document: Any, step: Operation) -> Any:
    _take(document, step, step.path)
    return document


def _take(document: Any, step: Operation, path: tuple[str, ...]) -> Any:
    if not path:
        raise Invalid("The whole resource cannot be removed by a patch.", path=step.place)
    parent, last = _at(document, path[:-1], step), path[-1]
    if isinstance(parent, dict) and last in parent:
        return parent.pop(last)
    if isinstance(parent, list):
        return parent.pop(_index(last, len(parent), step))
    raise _nowhere(step)


def _replace(document: Any, step: Operation) -> Any:
    if not step.path:
        return deepcopy(step.value)
    parent, last = _at(document, step.path[:-1], step), step.path[-1]
    if isinstance(parent, dict) and last in parent:
        parent[last] = deepcopy(step.value)
    elif isinstance(parent, list):
        parent[_index(last, len(parent), step)] = deepcopy(step.value)
    else:
        raise _nowhere(step)
    return document


def _move(document: Any, step: Operation) -> Any:
    if step.source == step.path:
        _at(document, step.path, step)
        return document
    return _put(document, step, step.path, _take(document, step, step.source))


def _copy(document: Any, step: Operation) -> Any:
    return _put(document, step, step.path, deepcopy(_at(document, step.source, step)))


def _size(node: Any, most: int) -> int:
    """How many values there are inside; counting ends soon after `most`."""
    count, waiting = 0, [node]
    while waiting and count <= most:
        each = waiting.pop()
        count += 1
        if isinstance(each, dict | list):
            waiting.extend(each.values() if isinstance(each, dict) else each)
    return count


def _test(document: Any, step: Operation) -> Any:
    if not _same(_at(document, step.path, step), step.value):
        raise Invalid("The test failed: there is something else there. Nothing was changed.", path=step.place)
    return document


_STEPS = {"add": _add, "remove": _remove, "replace": _replace, "move": _move, "copy": _copy, "test": _test}


def _at(document: Any, path: tuple[str, ...], step: Operation) -> Any:
    node = document
    for part in path:
        if isinstance(node, dict):
            node = node.get(part, _MISSING)
        elif isinstance(node, list):
            node = node[_index(part, len(node), step)]
        else:
            node = _MISSING
        if node is _MISSING:
            raise _nowhere(step)
    return node


def _index(part: str, below: int, step: Operation) -> int:
    if not _INDEX.fullmatch(part) or int(part) >= below:
        raise _nowhere(step)
    return int(part)


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON: true is not 1, and 1.10 is 1.1 (RFC 6902 §4.6 compares numbers by value)."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return isinstance(one, bool) == isinstance(other, bool) and one == other
    return type(one) is type(other) and one == other


def _nowhere(step: Operation) -> Invalid:
    return Invalid(f"The place that {step.op} names is not there. Nothing was changed.", path=step.place)
