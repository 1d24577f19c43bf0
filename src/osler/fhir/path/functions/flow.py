"""`iif`, `aggregate`, `trace`, `defineVariable`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.path.code import THIS, Code, from_items
from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.functions.registry import form
from osler.fhir.path.lexer import refuse
from osler.fhir.path.nodes import EMPTY, Item, Items, system
from osler.fhir.path.syntax import Call, Literal
from osler.fhir.path.variables import is_reserved

if TYPE_CHECKING:
    from osler.fhir.path.compiler import Compiler


@form("iif", 2, 3)
def _iif(compiler: Compiler, call: Call, source: Code) -> Code:
    """Only the branch that is taken is evaluated, and with the item it is called on for `$this`."""
    criterion = compiler.scoped(call.arguments[0])
    branches = [compiler.scoped(argument).items for argument in call.arguments[1:]]
    then, otherwise = branches[0], branches[1] if len(branches) > 1 else None
    read, strict = source.items, compiler.strict

    def items(this: Item, env: Environment) -> Items:
        found = read(this, env)
        if len(found) > 1:
            fail("iif() takes a single item, and there are several")
        focus = found[0] if found else None
        if strict:
            _check_boolean(criterion.items(focus, env))
        if criterion.truth(focus, env):
            return then(focus, env)
        return EMPTY if otherwise is None else otherwise(focus, env)

    return from_items(items)


def _check_boolean(found: Items) -> None:
    if len(found) > 1 or (found and type(system(found[0])) is not bool):
        fail("the condition of iif() is true or false")


@form("aggregate", 1, 2)
def _aggregate(compiler: Compiler, call: Call, source: Code) -> Code:
    read, step = source.items, compiler.scoped(call.arguments[0]).items
    start = compiler.scoped(call.arguments[1]).items if len(call.arguments) > 1 else None

    def items(this: Item, env: Environment) -> Items:
        found = read(this, env)
        first = EMPTY if start is None else start(this, env)
        saved, saved_index, env.total = env.total, env.index, first
        for env.index, item in enumerate(found):
            env.spend(1)
            env.total = step(item, env)
        given, env.total, env.index = env.total, saved, saved_index
        return given

    return from_items(items)


@form("trace", 1, 2)
def _trace(compiler: Compiler, call: Call, source: Code) -> Code:
    """Tells the environment's `trace`, if there is one, and gives the items as they are."""
    read, name = source.items, compiler.scoped(call.arguments[0]).items
    project = compiler.scoped(call.arguments[1]).items if len(call.arguments) > 1 else THIS.items

    def items(this: Item, env: Environment) -> Items:
        found = read(this, env)
        if env.trace is not None:
            env.spend(len(found))
            title = "".join(map(str, name(this, env)))
            env.trace(title, [each for item in found for each in project(item, env)])
        return found

    return from_items(items)


@form("defineVariable", 1, 2)
def _define_variable(compiler: Compiler, call: Call, source: Code) -> Code:
    """Names items for what comes after in the same chain of steps."""
    argument = call.arguments[0]
    if not isinstance(argument, Literal) or type(argument.value) is not str:
        refuse("the name of a variable is a text", argument.at)
    name = argument.value
    if is_reserved(name):
        refuse("a variable of the standard cannot be defined again", argument.at)
    read = source.items
    project = compiler.scoped(call.arguments[1]).items if len(call.arguments) > 1 else None

    def items(this: Item, env: Environment) -> Items:
        found = read(this, env)
        if name in env.defined or name in env.variables:
            fail("a variable is defined twice")
        value = found if project is None else [each for item in found or [None] for each in project(item, env)]
        env.spend(len(value))
        env.defined = {**env.defined, name: value}
        return found

    return from_items(items)
