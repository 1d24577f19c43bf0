"""The least and the greatest value that something written with a precision can mean, and that precision."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from osler.fhir.datatypes.units import comparable
from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.functions.registry import gives_items, gives_truth
from osler.fhir.path.nodes import EMPTY, Items
from osler.fhir.path.quantity import Quantity
from osler.fhir.path.temporal import Temporal, days_in
from osler.fhir.path.values import is_number, single, single_integer

_MOST_PLACES = 28
_WIDE = Context(prec=3000)
_DIGITS = {1: 4, 2: 6, 3: 8, 4: 10, 5: 12, 6: 14}
"""Fields of a date and time to the digits that precision counts; a fraction of the second makes three more."""
_UTC_EXTREMES = {True: 14 * 60, False: -12 * 60}


@gives_items("lowBoundary", 0, 1)
def _low_boundary(items: Items, env: Environment, *precision: Items) -> Items:
    return _boundary(items, env, precision, low=True)


@gives_items("highBoundary", 0, 1)
def _high_boundary(items: Items, env: Environment, *precision: Items) -> Items:
    return _boundary(items, env, precision, low=False)


@gives_items("precision")
def _precision(items: Items, env: Environment) -> Items:
    """Digits behind the point of a number; digits of a date or time from the year, or the hour, on."""
    value = single(items, "precision()")
    if value is None:
        return EMPTY
    if is_number(value):
        return [_places(value)]
    if type(value) is not Temporal:
        fail("precision() takes a number, a date or a time")
    digits = 2 * len(value.fields) if value.kind == "Time" else _DIGITS[len(value.fields)]
    return [digits + (3 if value.digits else 0)]


@gives_truth("comparable", 1)
def _comparable(items: Items, env: Environment, other: Items) -> bool | None:
    one, another = single(items, "comparable()"), single(other, "comparable()")
    if one is None or another is None:
        return None
    if type(one) is not Quantity or type(another) is not Quantity:
        fail("comparable() takes quantities")
    return comparable(one.ucum, another.ucum) or one.base()[1] == another.base()[1]


def _boundary(items: Items, env: Environment, precision: tuple[Items, ...], *, low: bool) -> Items:
    env.spend(15)
    value = single(items, "a boundary")
    wanted = single_integer(precision[0], "a boundary") if precision else None
    if value is None:
        return EMPTY
    if type(value) is Temporal:
        found = _of_time(value, wanted, low=low) if value.kind == "Time" else _of_date(value, wanted, low=low)
    elif type(value) is Quantity:
        number = _of_number(value.value, wanted, low=low)
        found = None if number is None else value._replace(value=number)
    elif is_number(value):
        found = _of_number(value, wanted, low=low)
    else:
        return fail("boundaries are those of numbers, quantities, dates and times")
    return EMPTY if found is None else [found]


def _of_number(value: Any, wanted: int | None, *, low: bool) -> Decimal | None:
    """Half a unit of the last digit away, rounded outwards."""
    places = 8 if wanted is None else wanted
    if not 0 <= places < _MOST_PLACES or abs(Decimal(value).adjusted()) > _MOST_PLACES:
        return None
    half = Decimal(5).scaleb(-_places(value) - 1)
    edge = _WIDE.subtract(Decimal(value), half) if low else _WIDE.add(Decimal(value), half)
    return edge.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR if low else ROUND_CEILING, _WIDE)


def _places(value: Any) -> int:
    exponent = Decimal(value).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _of_time(value: Temporal, wanted: int | None, *, low: bool) -> Temporal | None:
    count = {2: 1, 4: 2, 6: 3, 9: 3, None: 3}.get(wanted)
    if count is None:
        return None
    fields = _filled(value.fields, (0, 0, 0) if low else (23, 59, 59), value.digits, low=low)
    return _cut(Temporal("Time", fields, 3), count, whole_second=wanted == 6)


def _of_date(value: Temporal, wanted: int | None, *, low: bool) -> Temporal | None:
    if wanted is None:
        wanted = 8 if value.kind == "Date" else 17
    count = {4: 1, 6: 2, 8: 3, 10: 4, 12: 5, 14: 6, 17: 6}.get(wanted)
    if count is None or (value.kind == "Date" and count > 3):
        return None
    year = int(value.fields[0])
    month = int(value.fields[1]) if len(value.fields) > 1 else 12
    last = (0, 12, days_in(year, month), 23, 59, 59)
    fields = _filled(value.fields, (0, 1, 1, 0, 0, 0) if low else last, value.digits, low=low)
    offset = _UTC_EXTREMES[low] if value.offset is None else value.offset
    whole = Temporal(value.kind if count > 3 else "Date", fields, 3, offset if count > 3 else None)
    return _cut(whole, count, whole_second=wanted == 14)


def _filled(fields: Any, rest: tuple[int, ...], digits: int, *, low: bool) -> tuple[Any, ...]:
    """All fields; the second with milliseconds."""
    filled = (*fields, *rest[len(fields) :])
    if digits:
        return filled
    return (*filled[:-1], Decimal(int(filled[-1])) if low else Decimal(int(filled[-1])) + Decimal("0.999"))


def _cut(value: Temporal, count: int, *, whole_second: bool) -> Temporal:
    fields = value.fields[:count]
    if whole_second:
        fields = (*fields[:-1], int(fields[-1]))
    seconds = count == (3 if value.kind == "Time" else 6) and not whole_second
    return Temporal(value.kind, fields, value.digits if seconds else 0, value.offset)
