"""Equality, equivalence and order of items (https://hl7.org/fhirpath/N1/#equality)."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.nodes import Item, Items, Node, system
from osler.fhir.path.quantity import Quantity, compare_quantities
from osler.fhir.path.temporal import Temporal, compare
from osler.fhir.path.values import is_number


def equal_items(left: Items, right: Items, env: Environment) -> bool | None:
    """`=`: the same items in the same order; None when that cannot be told, or when a side is empty."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    env.spend(len(left))
    doubt = False
    for one, other in zip(left, right, strict=True):
        same = equal(one, other, env)
        if same is False:
            return False
        doubt = doubt or same is None
    return None if doubt else True


def equal(one: Item, other: Item, env: Environment) -> bool | None:
    """Whether two items are equal; None where precision or units do not let it be told."""
    mine, theirs = system(one), system(other)
    kind = type(mine)
    if kind is str or kind is bool:
        return type(theirs) is kind and mine == theirs
    if is_number(mine) and is_number(theirs):
        return mine == theirs
    if kind is Temporal and type(theirs) is Temporal:
        if (mine.kind == "Time") != (theirs.kind == "Time"):
            return False
        order = compare(mine, theirs, env.zone)
        return None if order is None else order == 0
    if kind is Quantity or type(theirs) is Quantity:
        env.spend(15)
        return _equal_quantities(mine, theirs)
    if kind is Node and type(theirs) is Node:
        return frozen(mine.value, env) == frozen(theirs.value, env)
    return key(one, env) == key(other, env)


def _equal_quantities(mine: Any, theirs: Any) -> bool | None:
    mine, theirs = _as_quantity(mine), _as_quantity(theirs)
    if mine is None or theirs is None:
        return False
    order = compare_quantities(mine, theirs)
    return None if order is None else order == 0


def _as_quantity(value: Any) -> Quantity | None:
    """Numbers are quantities without a unit where a quantity is wanted."""
    if type(value) is Quantity:
        return value
    return Quantity(Decimal(value)) if is_number(value) else None


def key(item: Item, env: Environment) -> Hashable:
    """The same for items that are surely equal: what sets and `|`, `distinct`, `in` go by."""
    value = system(item)
    if type(value) is bool:
        return ("truth", value)
    if type(value) is Temporal:
        if value.offset is not None:
            return ("moment", *value.at_utc())
        return ("time" if value.kind == "Time" else "local", *value.fields)
    if type(value) is Quantity:
        env.spend(15)
        return ("quantity", *value.base())
    if type(value) is Node:
        return ("element", frozen(value.value, env))
    if value is None and type(item) is Node:
        return ("extended", frozen(item.extra, env))
    return frozen(value, env)


def frozen(value: Any, env: Environment) -> Hashable:
    """JSON as something that can be hashed: equal for equal JSON, and for numbers of equal value."""
    if type(value) is dict:
        env.spend(len(value))
        return frozenset((name, frozen(each, env)) for name, each in value.items())
    if type(value) is list:
        env.spend(len(value))
        return tuple(frozen(each, env) for each in value)
    return ("truth", value) if type(value) is bool else value


def order(left: Any, right: Any, env: Environment) -> int | None:
    """-1, 0 or 1 for two values; None where it cannot be told. Values without a common order are an error."""
    if type(left) is str and type(right) is str:
        return (left > right) - (left < right)
    if is_number(left) and is_number(right):
        return (left > right) - (left < right)
    if type(left) is Temporal and type(right) is Temporal and (left.kind == "Time") == (right.kind == "Time"):
        env.spend(3)
        return compare(left, right, env.zone)
    if type(left) is Quantity or type(right) is Quantity:
        mine, theirs = _as_quantity(left), _as_quantity(right)
        if mine is not None and theirs is not None:
            env.spend(15)
            return compare_quantities(mine, theirs)
    if isinstance(left, Node) or isinstance(right, Node):
        fail("only numbers, texts, dates, times and quantities have an order")
    return fail("two values of different types have no order")
