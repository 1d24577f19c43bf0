"""Arithmetic (https://hl7.org/fhirpath/N1/#math-1). Results that do not fit, and division by zero, are empty (None)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from osler.fhir.datatypes.units import canonical
from osler.fhir.path.durations import later
from osler.fhir.path.environment import fail
from osler.fhir.path.quantity import Quantity, bases
from osler.fhir.path.temporal import Temporal
from osler.fhir.path.values import ARITHMETIC, LARGEST_INTEGER, MOST_TEXT, is_number


def add(one: Any, other: Any) -> Any:
    if type(one) is str and type(other) is str:
        if len(one) + len(other) > MOST_TEXT:
            fail("a text gets too long")
        return one + other
    if type(one) is Temporal and type(other) is Quantity:
        return later(one, other, 1)
    if type(one) is Quantity and type(other) is Quantity:
        return _sum(one, other, 1)
    return _numbers("+", one, other, int.__add__, ARITHMETIC.add)


def subtract(one: Any, other: Any) -> Any:
    if type(one) is Temporal and type(other) is Quantity:
        return later(one, other, -1)
    if type(one) is Quantity and type(other) is Quantity:
        return _sum(one, other, -1)
    return _numbers("-", one, other, int.__sub__, ARITHMETIC.subtract)


def multiply(one: Any, other: Any) -> Any:
    if type(one) is Quantity or type(other) is Quantity:
        return _combined(one, other, ".", ARITHMETIC.multiply)
    return _numbers("*", one, other, int.__mul__, ARITHMETIC.multiply)


def divide(one: Any, other: Any) -> Any:
    if type(one) is Quantity or type(other) is Quantity:
        return _combined(one, other, "/", ARITHMETIC.divide)
    if not (is_number(one) and is_number(other)):
        fail("“/” takes numbers or quantities")
    return _decimal(ARITHMETIC.divide, Decimal(one), Decimal(other))


def whole_quotient(one: Any, other: Any) -> int | None:
    """`div`: cut off towards zero."""
    found = _numbers("div", one, other, None, ARITHMETIC.divide_int)
    return None if found is None or abs(found) > LARGEST_INTEGER else int(found)


def remainder(one: Any, other: Any) -> Any:
    """`mod`, with the sign of the first."""
    found = _numbers("mod", one, other, None, ARITHMETIC.remainder)
    return int(found) if found is not None and type(one) is int and type(other) is int else found


ARITHMETIC_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "div": whole_quotient,
    "mod": remainder,
}


def _numbers(
    sign: str,
    one: Any,
    other: Any,
    whole: Callable[[int, int], int] | None,
    exact: Callable[[Decimal, Decimal], Decimal],
) -> Any:
    if not (is_number(one) and is_number(other)):
        fail(f"“{sign}” cannot be done with values of these types")
    if whole is not None and type(one) is int and type(other) is int:
        found = whole(one, other)
        return found if abs(found) <= LARGEST_INTEGER else None
    return _decimal(exact, Decimal(one), Decimal(other))


def _decimal(compute: Callable[[Decimal, Decimal], Decimal], one: Decimal, other: Decimal) -> Decimal | None:
    try:
        return compute(one, other)
    except DecimalException:
        return None


def _sum(one: Quantity, other: Quantity, sign: int) -> Quantity | None:
    """In the unit of the first where both have the same, else in base units."""
    if (one.unit, one.calendar) == (other.unit, other.calendar):
        value, step = one.value, other.value
        unit, calendar = one.unit, one.calendar
    else:
        (value, unit), (step, another) = bases(one, other)
        calendar = unit == "calendar"
        if unit != another:
            return None
        unit = "month" if calendar else unit
    found = _decimal(ARITHMETIC.add, value, step * sign)
    return None if found is None else Quantity(found, unit, calendar)


def _combined(one: Any, other: Any, sign: str, compute: Callable[[Decimal, Decimal], Decimal]) -> Quantity | None:
    """Product or quotient of quantities, in base units unless one is a plain number."""
    if is_number(other) and type(one) is Quantity:
        value = _decimal(compute, one.value, Decimal(other))
        return None if value is None else one._replace(value=value)
    mine, theirs = (_quantity(each) for each in (one, other))
    # Both to base units first; the product of two texts of base units is a unit itself.
    (value, unit), (factor, another) = mine.base(), theirs.base()
    found = _decimal(compute, value, factor)
    named = canonical(Decimal(1), f"({unit}){sign}({another})")
    return None if found is None or named is None else Quantity(found, named[1])


def _quantity(value: Any) -> Quantity:
    if type(value) is Quantity:
        return value
    if not is_number(value):
        fail("quantities are multiplied and divided by numbers and quantities")
    return Quantity(Decimal(value))
