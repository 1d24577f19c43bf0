"""Mathematics (https://hl7.org/fhirpath/N1/#math). What has no result, such as a root of -1, gives nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal, DecimalException, InvalidOperation
from typing import Any

from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.functions.registry import gives_items
from osler.fhir.path.nodes import EMPTY, Items
from osler.fhir.path.quantity import Quantity
from osler.fhir.path.values import ARITHMETIC, integer_items, is_number, single, single_integer


def _number(items: Items, what: str) -> int | Decimal | None:
    value = single(items, what)
    if value is not None and not is_number(value):
        fail(f"{what} takes a number")
    return value


def _computed(compute: Callable[[], Any]) -> Items:
    try:
        found = compute()
    except DecimalException:
        return EMPTY
    return integer_items(found) if type(found) is int else [found]


def _whole(name: str, rounding: str) -> None:
    @gives_items(name)
    def _apply(items: Items, env: Environment) -> Items:
        value = single(items, f"{name}()")
        if type(value) is Quantity:
            return [value._replace(value=value.value.to_integral_value(rounding))]
        number = _number(items, f"{name}()")
        if number is None:
            return EMPTY
        if isinstance(number, Decimal) and number.adjusted() > 20:
            return EMPTY
        return integer_items(int(Decimal(number).to_integral_value(rounding)))


_whole("ceiling", ROUND_CEILING)
_whole("floor", ROUND_FLOOR)
_whole("truncate", ROUND_DOWN)


@gives_items("abs")
def _abs(items: Items, env: Environment) -> Items:
    value = single(items, "abs()")
    if type(value) is Quantity:
        return [value._replace(value=abs(value.value))]
    number = _number(items, "abs()")
    return EMPTY if number is None else _computed(lambda: abs(number))


@gives_items("round", 0, 1)
def _round(items: Items, env: Environment, *digits: Items) -> Items:
    """To whole numbers, or to so many digits behind the point. Halves are rounded away from zero."""
    number, places = _number(items, "round()"), single_integer(digits[0], "round()") if digits else 0
    if places is None or number is None:
        return EMPTY
    if places < 0:
        fail("round() takes digits behind the point")
    if type(number) is int or places > 27:
        return [number]
    step = Decimal(1).scaleb(-places)
    return _computed(lambda: Decimal(number).quantize(step, ROUND_HALF_UP, ARITHMETIC))


def _of_decimal(name: str, compute: Callable[[Decimal], Decimal]) -> None:
    @gives_items(name)
    def _apply(items: Items, env: Environment) -> Items:
        number = _number(items, f"{name}()")
        env.spend(20)
        return EMPTY if number is None else _computed(lambda: compute(Decimal(number)))


def _ln(value: Decimal) -> Decimal:
    if not value:
        raise InvalidOperation
    return ARITHMETIC.ln(value)


_of_decimal("exp", ARITHMETIC.exp)
_of_decimal("ln", _ln)
_of_decimal("sqrt", ARITHMETIC.sqrt)


@gives_items("log", 1)
def _log(items: Items, env: Environment, base: Items) -> Items:
    number, of = _number(items, "log()"), _number(base, "log()")
    env.spend(40)
    if number is None or of is None:
        return EMPTY
    return _computed(lambda: _tidy(ARITHMETIC.divide(_ln(Decimal(number)), _ln(Decimal(of)))))


def _tidy(value: Decimal) -> Decimal:
    """The whole number it is but for the rounding of logarithms."""
    whole = value.to_integral_value()
    return whole if abs(value - whole) < Decimal("1e-24") else value


@gives_items("power", 1)
def _power(items: Items, env: Environment, exponent: Items) -> Items:
    number, times = _number(items, "power()"), _number(exponent, "power()")
    env.spend(40)
    if number is None or times is None:
        return EMPTY
    found = _computed(lambda: ARITHMETIC.power(Decimal(number), Decimal(times)))
    if type(number) is int and type(times) is int and times >= 0 and found:
        return integer_items(int(found[0])) if found[0].adjusted() < 10 else EMPTY
    return found
