"""FHIRPath tokens to expressions (https://hl7.org/fhirpath/N1/#formal-specifications)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from osler.fhir.path.lexer import Token, refuse, tokens
from osler.fhir.path.quantity import CALENDAR_WORDS, Quantity
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
)
from osler.fhir.path.temporal import Temporal, parse_temporal

DEEPEST = 100
"""How deep an expression may be nested, a chain of steps or of operators counting one level per link."""
LARGEST_INTEGER = 2**31 - 1

_STRENGTH = {
    "implies": 1,
    "or": 2,
    "xor": 2,
    "and": 3,
    "in": 4,
    "contains": 4,
    "=": 5,
    "~": 5,
    "!=": 5,
    "!~": 5,
    "<": 6,
    ">": 6,
    "<=": 6,
    ">=": 6,
    "|": 7,
    "is": 8,
    "as": 8,
    "+": 9,
    "-": 9,
    "&": 9,
    "*": 10,
    "/": 10,
    "div": 10,
    "mod": 10,
}
_WORDS = {"and", "or", "xor", "implies", "div", "mod", "true", "false"}
"""Words that are never the name of an element, unless in backticks."""


def parse(text: str) -> Expression:
    """The expression a text holds. Raises Invalid with the place of the first thing that cannot be."""
    parser = _Parser(tokens(text))
    found = parser.expression(0)
    parser.expect("end", "")
    _check_depth(found)
    return found


def _check_depth(whole: Expression) -> None:
    level: list[Expression] = [whole]
    for _ in range(DEEPEST):
        level = [part for each in level for part in each.parts()]
        if not level:
            return
    refuse(f"it is nested more than {DEEPEST} levels deep", level[0].at)


class _Parser:
    def __init__(self, all_tokens: list[Token]) -> None:
        self._tokens = all_tokens
        self._next = 0
        self._depth = 0

    def expression(self, weakest: int) -> Expression:
        """An expression of operators stronger than `weakest`."""
        self._depth += 1
        if self._depth > DEEPEST:
            refuse(f"it is nested more than {DEEPEST} levels deep", self._token.at)
        left = self._signed()
        while (strength := self._operator_strength()) > weakest:
            operator = self._take()
            if operator.text in ("is", "as"):
                left = TypeOperation(operator.at, operator.text, left, self._type_name())
            else:
                left = Operation(operator.at, operator.text, left, self.expression(strength))
        self._depth -= 1
        return left

    def expect(self, kind: str, text: str) -> Token:
        token = self._take()
        if token.kind != kind or token.text != text:
            refuse(f"“{text}” is expected" if text else "it should end", token.at)
        return token

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        if token.kind != "end":
            self._next += 1
        return token

    def _at_sign(self, text: str) -> bool:
        return self._token.kind == "sign" and self._token.text == text

    def _operator_strength(self) -> int:
        token = self._token
        return _STRENGTH.get(token.text, 0) if token.kind in ("sign", "name") else 0

    def _signed(self) -> Expression:
        signs: list[Token] = []
        while self._token.kind == "sign" and self._token.text in "+-":
            signs.append(self._take())
        found = self._with_steps(self._term())
        for sign in reversed(signs):
            found = Sign(sign.at, sign.text, found)
        return found

    def _with_steps(self, found: Expression) -> Expression:
        while True:
            if self._at_sign("."):
                self._take()
                found = self._step(found)
            elif self._at_sign("["):
                at = self._take().at
                found = Index(at, found, self.expression(0))
                self.expect("sign", "]")
            else:
                return found

    def _step(self, source: Expression | None) -> Expression:
        """A name, or a function with its arguments."""
        token = self._take()
        if token.kind == "special" and source is not None:
            return (
                Special(token.at, token.text) if token.text == "$this" else refuse("it cannot follow a dot", token.at)
            )
        if token.kind != "quoted" and (token.kind != "name" or token.text in _WORDS):
            refuse("a value, an element or a function is expected", token.at)
        if self._at_sign("("):
            return Call(token.at, source, token.text, self._arguments())
        return Member(token.at, source, token.text)

    def _arguments(self) -> tuple[Expression, ...]:
        self.expect("sign", "(")
        found: list[Expression] = []
        if not self._at_sign(")"):
            found.append(self.expression(0))
            while self._at_sign(","):
                self._take()
                found.append(self.expression(0))
        self.expect("sign", ")")
        return tuple(found)

    def _term(self) -> Expression:
        token = self._token
        if token.kind in ("string", "number", "date", "time"):
            self._take()
            return Literal(token.at, self._value(token))
        if token.kind == "special":
            self._take()
            return Special(token.at, token.text)
        if token.kind == "name" and token.text in ("true", "false"):
            self._take()
            return Literal(token.at, token.text == "true")
        if token.kind == "sign" and token.text in "({%":
            self._take()
            return self._bracketed(token)
        return self._step(None)

    def _bracketed(self, token: Token) -> Expression:
        if token.text == "(":
            found = self.expression(0)
            self.expect("sign", ")")
            return found
        if token.text == "{":
            self.expect("sign", "}")
            return Literal(token.at, None)
        name = self._take()
        if name.kind not in ("name", "quoted", "string"):
            refuse("a variable's name is expected", name.at)
        return Variable(token.at, name.text)

    def _type_name(self) -> str:
        """`Patient`, `FHIR.Patient`, `System.String`."""
        names = [self._name_part()]
        while self._at_sign("."):
            self._take()
            names.append(self._name_part())
        return ".".join(names)

    def _name_part(self) -> str:
        token = self._take()
        if token.kind not in ("name", "quoted"):
            refuse("a type's name is expected", token.at)
        return token.text

    def _value(self, token: Token) -> Any:
        if token.kind == "string":
            return token.text
        if token.kind in ("date", "time"):
            return _moment(token)
        unit = self._token
        if unit.kind == "string" or (unit.kind == "name" and unit.text in CALENDAR_WORDS):
            self._take()
            return Quantity.written(Decimal(token.text), unit.text, in_quotes=unit.kind == "string")
        return _number(token)


def _number(token: Token) -> int | Decimal:
    if "." in token.text:
        return Decimal(token.text)
    if len(token.text) > 10 or int(token.text) > LARGEST_INTEGER:
        refuse("an integer is larger than 2147483647", token.at)
    return int(token.text)


def _moment(token: Token) -> Temporal:
    found = parse_temporal(token.text[1:], literal=True)
    if found is None:
        refuse("there is no such date or time", token.at)
    return found


def type_name_of(expression: Expression) -> str:
    """The type that an argument of `is`, `as` or `ofType` names."""
    if not isinstance(expression, Member):
        refuse("a type's name is expected", expression.at)
    before = "" if expression.source is None else type_name_of(expression.source) + "."
    return before + expression.name
