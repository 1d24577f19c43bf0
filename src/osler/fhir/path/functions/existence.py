"""Whether there is something (https://hl7.org/fhirpath/N1/#existence)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.path.code import Code, TruthOf, from_items, from_truth
from osler.fhir.path.environment import Environment, fail, too_costly
from osler.fhir.path.functions.registry import form, gives_items, gives_truth
from osler.fhir.path.nodes import Item, Items, system
from osler.fhir.path.sets import distinct, is_subset
from osler.fhir.path.syntax import Call

if TYPE_CHECKING:
    from osler.fhir.path.compiler import Compiler


@form("empty")
def _empty(compiler: Compiler, call: Call, source: Code) -> Code:
    read = source.items
    return from_truth(lambda this, env: not read(this, env))


@form("exists", 0, 1)
def _exists(compiler: Compiler, call: Call, source: Code) -> Code:
    read = source.items
    if not call.arguments:
        return from_truth(lambda this, env: bool(read(this, env)))
    meets = compiler.scoped(call.arguments[0]).truth
    return from_truth(lambda this, env: _some(read(this, env), meets, True, env))


@form("all", 1)
def _all(compiler: Compiler, call: Call, source: Code) -> Code:
    read, meets = source.items, compiler.scoped(call.arguments[0]).truth
    return from_truth(lambda this, env: not _some(read(this, env), meets, False, env))


def _some(found: Items, meets: TruthOf, wanted: bool, env: Environment) -> bool:
    """Whether some item meets the criterion, or, for False, some does not."""
    env.left -= len(found)
    if env.left < 0:
        too_costly()
    saved, some = env.index, False
    for env.index, item in enumerate(found):
        if bool(meets(item, env)) is wanted:
            some = True
            break
    env.index = saved
    return some


@form("not")
def _not(compiler: Compiler, call: Call, source: Code) -> Code:
    holds = source.truth

    def truth(this: Item, env: Environment) -> bool | None:
        found = holds(this, env)
        return None if found is None else not found

    return from_truth(truth)


@form("count")
def _count(compiler: Compiler, call: Call, source: Code) -> Code:
    read = source.items
    return from_items(lambda this, env: [len(read(this, env))])


@gives_truth("allTrue")
def _all_true(items: Items, env: Environment) -> bool:
    return all(_booleans(items, env))


@gives_truth("anyTrue")
def _any_true(items: Items, env: Environment) -> bool:
    return any(_booleans(items, env))


@gives_truth("allFalse")
def _all_false(items: Items, env: Environment) -> bool:
    return not any(_booleans(items, env))


@gives_truth("anyFalse")
def _any_false(items: Items, env: Environment) -> bool:
    return not all(_booleans(items, env))


@gives_truth("subsetOf", 1)
def _subset_of(items: Items, env: Environment, other: Items) -> bool:
    return is_subset(items, other, env)


@gives_truth("supersetOf", 1)
def _superset_of(items: Items, env: Environment, other: Items) -> bool:
    return is_subset(other, items, env)


@gives_items("distinct")
def _distinct(items: Items, env: Environment) -> Items:
    return distinct(items, env)


@gives_truth("isDistinct")
def _is_distinct(items: Items, env: Environment) -> bool:
    return len(distinct(items, env)) == len(items)


def _booleans(items: Items, env: Environment) -> list[bool]:
    env.spend(len(items))
    values = [system(item) for item in items]
    if not all(type(value) is bool for value in values):
        fail("only booleans are expected")
    return values
