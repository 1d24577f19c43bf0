"""Expressions to code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.fhir.path.code import THIS, Code, ItemsOf, constant, from_items
from osler.fhir.path.environment import Environment, too_costly
from osler.fhir.path.functions import FUNCTIONS
from osler.fhir.path.kinds import is_fhir_type
from osler.fhir.path.lexer import refuse
from osler.fhir.path.nodes import EMPTY, Item, Items, Node, TypeInfo
from osler.fhir.path.operators import OPERATORS, negated
from osler.fhir.path.quantity import Quantity
from osler.fhir.path.syntax import (
    Call,
    Expression,
    Index,
    Literal,
    Member,
    Operation,
    Sign,
    Special,
    TypeOperation,
    Variable,
    mentions,
)
from osler.fhir.path.types import cast, type_check
from osler.fhir.path.values import single_integer
from osler.fhir.path.variables import variable


class Compiler:
    """Makes code of expressions. `strict`: `as` wants a single item, a condition of `iif` a boolean."""

    def __init__(self, whole: Expression, *, strict: bool) -> None:
        self.strict = strict
        self._defines = mentions(whole, "defineVariable")

    def code(self, expression: Expression) -> Code:
        return _COMPILED[type(expression)](self, expression)

    def source(self, expression: Expression | None) -> Code:
        """What a step is taken from: `$this` where nothing is written."""
        return THIS if expression is None else self.code(expression)

    def scoped(self, expression: Expression) -> Code:
        """Code that keeps the variables it defines to itself."""
        code = self.code(expression)
        if not self._defines:
            return code

        def items(this: Item, env: Environment) -> Items:
            defined = env.defined
            try:
                return code.items(this, env)
            finally:
                env.defined = defined

        return from_items(items)

    def literal(self, expression: Literal) -> Code:
        return constant(expression.value)

    def member(self, expression: Member) -> Code:
        name = expression.name
        if expression.source is None:
            return from_items(_of_type(name) if name[:1].isupper() and is_fhir_type(name) else _first_step(name))
        return from_items(_step(self.code(expression.source).items, name))

    def call(self, expression: Call) -> Code:
        function = FUNCTIONS.get(expression.name)
        if function is None:
            refuse("there is no such function", expression.at)
        if not function.least <= len(expression.arguments) <= function.most:
            refuse("a function has too few or too many arguments", expression.at)
        return function.compile(self, expression, self.source(expression.source))

    def index(self, expression: Index) -> Code:
        source, index = self.code(expression.source).items, self.scoped(expression.index).items

        def items(this: Item, env: Environment) -> Items:
            found, at = source(this, env), single_integer(index(this, env), "[]")
            return found[at : at + 1] if at is not None and at >= 0 else EMPTY

        return from_items(items)

    def sign(self, expression: Sign) -> Code:
        operand = self.code(expression.operand)
        minus = expression.sign == "-"
        if operand.constant:
            return constant(negated(operand.constant, minus=minus)[0])
        return from_items(lambda this, env: negated(operand.items(this, env), minus=minus))

    def operation(self, expression: Operation) -> Code:
        return OPERATORS[expression.operator](self.scoped(expression.left), self.scoped(expression.right))

    def type_operation(self, expression: TypeOperation) -> Code:
        operand = self.code(expression.operand)
        if expression.operator == "is":
            return type_check(operand, expression.type, expression.at, strict=self.strict)
        return cast(operand, expression.type, expression.at, single=self.strict)

    def variable(self, expression: Variable) -> Code:
        return variable(expression.name)

    def special(self, expression: Special) -> Code:
        if expression.name == "$index":
            return from_items(lambda this, env: EMPTY if env.index is None else [env.index])
        return from_items(lambda this, env: env.total) if expression.name == "$total" else THIS


_COMPILED: dict[type[Expression], Callable[[Compiler, Any], Code]] = {
    Literal: Compiler.literal,
    Member: Compiler.member,
    Call: Compiler.call,
    Index: Compiler.index,
    Sign: Compiler.sign,
    Operation: Compiler.operation,
    TypeOperation: Compiler.type_operation,
    Variable: Compiler.variable,
    Special: Compiler.special,
}

_LONG = 30
"""Items that are read out of a resource in the time of one step."""


def _of_type(name: str) -> ItemsOf:
    """A path that begins with the name of a type: the focus, if it is one."""

    def items(this: Item, env: Environment) -> Items:
        return [this] if type(this) is Node and name in this.kind.bases else EMPTY

    return items


def _first_step(name: str) -> ItemsOf:
    def items(this: Item, env: Environment) -> Items:
        if type(this) is not Node:
            return _of_value(this, name)
        member = this.kind.members[name]
        return EMPTY if member is None else _counted(member.read(this), env)

    return items


def _step(source: ItemsOf, name: str) -> ItemsOf:
    def items(this: Item, env: Environment) -> Items:
        found = source(this, env)
        if len(found) == 1:
            node = found[0]
            if type(node) is not Node:
                return _of_value(node, name)
            member = node.kind.members[name]
            return EMPTY if member is None else _counted(member.read(node), env)
        if not found:
            return EMPTY
        return _from_many(found, name, env)

    return items


def _counted(found: Items, env: Environment) -> Items:
    """The items of one element: long lists are work too, each time they are read."""
    if len(found) > _LONG:
        env.spend(len(found) // _LONG)
    return found


def _from_many(found: Items, name: str, env: Environment) -> Items:
    env.left -= len(found)
    if env.left < 0:
        too_costly()
    inside: Items = []
    for node in found:
        if type(node) is not Node:
            inside += _of_value(node, name)
        elif (member := node.kind.members[name]) is not None:
            inside += member.read(node)
    return _counted(inside, env)


def _of_value(value: Any, name: str) -> Items:
    """Parts of values that are not from a resource."""
    if type(value) is TypeInfo:
        return {"namespace": [value.namespace], "name": [value.name], "baseType": [value.base]}.get(name, EMPTY)
    if type(value) is Quantity:
        return {"value": [value.value], "unit": [value.unit]}.get(name, EMPTY)
    return EMPTY
