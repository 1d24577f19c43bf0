"""A profile whole: the rules of its parent and its own, element by element.

Because rules only ever add demands, and a slice's items also have to fulfill what is said of the element that is
sliced, a snapshot is the parent's rules with the profile's own put over them: nothing has to be copied into slices.
"""

from __future__ import annotations

import msgspec

from osler.core.errors import Invalid
from osler.fhir.definitions.profiles.model import Invariant, Profile, Rule


def complete(own: Profile, parent: Profile) -> Profile:
    """`own`, read from a differential, over its complete `parent`. Raises Invalid where they contradict."""
    if not parent.is_profile:
        return own
    if parent.type != own.type:
        raise Invalid(f"{own.url} is of type {own.type}, but its parent of type {parent.type}.")
    merged = {rule.id: rule for rule in parent.rules}
    for rule in own.rules:
        earlier = merged.get(rule.id)
        merged[rule.id] = _merged(earlier, rule) if earlier else rule
    return msgspec.structs.replace(
        own,
        rules=tuple(merged.values()),
        is_modifier=own.is_modifier or parent.is_modifier,
        contexts=own.contexts or parent.contexts,
    )


def _merged(earlier: Rule, rule: Rule) -> Rule:
    return Rule(
        id=rule.id,
        min=max(earlier.min, rule.min),
        max=_lesser(earlier.max, rule.max),
        types=rule.types or earlier.types,
        fixed=rule.fixed or earlier.fixed,
        pattern=rule.pattern or earlier.pattern,
        binding=rule.binding or earlier.binding,
        invariants=_joined(earlier.invariants, rule.invariants),
        slicing=rule.slicing or earlier.slicing,
        must_support=rule.must_support or earlier.must_support,
        max_length=min(rule.max_length or earlier.max_length, earlier.max_length or rule.max_length),
        least=rule.least or earlier.least,
        most=rule.most or earlier.most,
    )


def _lesser(left: int | None, right: int | None) -> int | None:
    return min(each for each in (left, right) if each is not None) if (left, right) != (None, None) else None


def _joined(earlier: tuple[Invariant, ...], later: tuple[Invariant, ...]) -> tuple[Invariant, ...]:
    keys = {each.key for each in earlier}
    return (*earlier, *(each for each in later if each.key not in keys))
