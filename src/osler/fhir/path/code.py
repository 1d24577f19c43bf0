"""Compiled expressions: closures over the focus and the environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.nodes import FALSE, TRUE, Item, Items, Node

ItemsOf = Callable[[Item, Environment], Items]
TruthOf = Callable[[Item, Environment], "bool | None"]


class Code(NamedTuple):
    """One expression in the two forms it is wanted in. The focus None is the empty collection."""

    items: ItemsOf
    truth: TruthOf
    """As a condition: None where it is empty. Faster than `items` for what is a condition by itself."""
    constant: Items | None = None
    """The items, where they are always the same."""


def from_items(items: ItemsOf) -> Code:
    """Code whose truth is that of its single item."""

    def truth(this: Item, env: Environment) -> bool | None:
        found = items(this, env)
        return single_truth(found, env) if found else None

    return Code(items, truth)


def from_truth(truth: TruthOf) -> Code:
    """Code that gives true, false or nothing."""

    def items(this: Item, env: Environment) -> Items:
        found = truth(this, env)
        return TRUE if found else [] if found is None else FALSE

    return Code(items, truth)


def constant(value: Any) -> Code:
    """Code that gives always the same: a value, or nothing for None."""
    found: Items = [] if value is None else [value]
    truth = None if value is None else value if type(value) is bool else True
    return Code(lambda this, env: found, lambda this, env: truth, found)


def single_truth(found: Items, env: Environment) -> bool:
    """A collection with something in it as a condition: whatever is no boolean is true. Unless the evaluation is strict,
    several items are too: invariants are published that mean “or there is”."""
    if len(found) > 1:
        return fail("a single true or false is expected, and there are several items") if env.strict else True
    item = found[0]
    if type(item) is Node:
        item = item.kind.system(item)
    return item if type(item) is bool else True


THIS = from_items(lambda this, env: [] if this is None else [this])
"""`$this`."""
