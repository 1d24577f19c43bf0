"""Everything compiled so far for one set of profiles, found or made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.fhir.definitions import Element
from osler.fhir.definitions.profiles import Profile, Profiles, Rule
from osler.fhir.definitions.profiles.reduction import CORE
from osler.fhir.validate.claims import check_claims
from osler.fhir.validate.codes import ValueSetTest
from osler.fhir.validate.extensions import ExtensionCheck
from osler.fhir.validate.invariants import invariant_checks
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Check, Item
from osler.fhir.validate.nodes import NodeCheck, node_check
from osler.fhir.validate.ports import CodeCheck
from osler.fhir.validate.run import Enough, Run
from osler.fhir.validate.tree import Node, tree_of
from osler.fhir.validate.types import TypeCheck, check_only_one, element_checks


class Checks:
    """Compiled checks by what they check. They refer to one another by way of this, as types do in circles."""

    def __init__(self, profiles: Profiles, codes: CodeCheck | None = None) -> None:
        self.profiles = profiles
        self.extensions = ExtensionCheck(profiles, self._compiled)
        self._codes = codes
        self._types: dict[str, TypeCheck] = {}
        self._nodes: dict[tuple[str, str], NodeCheck | None] = {}
        self._by_profile: dict[tuple[str, str], NodeCheck] = {}
        self._value_sets: dict[str, ValueSetTest] = {}
        self._rules: dict[str, tuple[Profile, dict[str, Rule]] | None] = {}

    def type(self, structure: str) -> TypeCheck:
        if structure not in self._types:
            self._types[structure] = TypeCheck(structure, self)
        return self._types[structure]

    def value_set(self, url: str) -> ValueSetTest:
        if url not in self._value_sets:
            self._value_sets[url] = ValueSetTest(url, self.profiles, self._codes)
        return self._value_sets[url]

    def profile(self, canonical: str, near: str) -> NodeCheck | None:
        """None for a profile that is not loaded."""
        key = (canonical, near)
        if key not in self._nodes:
            found = self.profiles.find(canonical, near)
            self._nodes[key] = self._compiled(found) if found else None
        return self._nodes[key]

    def node(self, node: Node, item: Item, profile: Profile) -> NodeCheck:
        return node_check(node, item, profile, self)

    def of_root(self, structure: str) -> list[Check]:
        """Invariants that a type and the abstract types above it have; nested structures have theirs where they are used."""
        if structure == "Extension":
            return [check_only_one]
        found: list[Check] = []
        definition = self.profiles.type(structure) if "." not in structure else None
        while definition:
            root = definition.rule("")
            found += invariant_checks(root.invariants, structure) if root else []
            definition = self.profiles.type(definition.parent.removeprefix(CORE)) if definition.parent else None
        return found

    def of_element(self, element: Element) -> list[Check]:
        owner, _, prefix = element.path.rpartition(".")[0].partition(".")
        name = f"{element.choice}[x]" if element.choice else element.name
        rules = self._rules_of(owner)
        rule = rules[1].get(f"{prefix}.{name}" if prefix else name) if rules else None
        return element_checks(element, (rules[0], rule) if rules and rule else None, self)

    def resource(self, value: dict[str, Any], path: Path, run: Run) -> None:
        """A whole resource: what R4 asks, and the profiles it claims."""
        self.type(value["resourceType"])(value, None, path, run)
        check_claims(value, path, run, self)

    def conforms(self, value: Any, sibling: Any, path: Path, run: Run, canonical: str, near: str) -> bool:
        """Whether a value fulfills a profile. One that is not loaded says nothing; one that is being asked about
        further out already is taken to hold."""
        check = self.profile(canonical, near)
        if check is None or not run.begins(value, canonical):
            return True
        try:
            check(value, sibling, path, run.trial())
        except Enough:
            return False
        finally:
            run.ends(value, canonical)
        return True

    def passes(self, check: Callable[[Item, Run], None], item: Item, run: Run) -> bool:
        try:
            check(item, run.trial())
        except Enough:
            return False
        return True

    def _compiled(self, profile: Profile) -> NodeCheck:
        key = (profile.url, profile.package)
        if key not in self._by_profile:
            self._by_profile[key] = NodeCheck(tree_of(profile), profile.type, profile.type, profile, self)
        return self._by_profile[key]

    def _rules_of(self, owner: str) -> tuple[Profile, dict[str, Rule]] | None:
        if owner not in self._rules:
            definition = self.profiles.type(owner)
            self._rules[owner] = (definition, {rule.id: rule for rule in definition.rules}) if definition else None
        return self._rules[owner]
