"""The parts a FHIRPath expression is made of, as the parser gives them. `at` is the place in the text, from 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Expression:
    at: int

    def parts(self) -> Iterator[Expression]:
        """The expressions directly inside."""
        for name in self.__match_args__:
            value = getattr(self, name)
            if isinstance(value, Expression):
                yield value
            elif isinstance(value, tuple):
                yield from (each for each in value if isinstance(each, Expression))


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    value: Any
    """A system value; None for `{}`."""


@dataclass(frozen=True, slots=True)
class Member(Expression):
    """`name`, or `source.name`."""

    source: Expression | None
    name: str


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """`name(arguments)`, or `source.name(arguments)`."""

    source: Expression | None
    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Index(Expression):
    source: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Sign(Expression):
    sign: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Operation(Expression):
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class TypeOperation(Expression):
    """`operand is type` or `operand as type`."""

    operator: str
    operand: Expression
    type: str


@dataclass(frozen=True, slots=True)
class Variable(Expression):
    """`%name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Special(Expression):
    """`$this`, `$index` or `$total`."""

    name: str


def mentions(expression: Expression, name: str) -> bool:
    """Whether `$index`, `$total` or a call of that name is anywhere inside."""
    if isinstance(expression, Special | Call) and expression.name == name:
        return True
    return any(mentions(part, name) for part in expression.parts())
