"""One compiled check per type and nested structure, made from the definitions when it is first needed.

This is one circle, as in FHIR itself: structures hold elements, and elements hold structures and whole resources.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from osler.fhir.definitions import Element, definitions
from osler.fhir.structure.found import Finding, Found, Rule, below, not_a, unknown_element, wrong_shape
from osler.fhir.structure.primitives import primitive_rule
from osler.fhir.structure.properties import (
    Check,
    array_of_objects,
    array_of_primitives,
    array_of_siblings,
    single_object,
)


class Structure:
    """Checks objects of one type or nested structure, `Patient` or `Patient.contact`."""

    __slots__ = ("_choices", "_path", "_required", "_rules")

    def __init__(self, path: str) -> None:
        self._path = path
        self._rules: dict[str, Rule] = {}
        self._choices: dict[str, str] = {}
        self._required = "url" if path == "Extension" else ""

    def check(self, value: dict[str, Any]) -> Found:
        if not value:
            return wrong_shape("An object must not be empty; leave the element out.")
        rules = self._rules or self._compile()
        choices = self._choices
        chosen: dict[str, str] = {}
        found: list[Finding] = []
        for name, item in value.items():
            rule = rules.get(name)
            if rule is None:
                found.append(unknown_element(name))
                continue
            wrong = rule(item, value)
            if choices and name in choices:
                wrong = wrong or _second_choice(chosen, choices[name], name)
            if wrong:
                found += below(name, wrong)
        if self._required and self._required not in value:
            found.append((f".{self._required}", "An extension needs its url.", "required"))
        return found

    def _compile(self) -> dict[str, Rule]:
        rules: dict[str, Rule] = {}
        for name, element in definitions().elements(self._path).items():
            rules[name] = _rule(element)
            if _may_be_extended(element):
                rules[f"_{name}"] = _sibling_rule(element)
            if element.choice:
                self._choices[name] = self._choices[f"_{name}"] = element.choice
        if self._path in definitions().resource_types:
            rules["resourceType"] = lambda value, owner: None  # looked at by check_resource
        self._rules = rules
        return rules


@cache
def structure(path: str) -> Structure:
    return Structure(path)


def check_resource(resource: Any) -> Found:
    if type(resource) is not dict:
        return not_a("object", resource)
    type_ = resource.get("resourceType")
    if type_ is None:
        return [(".resourceType", "A resource needs its resourceType.", "required")]
    if type(type_) is not str or type_ not in definitions().resource_types:
        return [(".resourceType", "R4 has no such resource type.", "structure")]
    return structure(type_).check(resource)


def _check_contained(resource: dict[str, Any]) -> Found:
    """A contained resource is only reached by its id, and holds no further ones (dom-2)."""
    if "contained" in resource:
        return [(".contained", "A contained resource cannot contain others.", "structure")]
    found = check_resource(resource) or []
    if "id" not in resource:
        found.append((".id", "A contained resource needs an id to be referred to by.", "required"))
    return found


def _second_choice(chosen: dict[str, str], choice: str, name: str) -> Found:
    """`valueString` and `_valueString` are one choice; `valueString` and `valueCode` are two."""
    variant = name.removeprefix("_")
    if chosen.setdefault(choice, variant) == variant:
        return None
    return wrong_shape(f"Only one of {choice}[x] can be given.")


def _rule(element: Element) -> Rule:
    if not element.children:
        rule = primitive_rule(element.type)
        return array_of_primitives(rule, element.name) if element.repeats else rule
    check = _object_check(element)
    return array_of_objects(check) if element.repeats else single_object(check)


def _object_check(element: Element) -> Check:
    if element.children == "Resource":
        return _check_contained if element.name == "contained" else check_resource
    return structure(element.children).check


def _may_be_extended(element: Element) -> bool:
    """Primitives, but not those that are attributes in XML: Element.id and Extension.url."""
    is_attribute = element.path == "Extension.url" or (element.name == "id" and element.type == "string")
    return not element.children and not is_attribute


def _sibling_rule(element: Element) -> Rule:
    check = structure("Element").check
    return array_of_siblings(check, element.name) if element.repeats else single_object(check)
