"""The operators between two expressions (https://hl7.org/fhirpath/N1/#operations)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from osler.fhir.path.arithmetic import ARITHMETIC_OPERATORS
from osler.fhir.path.code import Code, from_items, from_truth
from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.equality import equal_items, key, order
from osler.fhir.path.equivalence import equivalent_items
from osler.fhir.path.nodes import EMPTY, Item, Items, Node
from osler.fhir.path.quantity import Quantity
from osler.fhir.path.sets import union
from osler.fhir.path.values import ARITHMETIC, is_number, single, single_text

Operator = Callable[[Code, Code], Code]


def _and(left: Code, right: Code) -> Code:
    first, second = left.truth, right.truth

    def truth(this: Item, env: Environment) -> bool | None:
        one = first(this, env)
        if one is False:
            return False
        other = second(this, env)
        return False if other is False else None if one is None else other

    return from_truth(truth)


def _or(left: Code, right: Code) -> Code:
    first, second = left.truth, right.truth

    def truth(this: Item, env: Environment) -> bool | None:
        one = first(this, env)
        if one:
            return True
        other = second(this, env)
        return True if other else None if one is None else other

    return from_truth(truth)


def _xor(left: Code, right: Code) -> Code:
    first, second = left.truth, right.truth

    def truth(this: Item, env: Environment) -> bool | None:
        one, other = first(this, env), second(this, env)
        return None if one is None or other is None else one is not other

    return from_truth(truth)


def _implies(left: Code, right: Code) -> Code:
    first, second = left.truth, right.truth

    def truth(this: Item, env: Environment) -> bool | None:
        one = first(this, env)
        if one is False:
            return True
        other = second(this, env)
        return True if other else None if one is None else other

    return from_truth(truth)


def _equals(left: Code, right: Code) -> Code:
    if right.constant and isinstance(right.constant[0], str):
        return from_truth(_equals_text(left, right.constant))
    first, second = left.items, right.items
    return from_truth(lambda this, env: equal_items(first(this, env), second(this, env), env))


def _equals_text(left: Code, texts: Items) -> Callable[[Item, Environment], bool | None]:
    """The most frequent comparison of all, with a text that is written in the expression."""
    read, text, alone = left.items, texts[0], len(texts) == 1

    def truth(this: Item, env: Environment) -> bool | None:
        found = read(this, env)
        if alone and len(found) == 1:
            item = found[0]
            value = item.kind.system(item) if type(item) is Node else item
            if type(value) is str:
                return value == text
        return equal_items(found, texts, env)

    return truth


def _differs(left: Code, right: Code) -> Code:
    same = _equals(left, right).truth

    def truth(this: Item, env: Environment) -> bool | None:
        found = same(this, env)
        return None if found is None else not found

    return from_truth(truth)


def _equivalent(left: Code, right: Code) -> Code:
    first, second = left.items, right.items
    return from_truth(lambda this, env: equivalent_items(first(this, env), second(this, env), env))


def _not_equivalent(left: Code, right: Code) -> Code:
    first, second = left.items, right.items
    return from_truth(lambda this, env: not equivalent_items(first(this, env), second(this, env), env))


def _ordered(holds: Callable[[int], bool]) -> Operator:
    def operator(left: Code, right: Code) -> Code:
        first, second = left.items, right.items

        def truth(this: Item, env: Environment) -> bool | None:
            one = single(first(this, env), "a comparison")
            other = single(second(this, env), "a comparison")
            if one is None or other is None:
                return None
            found = order(one, other, env)
            return None if found is None else holds(found)

        return from_truth(truth)

    return operator


def _union(left: Code, right: Code) -> Code:
    first, second = left.items, right.items
    if left.constant is not None and right.constant is not None:
        found = union(left.constant, right.constant, Environment())
        return Code(lambda this, env: found, from_items(lambda this, env: found).truth, found)
    return from_items(lambda this, env: union(first(this, env), second(this, env), env))


def _in(left: Code, right: Code) -> Code:
    first, second = left.items, right.items
    if right.constant is not None:
        known = frozenset(key(item, Environment()) for item in right.constant)
        return from_truth(lambda this, env: _is_among(first(this, env), known, env))

    def truth(this: Item, env: Environment) -> bool | None:
        items, found = first(this, env), second(this, env)
        if not items:
            return None
        env.spend(len(found))
        return _is_among(items, {key(item, env) for item in found}, env)

    return from_truth(truth)


def _is_among(items: Items, known: frozenset[Any] | set[Any], env: Environment) -> bool | None:
    if len(items) > 1:
        fail("membership takes a single item, and there are several")
    return key(items[0], env) in known if items else None


def _contains(left: Code, right: Code) -> Code:
    return _in(right, left)


def _joined(left: Code, right: Code) -> Code:
    """`&`: two texts as one, nothing being the empty text."""
    first, second = left.items, right.items

    def items(this: Item, env: Environment) -> Items:
        one = single_text(first(this, env), "“&”") or ""
        text = one + (single_text(second(this, env), "“&”") or "")
        env.spend(len(text) // 100)
        return [text]

    return from_items(items)


def _arithmetic(compute: Callable[[Any, Any], Any]) -> Operator:
    def operator(left: Code, right: Code) -> Code:
        first, second = left.items, right.items

        def items(this: Item, env: Environment) -> Items:
            one = single(first(this, env), "arithmetic")
            other = single(second(this, env), "arithmetic")
            if one is None or other is None:
                return EMPTY
            env.spend(_work(one))
            found = compute(one, other)
            return EMPTY if found is None else [found]

        return from_items(items)

    return operator


def _work(value: Any) -> int:
    """Steps of one operation on such a value."""
    if type(value) is str:
        return 2 + len(value) // 100
    return 2 if is_number(value) else 15


def negated(found: Items, *, minus: bool) -> Items:
    """`-` or `+` before a number or quantity."""
    value = single(found, "a sign")
    if value is None:
        return EMPTY
    if type(value) is Quantity:
        return [value._replace(value=-value.value if minus else value.value)]
    if not is_number(value):
        fail("a sign is only for numbers and quantities")
    return [ARITHMETIC.minus(value) if isinstance(value, Decimal) else -value] if minus else [value]


OPERATORS: dict[str, Operator] = {
    "and": _and,
    "or": _or,
    "xor": _xor,
    "implies": _implies,
    "=": _equals,
    "!=": _differs,
    "~": _equivalent,
    "!~": _not_equivalent,
    "<": _ordered(lambda found: found < 0),
    "<=": _ordered(lambda found: found <= 0),
    ">": _ordered(lambda found: found > 0),
    ">=": _ordered(lambda found: found >= 0),
    "|": _union,
    "in": _in,
    "contains": _contains,
    "&": _joined,
    **{name: _arithmetic(compute) for name, compute in ARITHMETIC_OPERATORS.items()},
}
