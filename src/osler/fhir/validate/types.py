"""What R4 itself asks of a type or nested structure: everything beyond the shape, which `fhir/structure` has looked at.

Compiled when it is first needed; what nothing is asked of costs one look-up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from osler.fhir.definitions import Element, definitions
from osler.fhir.definitions.profiles import Profile, Rule
from osler.fhir.validate.inline import inline_check
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Check
from osler.fhir.validate.narrative import check_narrative
from osler.fhir.validate.rules import base_target_check, rule_checks
from osler.fhir.validate.run import Run

if TYPE_CHECKING:
    from osler.fhir.validate.checks import Checks

Property = Callable[[Any, dict[str, Any], Path, Run], None]
"""Checks what one property of an object holds; also gets the object."""


class TypeCheck:
    """Checks objects of one structure, `Patient` or `Patient.contact`."""

    __slots__ = ("_checks", "_choices", "_invariants", "_properties", "_required", "_structure")

    def __init__(self, structure: str, checks: Checks) -> None:
        self._structure, self._checks = structure, checks
        self._properties: dict[str, Property] | None = None
        self._required: tuple[tuple[str, str], ...] = ()
        self._choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._invariants: list[Check] = []

    def __call__(self, value: dict[str, Any], sibling: Any, path: Path, run: Run) -> None:
        properties = self._properties
        if properties is None:
            properties = self._compile()
        if len(value) == 1 and "id" in value:
            run.add(path, "invariant", "An element has a value or children, not only an id.", "ele-1")
        for name, item in value.items():
            check = properties.get(name)
            if check is not None:
                check(item, value, path, run)
        for name, hidden in self._required:
            if name not in value and hidden not in value:
                run.add((path, name, None), "required", "This element is required.", self._structure)
        for name, variants in self._choices:
            if value.keys().isdisjoint(variants):
                run.add((path, name, None), "required", "This element is required.", self._structure)
        for check in self._invariants:
            check(value, None, path, run)

    def _compile(self) -> dict[str, Property]:
        elements = definitions().elements(self._structure)
        needed = [element for element in elements.values() if element.min]
        self._required = tuple((each.name, f"_{each.name}") for each in needed if not each.choice)
        choices: dict[str, list[str]] = {}
        for each in needed:
            if each.choice:
                choices.setdefault(f"{each.choice}[x]", []).extend((each.name, f"_{each.name}"))
        self._choices = tuple((name, tuple(variants)) for name, variants in choices.items())
        self._invariants = self._checks.of_root(self._structure)
        properties: dict[str, Property] = {}
        for name, element in elements.items():
            properties |= _properties(name, element, self._checks)
        self._properties = properties
        return properties


def _properties(name: str, element: Element, checks: Checks) -> dict[str, Property]:
    found = checks.of_element(element)
    if element.children:
        return {name: _objects(found, element)}
    properties: dict[str, Property] = {f"_{name}": _siblings(checks.type("Element"), name, element)}
    if found:
        properties[name] = _primitives(found, element)
    return properties


def element_checks(element: Element, rule: tuple[Profile, Rule] | None, checks: Checks) -> list[Check]:
    """Everything asked of one value of an element of a base type."""
    own = rule_checks(rule[1], element.type, element.children or element.type, rule[0], checks) if rule else []
    if element.type == "xhtml":
        return [check_narrative, *own]
    if not element.children:
        return own
    if element.children == "Resource":
        return [inline_check(checks.resource, is_contained=element.name == "contained")]
    if element.children == "Extension":
        known = checks.extensions
        return [checks.type("Extension"), known.modifier if element.name == "modifierExtension" else known.ordinary]
    return [checks.type(element.children), *base_target_check(element), *own]


def check_only_one(value: Any, sibling: Any, path: Path, run: Run) -> None:
    """ext-1: an extension has a value or extensions."""
    has_value = any(name.startswith(("value", "_value")) for name in value)
    if has_value is ("extension" in value):
        run.add(path, "invariant", "An extension has either a value or extensions.", "ext-1")


def _objects(found: list[Check], element: Element) -> Property:
    name = element.name
    if element.repeats:
        return _array(found, name)
    if len(found) == 1:
        only = found[0]
        return lambda value, owner, path, run: only(value, None, (path, name, None), run)

    def check(value: Any, owner: dict[str, Any], path: Path, run: Run) -> None:
        here = (path, name, None)
        for each in found:
            each(value, None, here, run)

    return check


def _array(found: list[Check], name: str) -> Property:
    def check(values: Any, owner: dict[str, Any], path: Path, run: Run) -> None:
        for index, value in enumerate(values):
            here = (path, name, index)
            for each in found:
                each(value, None, here, run)

    return check


def _primitives(found: list[Check], element: Element) -> Property:
    """What is asked of the `_name` beside a primitive is asked where that is found, if the value is missing."""
    name, hidden, repeats = element.name, f"_{element.name}", element.repeats

    def check(value: Any, owner: dict[str, Any], path: Path, run: Run) -> None:
        if not repeats:
            for each in found:
                each(value, owner.get(hidden), (path, name, None), run)
            return
        for index, item in enumerate(value):
            for each in found:
                each(item, None, (path, name, index), run)

    return check


def _siblings(check_element: Check, name: str, element: Element) -> Property:
    repeats = element.repeats

    def check(value: Any, owner: dict[str, Any], path: Path, run: Run) -> None:
        given = owner.get(name)
        if not repeats:
            _sibling(check_element, value, given, (path, name, None), run)
            return
        for index, item in enumerate(value):
            if item is not None:
                _sibling(check_element, item, given[index] if given else None, (path, name, index), run)

    return check


def _sibling(check_element: Check, value: dict[str, Any], given: Any, path: Path, run: Run) -> None:
    """An id alone is enough beside a value, though the object it is written in looks empty."""
    if given is None or len(value) > 1 or "id" not in value:
        check_element(value, None, path, run)
