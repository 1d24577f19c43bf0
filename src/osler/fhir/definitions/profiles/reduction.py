"""Leaves out of a profile what its base type demands anyway, so that nothing is checked, packed or told twice."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from osler.core.errors import Invalid
from osler.fhir.definitions.model import Element
from osler.fhir.definitions.profiles.ids import segments, without_slices
from osler.fhir.definitions.profiles.model import Profile, Rule, TypeRule
from osler.fhir.definitions.profiles.places import PRIMITIVE_VALUE, Place, find_place

CORE = "http://hl7.org/fhir/StructureDefinition/"

_DEEPEST = 10

FindType = Callable[[str], Profile | None]
"""The definition of a base type by its name."""


def reduce_profile(profile: Profile, find_type: FindType) -> Profile:
    """The profile with the rules that add something. Raises Invalid where it speaks of elements that its type lacks."""
    types = {rule.id: rule.types for rule in profile.rules if rule.types}
    by_id = {rule.id: rule for rule in profile.rules}
    base_rule = _base_rules(profile, find_type)
    rules = []
    for rule in profile.rules:
        place = find_place(profile.type, rule.id, types)
        if place is None:
            raise Invalid(f"{profile.url} speaks of {profile.type}.{rule.id}, which {profile.type} does not have.")
        if place is PRIMITIVE_VALUE:
            continue
        reduced = _reduced(rule, place, base_rule(place), _own_invariants(place, find_type, profile))
        if (unsliced := without_slices(rule.id)) != rule.id and unsliced in by_id:
            reduced = _beyond(reduced, by_id[unsliced])
        if not reduced.is_empty or _opens_a_slice(rule.id):
            rules.append(reduced)
    return msgspec.structs.replace(profile, rules=tuple(rules))


def _opens_a_slice(id: str) -> bool:
    """A slice that demands nothing still takes its items."""
    return bool(segments(id)) and bool(segments(id)[-1][1])


def _reduced(rule: Rule, place: Place, base: Rule | None, own: set[str]) -> Rule:
    low, high = _cardinality(place.elements)
    known = {each.key for each in base.invariants} if base else set()
    return msgspec.structs.replace(
        rule,
        min=rule.min if rule.min > low or _opens_a_slice(rule.id) else 0,
        max=None if rule.max == high and not _opens_a_slice(rule.id) else rule.max,
        types=() if (base and rule.types == base.types) or _says_no_more(rule.types, place.elements) else rule.types,
        binding=None if base and rule.binding == base.binding else rule.binding,
        invariants=tuple(each for each in rule.invariants if each.key not in known and each.key not in own),
        slicing=None if _is_plain_extension(rule) else rule.slicing,
        max_length=0 if base and rule.max_length == base.max_length else rule.max_length,
    )


def _beyond(rule: Rule, unsliced: Rule) -> Rule:
    """What a slice says beyond what is said of every item. How many there are of the slice itself is its own matter."""
    known = {each.key for each in unsliced.invariants}
    is_slice = _opens_a_slice(rule.id)
    return msgspec.structs.replace(
        rule,
        min=0 if rule.min <= unsliced.min and not is_slice else rule.min,
        max=None if rule.max == unsliced.max and not is_slice else rule.max,
        types=() if rule.types == unsliced.types and not is_slice else rule.types,
        binding=None if rule.binding == unsliced.binding else rule.binding,
        invariants=tuple(each for each in rule.invariants if each.key not in known),
    )


def _is_plain_extension(rule: Rule) -> bool:
    """Extensions are sliced by url wherever they are; only slices of a profile, and closed ones, say more."""
    return bool(
        rule.slicing
        and rule.slicing.rules == "open"
        and rule.slicing.discriminators == (("value", "url"),)
        and rule.id.rpartition(".")[2] in ("extension", "modifierExtension")
        and not rule.slicing.ordered
    )


def _base_rules(profile: Profile, find_type: FindType) -> Callable[[Place], Rule | None]:
    """What the type that has an element says of it; nothing yet where that is the type being compiled."""
    by_type: dict[str, dict[str, Rule]] = {}

    def find(place: Place) -> Rule | None:
        if place.owner not in by_type:
            definition = find_type(place.owner) if profile.is_profile or place.owner != profile.type else None
            by_type[place.owner] = {rule.id: rule for rule in definition.rules} if definition else {}
        return by_type[place.owner].get(place.id)

    return find


def _own_invariants(place: Place, find_type: FindType, profile: Profile) -> set[str]:
    """Keys of the invariants that the type of the element brings with it, which some tools repeat."""
    names = {element.type for element in place.elements} if place.elements else set()
    if not place.elements:
        names = _ancestors(profile.type, find_type)
    keys = set()
    for name in names:
        definition = find_type(name)
        root = definition.rule("") if definition else None
        keys |= {each.key for each in root.invariants} if root else set()
    return keys


def _ancestors(type: str, find_type: FindType) -> set[str]:
    """The abstract types that a type is of, nearest first."""
    names: list[str] = []
    definition = find_type(type)
    while definition and len(names) < _DEEPEST:
        names.append(definition.parent.removeprefix(CORE))
        definition = find_type(names[-1]) if names[-1] else None
    return set(names)


def _cardinality(elements: tuple[Element, ...]) -> tuple[int, int | None]:
    return (elements[0].min, elements[0].max) if elements else (0, None)


def _says_no_more(types: tuple[TypeRule, ...], elements: tuple[Element, ...]) -> bool:
    """Whether the element may have just these types, of any profile and with just these targets, by itself."""
    if not elements or any(rule.profiles for rule in types):
        return not any(rule.profiles for rule in types)
    allowed = {rule.code: rule.targets for rule in types}
    if not {element.type for element in elements} <= allowed.keys():
        return False
    return all(_same_targets(allowed.get(element.type, ()), element) for element in elements)


def _same_targets(targets: tuple[str, ...], element: Element) -> bool:
    return not targets or {target.removeprefix(CORE) for target in targets} >= set(element.targets)
