"""Rules for the values of properties: single or array, primitive or complex, and the `_name` beside a primitive.

See https://hl7.org/fhir/R4/json.html#primitive for how primitives and their extensions share two properties.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.fhir.structure.found import Finding, Found, Rule, at_index, not_a, wrong_shape

Check = Callable[[dict[str, Any]], Found]
"""Checks one object that is known to be a dict."""

_EMPTY = "An array must not be empty; leave the element out."
_NO_ARRAY = "An array is expected here."
_LONE_NULL = "null stands for a value only where the other of the two arrays has something at this place."


def array_of_primitives(rule: Rule, name: str) -> Rule:
    sibling = f"_{name}"

    def check(value: Any, owner: dict[str, Any]) -> Found:
        if type(value) is not list:
            return wrong_shape(_NO_ARRAY)
        found: list[Finding] = []
        for index, item in enumerate(value):
            lone = item is None and not _has(owner.get(sibling), index)
            wrong = wrong_shape(_LONE_NULL) if lone else None if item is None else rule(item, owner)
            if wrong:
                found += at_index(index, wrong)
        return found if value else wrong_shape(_EMPTY)

    return check


def single_object(check_object: Check) -> Rule:
    def check(value: Any, owner: dict[str, Any]) -> Found:
        return check_object(value) if type(value) is dict else not_a("object", value)

    return check


def array_of_objects(check_object: Check) -> Rule:
    def check(value: Any, owner: dict[str, Any]) -> Found:
        if type(value) is not list:
            return wrong_shape(_NO_ARRAY)
        found: list[Finding] = []
        for index, item in enumerate(value):
            wrong = check_object(item) if type(item) is dict else not_a("object", item)
            if wrong:
                found += at_index(index, wrong)
        return found if value else wrong_shape(_EMPTY)

    return check


def array_of_siblings(check_element: Check, name: str) -> Rule:
    """`_given`: as long as `given`, null where there is no extension."""

    def check(value: Any, owner: dict[str, Any]) -> Found:
        if type(value) is not list:
            return wrong_shape(_NO_ARRAY)
        values = owner.get(name)
        if isinstance(values, list) and len(values) != len(value):
            return wrong_shape(f"This array must be as long as {name}.")
        found: list[Finding] = []
        for index, item in enumerate(value):
            wrong = _sibling(item, check_element, _has(values, index))
            if wrong:
                found += at_index(index, wrong)
        return found if value else wrong_shape(_EMPTY)

    return check


def _sibling(item: Any, check_element: Check, has_value: bool) -> Found:
    if item is None:
        return None if has_value else wrong_shape(_LONE_NULL)
    return check_element(item) if type(item) is dict else not_a("object", item)


def _has(values: Any, index: int) -> bool:
    return isinstance(values, list) and index < len(values) and values[index] is not None
