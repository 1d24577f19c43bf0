"""`_sort`: what a resource is sorted by (R4 search §3.1.1.5.1); a resource without a value comes last, both ways."""

from __future__ import annotations

from typing import Any

from osler.fhir.definitions import SearchParam, definitions
from osler.store.reference.codes import codes
from osler.store.reference.links import addresses
from osler.store.reference.matching import Reader, Resource
from osler.store.reference.nodes import Node
from osler.store.reference.numbers import amounts
from osler.store.reference.spans import EARLIEST
from osler.store.reference.text import plain, texts

Rank = tuple[Any, ...]


class Backwards:
    """A value that sorts the other way round."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Backwards) -> bool:
        return other.value < self.value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Backwards) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return repr(self.value)


def rank(reader: Reader, resource: Resource, sorts: list[str]) -> Rank:
    """The first value in the order asked for, of each parameter in turn."""
    return tuple(_one(reader, resource, written) for written in sorts)


def _one(reader: Reader, resource: Resource, written: str) -> tuple[bool, Any]:
    descending, code = written.startswith("-"), written.lstrip("-")
    values = _keys(reader, resource, code, descending)
    if not values:
        return (True, 0)
    return (False, Backwards(max(values)) if descending else min(values))


def _keys(reader: Reader, resource: Resource, code: str, descending: bool) -> list[Any]:
    if code == "_id":
        return [resource["id"]]
    param = definitions().search_params(resource["resourceType"])[code]
    return [key for node in reader.values(resource, code) for key in _node_keys(reader, param, node, descending)]


def _node_keys(reader: Reader, param: SearchParam, node: Node, descending: bool) -> list[Any]:
    kind = param.type
    if kind == "date":  # by where it begins, both ways; what began no one knows when counts as absent
        return [span.lo for span in reader.spans(node) if span.lo != EARLIEST]
    if kind == "string":
        return [plain(text) for text in texts(node)]
    if kind in ("number", "quantity"):
        held = amounts(node)
        return [n for a in held for n in [a.hi if descending else a.lo] if n is not None]
    if kind == "token":
        return [c.code.casefold() if c.folded else c.code for c in codes(node) if c.code is not None]
    return addresses(node, reader.base_url)
