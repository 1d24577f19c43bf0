"""Equivalence, `~`: equality as people see it (https://hl7.org/fhirpath/N1/#equivalent-1)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from osler.fhir.path.environment import Environment
from osler.fhir.path.equality import equal, key
from osler.fhir.path.nodes import Item, Items, Node, system
from osler.fhir.path.quantity import Quantity, bases
from osler.fhir.path.temporal import Temporal
from osler.fhir.path.values import ARITHMETIC, is_number

_WIDE = Context(prec=3000)
"""Room for the longest decimal of FHIR JSON with the widest exponent."""


def equivalent_items(left: Items, right: Items, env: Environment) -> bool:
    """The same items in any order."""
    return _pair_off(left, right, equivalent, env)


def _pair_off(
    left: list[Any], right: list[Any], same: Callable[[Any, Any, Environment], bool], env: Environment
) -> bool:
    """Whether each of the one list goes with its own of the other."""
    if len(left) != len(right):
        return False
    waiting = list(right)
    for one in left:
        env.spend(len(waiting))
        found = next((index for index, other in enumerate(waiting) if same(one, other, env)), None)
        if found is None:
            return False
        del waiting[found]
    return True


def equivalent(one: Item, other: Item, env: Environment) -> bool:
    """Texts whatever their case and white space, numbers as far as both are precise."""
    mine, theirs = system(one), system(other)
    if type(mine) is str and type(theirs) is str:
        return _words(mine) == _words(theirs)
    if is_number(mine) and is_number(theirs):
        return _near(Decimal(mine), Decimal(theirs), min(_places(mine), _places(theirs)))
    if type(mine) is Quantity and type(theirs) is Quantity:
        env.spend(30)
        return _equivalent_quantities(mine, theirs)
    if type(mine) is Temporal and type(theirs) is Temporal:
        return len(mine.fields) == len(theirs.fields) and equal(mine, theirs, env) is True
    if type(mine) is Node and type(theirs) is Node:
        return _equivalent_json(mine.value, theirs.value, env)
    return key(one, env) == key(other, env)


def _equivalent_quantities(one: Quantity, other: Quantity) -> bool:
    (mine, dimension), (theirs, another) = bases(one, other, loosely=True)
    if dimension != another:
        return False
    # Half a unit of the last digit of each, in base units: they differ by less than the coarser of the two.
    coarser = max(_width(one, mine), _width(other, theirs))
    return abs(mine - theirs) <= coarser / 2


def _width(quantity: Quantity, base: Decimal) -> Decimal:
    """What one more in the last digit written makes in base units."""
    step = Decimal(1).scaleb(-_places(quantity.value))
    if quantity.value:
        return abs(ARITHMETIC.multiply(ARITHMETIC.divide(base, quantity.value), step))
    return abs(Quantity(step, quantity.unit, quantity.calendar, quantity.either).base(calendar=True)[0])


def _equivalent_json(one: Any, other: Any, env: Environment) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        names = (one.keys() | other.keys()) - {"id"}
        env.spend(len(names))
        return all(_equivalent_json(one.get(name), other.get(name), env) for name in names)
    if isinstance(one, list) and isinstance(other, list):
        return _pair_off(one, other, _equivalent_json, env)
    return equivalent(one, other, env)


def _words(text: str) -> list[str]:
    return text.casefold().split()


def _places(value: Any) -> int:
    """Digits behind the point, not counting zeros at the end."""
    if type(value) is int:
        return 0
    exponent = Decimal(value).normalize(ARITHMETIC).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _near(one: Decimal, other: Decimal, places: int) -> bool:
    step = Decimal(1).scaleb(-places)
    return _rounded(one, step) == _rounded(other, step)


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_HALF_UP, _WIDE)
