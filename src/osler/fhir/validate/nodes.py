"""What a profile asks of a value and of what is inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osler.fhir.definitions import Element, definitions
from osler.fhir.definitions.profiles import Profile
from osler.fhir.definitions.profiles.places import elements_named
from osler.fhir.validate.cardinality import check_count
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Item, items_of
from osler.fhir.validate.rules import rule_checks, said_by
from osler.fhir.validate.run import Run
from osler.fhir.validate.slicing import Slices, slices_of
from osler.fhir.validate.tree import Node

if TYPE_CHECKING:
    from osler.fhir.validate.checks import Checks


class NodeCheck:
    """Checks values of one type against one node of a profile. Compiled when it is first needed."""

    __slots__ = ("_checks", "_children", "_is_compiled", "_kind", "_node", "_own", "_profile", "_structure", "_type")

    def __init__(self, node: Node, type: str, structure: str, profile: Profile, checks: Checks) -> None:
        self._node, self._type, self._structure, self._profile, self._checks = node, type, structure, profile, checks
        self._kind = structure if type not in definitions().primitives else type
        self._own: tuple[Any, ...] = ()
        self._children: tuple[ChildCheck, ...] = ()
        self._is_compiled = False

    def __call__(self, value: Any, sibling: Any, path: Path, run: Run) -> None:
        if not self._is_compiled:
            self._compile()
        for check in self._own:
            check(value, sibling, path, run)
        if self._children:
            owner = value if isinstance(value, dict) else sibling or {}
            for child in self._children:
                child(owner, path, run)

    def _compile(self) -> None:
        self._own = tuple(rule_checks(self._node.rule, self._type, self._kind, self._profile, self._checks))
        self._children = tuple(
            ChildCheck(name, node, self._structure, self._profile, self._checks)
            for name, node in self._node.children.items()
            if not node.says_nothing
        )
        self._is_compiled = True


class ChildCheck:
    """Checks what an object has under one name: how many, of which types, each by itself, and by slice."""

    __slots__ = ("_by_type", "_checks", "_codes", "_elements", "_name", "_node", "_profile", "_slices", "_told")

    def __init__(self, name: str, node: Node, structure: str, profile: Profile, checks: Checks) -> None:
        self._name, self._node, self._profile, self._checks = name, node, profile, checks
        self._elements = elements_named(structure, name)
        self._told = said_by(profile, node.rule.id)
        codes = frozenset(rule.code for rule in node.rule.types)
        self._codes = codes if len(self._elements) > 1 or _is_inline(self._elements) else frozenset[str]()
        self._by_type: dict[str, NodeCheck] = {}
        self._slices: Slices | None = None
        if node.slices:
            self._slices = slices_of(node, self._elements, profile, checks)

    def __call__(self, owner: dict[str, Any], path: Path, run: Run) -> None:
        found = items_of(owner, self._elements, path)
        rule = self._node.rule
        if rule.min or rule.max is not None:
            check_count(len(found), rule.min, rule.max, (path, self._name, None), run, self._told)
        for item in found:
            self._check(item, run)
        if self._slices:
            self._slices(found, (path, self._name, None), run)

    def _check(self, item: Item, run: Run) -> None:
        type_ = type_of(item)
        if self._codes and type_ not in self._codes:
            run.add(item.path, "structure", "A value of this type is not allowed here.", self._told)
            return
        check = self._by_type.get(type_)
        if check is None:
            check = self._by_type[type_] = node_check(self._node, item, self._profile, self._checks)
        check(item.value, item.sibling, item.path, run)


def node_check(node: Node, item: Item, profile: Profile, checks: Checks) -> NodeCheck:
    """The check of a node for values like this one."""
    element = item.element
    if element.children == "Resource":
        type_ = type_of(item)
        return NodeCheck(node, type_, type_, profile, checks)
    return NodeCheck(node, element.type, element.children or "Element", profile, checks)


def type_of(item: Item) -> str:
    """FHIR type of a value; of an inline resource its own."""
    if item.element.children == "Resource":
        return item.value.get("resourceType", "Resource")
    return item.element.type


def _is_inline(elements: tuple[Element, ...]) -> bool:
    return bool(elements) and elements[0].children == "Resource"
