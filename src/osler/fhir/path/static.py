"""What can be told of an expression from the types alone, before there is a resource.

The types of what each part gives are followed through the expression as far as they are known. Where they are, an
element that no such type has is a mistake.
"""

from __future__ import annotations

from typing import NamedTuple

from osler.fhir.path.kinds import is_fhir_type, kind_of
from osler.fhir.path.lexer import refuse
from osler.fhir.path.parser import type_name_of
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
from osler.fhir.path.types import system_name


class Known(NamedTuple):
    """What is known of a collection."""

    kinds: frozenset[str] | None
    """Keys of FHIR kinds, and `System.` types; None: anything."""
    unordered: bool = False


ANYTHING = Known(None)
BOOLEAN = Known(frozenset({"System.Boolean"}))
INTEGER = Known(frozenset({"System.Integer"}))
TEXT = Known(frozenset({"System.String"}))

_ABSTRACT = {"Resource", "DomainResource", "Element", "BackboneElement"}


def _words(text: str) -> set[str]:
    return set(text.split())


_SAME = _words("""where first last tail skip take single distinct intersect exclude trace sort checkModifiers defineVariable
    """)
_BY_ORDER = {"first", "last", "tail", "skip", "take"}
_TRUTHS = _words("""empty exists all not allTrue anyTrue allFalse anyFalse subsetOf supersetOf isDistinct is startsWith endsWith contains
    matches matchesFull hasValue hasExtension conformsTo memberOf subsumes subsumedBy htmlChecks comparable""")
_OF_TEXT = _words("""startsWith endsWith contains matches matchesFull upper lower length trim indexOf lastIndexOf substring toChars split
    replace replaceMatches encode decode escape unescape""")
_GIVES_TEXT = _OF_TEXT - _TRUTHS - {"length", "indexOf", "lastIndexOf"} | {"join", "toString"}
_PER_ITEM = _words("where select exists all repeat repeatAll sort trace aggregate defineVariable iif")
_BOOLEAN_OPERATORS = {"and", "or", "xor", "implies", "=", "!=", "~", "!~", "<", ">", "<=", ">=", "in", "contains"}


class Checker:
    """Follows the types through an expression that is used on `type_name`; empty: on anything."""

    def __init__(self, type_name: str, *, ordered: bool) -> None:
        self._start = Known(frozenset({type_name})) if type_name else ANYTHING
        self._ordered = ordered

    def check(self, expression: Expression) -> None:
        """Raises Invalid, with the place, for what cannot be."""
        self._known(expression, self._start)

    def kinds(self, expression: Expression) -> frozenset[str] | None:
        """What it may give; None: anything. Raises as `check`."""
        return self._known(expression, self._start).kinds

    def _known(self, expression: Expression, this: Known) -> Known:
        match expression:
            case Literal(value=value):
                return ANYTHING if value is None else Known(frozenset({f"System.{system_name(value)}"}))
            case Member(source=None, name=name) if name[:1].isupper() and is_fhir_type(name):
                return self._type_at_start(expression, name, this)
            case Member(source=source, name=name):
                return self._member(expression, this if source is None else self._known(source, this), name)
            case Call():
                return self._call(expression, this)
            case Index(source=source, index=index):
                self._known(index, this)
                return self._in_order(expression, self._known(source, this))
            case Sign(operand=operand):
                return self._known(operand, this)
            case Operation():
                return self._operation(expression, this)
            case TypeOperation(operator=operator, operand=operand, type=type_name):
                self._known(operand, this)
                return BOOLEAN if operator == "is" else _of_type(type_name)
            case Special(name=name):
                return {"$this": this, "$index": INTEGER}.get(name, ANYTHING)
            case _:
                assert isinstance(expression, Variable)
                return ANYTHING

    def _type_at_start(self, expression: Expression, name: str, this: Known) -> Known:
        if this.kinds is None:
            return Known(frozenset({name}))
        kept = frozenset(kind for kind in this.kinds if kind in _ABSTRACT or name in _bases(kind))
        if not kept:
            refuse("it begins with another type than it is used on", expression.at)
        return Known(frozenset({name}) if kept <= _ABSTRACT else kept)

    def _member(self, expression: Expression, source: Known, name: str) -> Known:
        if source.kinds is None:
            return Known(None, source.unordered)
        found: set[str] = set()
        exists = unsure = False
        for kind in source.kinds:
            member = None if kind.startswith("System.") else kind_of(kind).members[name]
            exists = exists or member is not None
            unsure = unsure or (member is None and kind in _ABSTRACT) or (member is not None and not member.kinds)
            found.update(member.kinds if member is not None else ())
            unsure = unsure or (member is None and kind == "System.Quantity")
        if not exists and not unsure:
            refuse("there is no such element", expression.at)
        return Known(None if unsure else frozenset(found), source.unordered)

    def _call(self, call: Call, this: Known) -> Known:
        source = this if call.source is None else self._known(call.source, this)
        if call.name in ("is", "as", "ofType"):
            return BOOLEAN if call.name == "is" else _of_type(type_name_of(call.arguments[0]))
        inside = Known(source.kinds) if call.name in _PER_ITEM else this
        if call.name == "repeat":
            inside = ANYTHING
        arguments = [self._known(argument, inside) for argument in call.arguments]
        if call.name in _OF_TEXT and source.kinds and not any(_may_be_text(kind) for kind in source.kinds):
            refuse("a function of texts is used on something else", call.at)
        if call.name in _BY_ORDER:
            source = self._in_order(call, source)
        return _result(call.name, source, arguments)

    def _operation(self, expression: Operation, this: Known) -> Known:
        left, right = self._known(expression.left, this), self._known(expression.right, this)
        if expression.operator == "|":
            return _union(left, right)
        return (
            BOOLEAN if expression.operator in _BOOLEAN_OPERATORS else TEXT if expression.operator == "&" else ANYTHING
        )

    def _in_order(self, expression: Expression, source: Known) -> Known:
        if self._ordered and source.unordered:
            refuse("it relies on an order that is not defined", expression.at)
        return source


def _result(name: str, source: Known, arguments: list[Known]) -> Known:
    if name in _SAME:
        return source
    if name in _TRUTHS:
        return BOOLEAN
    if name in _GIVES_TEXT:
        return TEXT
    if name == "select":
        return Known(arguments[0].kinds, source.unordered)
    if name in ("union", "combine"):
        return _union(source, arguments[0])
    if name == "extension":
        return Known(frozenset({"Extension"}))
    if name in ("children", "descendants"):
        return Known(None, unordered=True)
    return INTEGER if name in ("count", "length", "indexOf") else ANYTHING


def _union(left: Known, right: Known) -> Known:
    if left.kinds is None or right.kinds is None:
        return ANYTHING
    return Known(left.kinds | right.kinds)


def _of_type(name: str) -> Known:
    plain = name.removeprefix("FHIR.")
    return Known(frozenset({plain})) if is_fhir_type(plain) and plain != "Quantity" else ANYTHING


def _bases(kind: str) -> frozenset[str]:
    return frozenset() if kind.startswith("System.") else kind_of(kind).bases


def _may_be_text(kind: str) -> bool:
    return kind == "System.String" or (not kind.startswith("System.") and kind_of(kind).primitive)
