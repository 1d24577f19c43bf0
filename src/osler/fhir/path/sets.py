"""Collections as sets: items that are surely equal count once."""

from __future__ import annotations

from collections.abc import Hashable

from osler.fhir.path.environment import Environment
from osler.fhir.path.equality import key
from osler.fhir.path.nodes import Item, Items


def keys(items: Items, env: Environment) -> list[Hashable]:
    env.spend(len(items))
    return [key(item, env) for item in items]


def distinct(items: Items, env: Environment) -> Items:
    """Each item once, where it comes first."""
    if len(items) < 2:
        return items
    first: dict[Hashable, Item] = {}
    for item, mine in zip(items, keys(items, env), strict=True):
        first.setdefault(mine, item)
    return list(first.values())


def union(left: Items, right: Items, env: Environment) -> Items:
    """`|`: the items of both, each once."""
    return distinct([*left, *right], env) if right or len(left) > 1 else left


def intersection(left: Items, right: Items, env: Environment) -> Items:
    """Items that are in both, each once."""
    if not left or not right:
        return []
    known = set(keys(right, env))
    return distinct([item for item, mine in zip(left, keys(left, env), strict=True) if mine in known], env)


def without(left: Items, right: Items, env: Environment) -> Items:
    """Items that are not in the other, in their order and as often as they are there."""
    known = set(keys(right, env))
    return [item for item, mine in zip(left, keys(left, env), strict=True) if mine not in known]


def is_subset(left: Items, right: Items, env: Environment) -> bool:
    """Whether every item of `left` is in `right`; nothing is in everything."""
    return not left or set(keys(left, env)) <= set(keys(right, env))
