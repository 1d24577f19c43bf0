"""Definitions that nothing could fulfill, or that cannot be asked: refused when a package is loaded."""

from __future__ import annotations

from collections.abc import Iterator

from osler.core.errors import Fault, Invalid
from osler.fhir.definitions.profiles.ids import segments
from osler.fhir.definitions.profiles.model import Profile, Rule
from osler.fhir.definitions.profiles.places import find_place

_DISCRIMINATORS = frozenset({"value", "exists", "pattern", "type", "profile"})
_RULES = frozenset({"open", "closed", "openAtEnd"})
_MOST_SLICES = 1_000


def refuse_contradictions(profile: Profile) -> None:
    """Raises Invalid with a fault for each rule that cannot be."""
    faults = [Fault(message, f"{profile.type}.{id_}".rstrip("."), "conflict") for id_, message in _all(profile)][:100]
    if faults:
        first = faults[0]
        raise Invalid(f"{profile.url} contradicts itself at {first.path}: {first.message}", faults=tuple(faults))


def _all(profile: Profile) -> Iterator[tuple[str, str]]:
    types = {rule.id: rule.types for rule in profile.rules if rule.types}
    slices: dict[str, list[Rule]] = {}
    for rule in profile.rules:
        place = find_place(profile.type, rule.id, types)
        if place is None:
            yield rule.id, "There is no such element."
            continue
        yield from ((rule.id, message) for message in _of_rule(rule))
        allowed = {element.type for element in place.elements}
        if (
            place.elements
            and not {each.code for each in rule.types} <= allowed | {"Resource", "Element"}
            and "Resource" not in allowed
        ):
            yield rule.id, "The element cannot have this type."
        steps = segments(rule.id)
        if steps and steps[-1][1] and "/" not in steps[-1][1] and not rule.id.rpartition(".")[2].startswith("value[x]"):
            slices.setdefault(rule.id[: -len(steps[-1][1]) - 1], []).append(rule)
    yield from _of_slices(profile, slices)


def _of_rule(rule: Rule) -> Iterator[str]:
    if rule.max is not None and rule.min > rule.max:
        yield f"At least {rule.min} and at most {rule.max} cannot both be."
    if rule.fixed and rule.pattern:
        yield "A fixed value and a pattern cannot both be given."
    if rule.slicing and rule.slicing.rules not in _RULES:
        yield "Slicing is open, closed or openAtEnd."
    if rule.slicing and any(kind not in _DISCRIMINATORS for kind, _ in rule.slicing.discriminators):
        yield "A discriminator is one of value, exists, pattern, type and profile."


def _of_slices(profile: Profile, slices: dict[str, list[Rule]]) -> Iterator[tuple[str, str]]:
    by_id = {rule.id: rule for rule in profile.rules}
    for id_, rules in slices.items():
        whole = by_id.get(id_)
        if len(rules) > _MOST_SLICES:
            yield id_, f"There are more than {_MOST_SLICES} slices."
        if whole and whole.max is not None and sum(rule.min for rule in rules) > whole.max:
            yield id_, f"The slices need more elements than the {whole.max} there may be."
