"""Filtering and projection (https://hl7.org/fhirpath/N1/#filtering-and-projection), and going down the tree."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from osler.fhir.path.code import Code, TruthOf, from_items
from osler.fhir.path.environment import Environment, too_costly
from osler.fhir.path.equality import key
from osler.fhir.path.functions.registry import form, gives_items
from osler.fhir.path.nodes import EMPTY, Item, Items, Node
from osler.fhir.path.syntax import Call

if TYPE_CHECKING:
    from osler.fhir.path.compiler import Compiler


@form("where", 1)
def _where(compiler: Compiler, call: Call, source: Code) -> Code:
    read, meets = source.items, compiler.scoped(call.arguments[0]).truth

    def items(this: Item, env: Environment) -> Items:
        found = read(this, env)
        return _kept(found, meets, env) if found else EMPTY

    return from_items(items)


def _kept(found: Items, meets: TruthOf, env: Environment) -> Items:
    env.left -= len(found)
    if env.left < 0:
        too_costly()
    saved, kept = env.index, []
    for env.index, item in enumerate(found):
        if meets(item, env):
            kept.append(item)
    env.index = saved
    return kept


@form("select", 1)
def _select(compiler: Compiler, call: Call, source: Code) -> Code:
    read, project = source.items, compiler.scoped(call.arguments[0]).items

    def items(this: Item, env: Environment) -> Items:
        found, given = read(this, env), []
        env.left -= len(found)
        saved = env.index
        for env.index, item in enumerate(found):
            given += project(item, env)
        env.index = saved
        env.spend(len(given))
        return given

    return from_items(items)


@form("repeat", 1)
def _repeat(compiler: Compiler, call: Call, source: Code) -> Code:
    read, project = source.items, compiler.scoped(call.arguments[0]).items

    def items(this: Item, env: Environment) -> Items:
        given: Items = []
        seen: set[Hashable] = set()
        level = read(this, env)
        while level:
            env.spend(3 * len(level))
            level = [
                item
                for each in level
                for item in project(each, env)
                if not ((mine := key(item, env)) in seen or seen.add(mine))
            ]
            given += level
        return given

    return from_items(items)


@form("repeatAll", 1)
def _repeat_all(compiler: Compiler, call: Call, source: Code) -> Code:
    read, project = source.items, compiler.scoped(call.arguments[0]).items

    def items(this: Item, env: Environment) -> Items:
        given: Items = []
        level = read(this, env)
        while level:
            env.spend(3 * len(level))
            level = [item for each in level for item in project(each, env)]
            given += level
        return given

    return from_items(items)


@gives_items("children")
def _children(items: Items, env: Environment) -> Items:
    found = [child for item in items if type(item) is Node for child in item.kind.members.children(item)]
    env.spend(2 * len(found))
    return found


@gives_items("descendants")
def _descendants(items: Items, env: Environment) -> Items:
    found: Items = []
    level = items
    while level := _children(level, env):
        found += level
    return found
