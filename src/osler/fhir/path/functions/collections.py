"""Parts of collections and their combination (https://hl7.org/fhirpath/N1/#subsetting, #combining)."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from osler.fhir.path.code import Code, ItemsOf, from_items
from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.equality import order
from osler.fhir.path.functions.registry import form, gives_items
from osler.fhir.path.nodes import EMPTY, Item, Items
from osler.fhir.path.sets import intersection, union, without
from osler.fhir.path.syntax import Call, Sign
from osler.fhir.path.values import single, single_integer

if TYPE_CHECKING:
    from osler.fhir.path.compiler import Compiler


@gives_items("first")
def _first(items: Items, env: Environment) -> Items:
    return items[:1]


@gives_items("last")
def _last(items: Items, env: Environment) -> Items:
    return items[-1:]


@gives_items("tail")
def _tail(items: Items, env: Environment) -> Items:
    return items[1:]


@gives_items("skip", 1)
def _skip(items: Items, env: Environment, number: Items) -> Items:
    count = single_integer(number, "skip()")
    return EMPTY if count is None else items[max(0, count) :]


@gives_items("take", 1)
def _take(items: Items, env: Environment, number: Items) -> Items:
    count = single_integer(number, "take()")
    return EMPTY if count is None else items[: max(0, count)]


@gives_items("single")
def _single(items: Items, env: Environment) -> Items:
    if len(items) > 1:
        fail("single() found several items")
    return items


@gives_items("intersect", 1)
def _intersect(items: Items, env: Environment, other: Items) -> Items:
    return intersection(items, other, env)


@gives_items("exclude", 1)
def _exclude(items: Items, env: Environment, other: Items) -> Items:
    return without(items, other, env)


@gives_items("union", 1)
def _union(items: Items, env: Environment, other: Items) -> Items:
    return union(items, other, env)


@gives_items("combine", 1)
def _combine(items: Items, env: Environment, other: Items) -> Items:
    env.spend(len(items) + len(other))
    return items + other


@form("sort", 0, 9)
def _sort(compiler: Compiler, call: Call, source: Code) -> Code:
    """By each argument in turn; a minus before one turns its order round, also that of texts."""
    read = source.items
    keys = [_sort_key(compiler, argument) for argument in call.arguments] or [(lambda this, env: [this], False)]

    def items(this: Item, env: Environment) -> Items:
        found = read(this, env)
        rows = [([single(read_key(item, env), "sort()") for read_key, _ in keys], item) for item in found]

        def compare(one: tuple[list[Any], Item], other: tuple[list[Any], Item]) -> int:
            env.spend(1)
            for (_, falling), mine, theirs in zip(keys, one[0], other[0], strict=True):
                if place := _place(mine, theirs, env):
                    return -place if falling else place
            return 0

        return [item for _, item in sorted(rows, key=cmp_to_key(compare))]

    return from_items(items)


def _sort_key(compiler: Compiler, argument: Any) -> tuple[ItemsOf, bool]:
    falling = isinstance(argument, Sign) and argument.sign == "-"
    return compiler.scoped(argument.operand if falling else argument).items, falling


def _place(mine: Any, theirs: Any, env: Environment) -> int:
    # What is not there comes after everything, as the suite of the standard has it.
    if mine is None or theirs is None:
        return (mine is None) - (theirs is None)
    return order(mine, theirs, env) or 0
