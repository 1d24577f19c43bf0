"""Discriminators: what in an item says which slice it is of (https://hl7.org/fhir/R4/profiling.html#discriminator).

Each is compiled from two walks along its path: through the profile, to what the slice expects there (`expectations`);
and, for each item, through the resource (`selection`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from osler.fhir.definitions import Element, definitions
from osler.fhir.definitions.profiles import Profile
from osler.fhir.definitions.profiles.model import bare
from osler.fhir.definitions.profiles.places import elements_named
from osler.fhir.definitions.profiles.reduction import CORE
from osler.fhir.validate.binding import membership
from osler.fhir.validate.expectations import Expected, expected_at
from osler.fhir.validate.kinds import Item
from osler.fhir.validate.run import Run
from osler.fhir.validate.selection import Step, plain_names, select, steps_of, values_at
from osler.fhir.validate.tree import Node
from osler.fhir.validate.values import fits, is_same

if TYPE_CHECKING:
    from osler.fhir.validate.checks import Checks

Matches = Callable[[Item, Run], bool | None]
"""Whether an item is of the slice; None where that cannot be told."""


def discriminator(
    kind: str, path: str, name: str, node: Node, elements: tuple[Element, ...], profile: Profile, checks: Checks
) -> Matches:
    steps = steps_of(path)
    if kind == "type":
        return _by_type(steps, name, node, elements, profile, checks)
    expected = list(expected_at(node, steps, profile, checks))
    if kind == "exists":
        return _by_existence(steps, expected)
    if kind == "profile":
        return _by_profile(steps, expected, checks)
    return _by_value(steps, expected, elements, checks)


def _by_value(steps: list[Step], expected: list[Expected], elements: tuple[Element, ...], checks: Checks) -> Matches:
    """One of the values at the path has to be the fixed one, fit the pattern, or be from the value set."""
    for each in expected:
        if each.fixed:
            return _comparing(is_same, each.fixed["="], steps, elements)
    for each in expected:
        if each.pattern:
            return _comparing(fits, each.pattern["="], steps, elements)
    for each in expected:
        if each.node.rule.binding:
            return _by_binding(steps, each.node.rule.binding.value_set, checks)
    return _cannot_be_told


def _comparing(
    compare: Callable[[Any, Any], bool], wanted: Any, steps: list[Step], elements: tuple[Element, ...]
) -> Matches:
    names = plain_names(steps, elements)
    if names is None:
        return lambda item, run: any(compare(found.value, wanted) for found in select(item, steps, run))
    if isinstance(wanted, str) and len(names) == 1:
        only = names[0]
        if not elements_named(elements[0].children, only)[0].repeats:
            return lambda item, run: item.value.get(only) == wanted

    return lambda item, run: any(compare(value, wanted) for value in values_at(item.value, names))


def _by_binding(steps: list[Step], value_set: str, checks: Checks) -> Matches:
    def matches(item: Item, run: Run) -> bool | None:
        answers: list[bool | None] = []
        for found in select(item, steps, run):
            test = membership(value_set, found.element.type, checks.value_set)
            answers.append(test(found.value) if test and found.value is not None else None)
        return True if True in answers else None if None in answers else False

    return matches


def _by_existence(steps: list[Step], expected: list[Expected]) -> Matches:
    wanted = not any(each.node.rule.max == 0 for each in expected)
    return lambda item, run: bool(list(select(item, steps, run))) is wanted


def _by_type(
    steps: list[Step], name: str, node: Node, elements: tuple[Element, ...], profile: Profile, checks: Checks
) -> Matches:
    types = {rule.code for each in expected_at(node, steps, profile, checks) for rule in each.node.rule.types}
    if steps and steps[-1].kind == "resolve":
        targets = [
            target
            for each in expected_at(node, steps, profile, checks)
            for rule in each.node.rule.types
            for target in rule.targets
        ]
        types = {_type_of(target, profile, checks) for target in targets}
    if not types and not steps:
        types = {element.type for element in elements if element.name == name}
    if not types:
        return _cannot_be_told
    return lambda item, run: any(found.type in types for found in select(item, steps, run))


def _by_profile(steps: list[Step], expected: list[Expected], checks: Checks) -> Matches:
    canonicals = [
        (canonical, each.profile.package)
        for each in expected
        for rule in each.node.rule.types
        for canonical in (rule.targets if steps and steps[-1].kind == "resolve" else rule.profiles)
    ]
    if not canonicals:
        return _cannot_be_told

    def matches(item: Item, run: Run) -> bool | None:
        found = list(select(item, steps, run))
        if any(each.value is None for each in found):
            return None
        return any(
            checks.conforms(each.value, each.sibling, each.path, run, canonical, near)
            for each in found
            for canonical, near in canonicals
        )

    return matches


def _cannot_be_told(item: Item, run: Run) -> bool | None:
    return None


def _type_of(canonical: str, profile: Profile, checks: Checks) -> str:
    name = bare(canonical).removeprefix(CORE)
    if name in definitions().resource_types:
        return name
    found = checks.profiles.find(canonical, profile.package)
    return found.type if found else ""
