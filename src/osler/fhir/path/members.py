"""How the elements of a type are read: for each name a small function made once from its definition.

JSON that does not have the form the definition wants (an object where there should be an array) counts as absent: the
engine also runs on what has not been validated yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.fhir.definitions import Element, definitions
from osler.fhir.path.nodes import EMPTY, Items, Kind, Node

Read = Callable[[Node], Items]
KindOf = Callable[[str], Kind]
ResourceKind = Callable[[dict[str, Any]], Kind]


class Member:
    """One element: `read` gives the nodes there are of it."""

    __slots__ = ("kinds", "names", "read", "repeats")

    def __init__(self, read: Read, kinds: tuple[str, ...], names: tuple[str, ...], *, repeats: bool) -> None:
        self.read = read
        self.kinds = kinds
        """Kinds it may have: several for a choice; `Resource` for any resource."""
        self.names = names
        """Names in JSON, without the `_` siblings."""
        self.repeats = repeats


class Members(dict[str, "Member | None"]):
    """The members of a kind by name, each made when first asked for. Unknown names give None."""

    def __init__(self, kind: Kind, kind_of: KindOf, resource_kind: ResourceKind) -> None:
        super().__init__()
        self._kind = kind
        self._kind_of = kind_of
        self._resource_kind = resource_kind
        self._named: dict[str, Member] = {}

    def __missing__(self, name: str) -> Member | None:
        found = self._primitive(name) if self._kind.primitive else self._complex(name)
        if found is not None:
            self[name] = found
        return found

    def children(self, node: Node) -> Items:
        """Every element directly inside, in the order of the JSON."""
        if self._kind.primitive:
            return [child for name in ("id", "extension") if (member := self[name]) for child in member.read(node)]
        found: Items = []
        for key in node.value:
            name = key[1:] if key.startswith("_") else key
            if (name is key or name not in node.value) and (member := self.by_json(name)) is not None:
                found.extend(member.read(node))
        return found

    def by_json(self, name: str) -> Member | None:
        """The element of a name in JSON: for a choice, of one of its types (`valueQuantity`)."""
        found = self._named.get(name)
        if found is None and (element := definitions().elements(self._kind.name).get(name)) is not None:
            found = self._named[name] = self._single(element)
        return found

    def _primitive(self, name: str) -> Member | None:
        if name == "value":
            return Member(_read_value, (), ("value",), repeats=False)
        if name not in ("id", "extension"):
            return None
        member = self._kind_of("Element").members[name]
        assert member is not None

        def read(node: Node) -> Items:
            extra = node.extra
            return member.read(Node(extra, node.kind)) if type(extra) is dict else EMPTY

        return Member(read, member.kinds, member.names, repeats=member.repeats)

    def _complex(self, name: str) -> Member | None:
        known = definitions()
        element = known.elements(self._kind.name).get(name)
        if element is not None and not element.choice:
            return self.by_json(name)
        variants = known.choices(self._kind.name).get(name)
        return None if variants is None else self._choice(variants)

    def _single(self, element: Element) -> Member:
        read = self._reader(element)
        return Member(read, (_key(element),), (element.name,), repeats=element.repeats)

    def _choice(self, variants: tuple[Element, ...]) -> Member:
        members = [self._single(variant) for variant in variants]
        by_name = {name: member.read for member in members for name in (member.names[0], f"_{member.names[0]}")}

        def read(node: Node) -> Items:
            for key in node.value:
                if (reader := by_name.get(key)) is not None:
                    return reader(node)
            return EMPTY

        kinds = tuple(kind for member in members for kind in member.kinds)
        return Member(read, kinds, tuple(name for member in members for name in member.names), repeats=False)

    def _reader(self, element: Element) -> Read:
        name = element.name
        if element.children == "Resource":
            return _read_resources(name, self._resource_kind)
        kind = self._kind_of(_key(element))
        if kind.primitive:
            return _read_many_values(name, kind) if element.repeats else _read_one_value(name, kind)
        return _read_many(name, kind) if element.repeats else _read_one(name, kind)


def _key(element: Element) -> str:
    return element.children or element.type


def _read_value(node: Node) -> Items:
    value = node.kind.system(node)
    return EMPTY if value is None else [value]


def _read_one(name: str, kind: Kind) -> Read:
    def read(node: Node) -> Items:
        value = node.value.get(name)
        return [Node(value, kind)] if type(value) is dict else EMPTY

    return read


def _read_many(name: str, kind: Kind) -> Read:
    def read(node: Node) -> Items:
        values = node.value.get(name)
        if type(values) is not list:
            return EMPTY
        return [Node(value, kind) for value in values if type(value) is dict]

    return read


def _read_one_value(name: str, kind: Kind) -> Read:
    sibling = f"_{name}"

    def read(node: Node) -> Items:
        value, extra = node.value.get(name), node.value.get(sibling)
        return EMPTY if value is None and extra is None else [Node(value, kind, extra)]

    return read


def _read_many_values(name: str, kind: Kind) -> Read:
    sibling = f"_{name}"

    def read(node: Node) -> Items:
        values, extras = node.value.get(name), node.value.get(sibling)
        if type(extras) is not list:
            return [Node(value, kind) for value in values if value is not None] if type(values) is list else EMPTY
        values = values if type(values) is list else []
        length = max(len(values), len(extras))
        padded = zip(values + [None] * (length - len(values)), extras + [None] * (length - len(extras)), strict=True)
        return [Node(value, kind, extra) for value, extra in padded if value is not None or extra is not None]

    return read


def _read_resources(name: str, resource_kind: ResourceKind) -> Read:
    def read(node: Node) -> Items:
        values = node.value.get(name)
        if type(values) is dict:
            return [Node(values, resource_kind(values))]
        if type(values) is not list:
            return EMPTY
        return [Node(value, resource_kind(value)) for value in values if type(value) is dict]

    return read
