"""Dates and times plus and minus durations (https://hl7.org/fhirpath/N1/#datetime-arithmetic)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from osler.fhir.path.environment import fail
from osler.fhir.path.quantity import Quantity
from osler.fhir.path.temporal import Temporal, days_in

_FIELD = {"year": 0, "month": 1, "week": 2, "day": 2, "hour": 3, "minute": 4, "second": 5, "millisecond": 5}
_SECONDS = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1, "millisecond": 1}
_IN_COARSER = {2: 30, 3: 24, 4: 60, 5: 60}
"""How many of a field's units make one of the next coarser, where a date is less precise than what is added."""
_DAYS_OF_YEAR = 365
_MOST = Decimal(10) ** 13


def later(moment: Temporal, quantity: Quantity, sign: int) -> Temporal | None:
    """The moment after (`sign` 1) or before (-1) a duration; None when that is outside the years 1 to 9999.

    Raises Invalid when the quantity is no duration that this kind of moment can be moved by.
    """
    name = quantity.duration
    if not name and quantity.unit in ("year", "month"):
        # The suite of the standard also takes a calendar's word in quotes.
        name = quantity.unit
    if not name:
        fail("only a duration can be added to a date or time")
    if abs(quantity.value) > _MOST:
        return None
    if moment.kind == "Time":
        return _later_time(moment, name, quantity, sign)
    amount, field = _amount(quantity, name), _FIELD[name]
    finest = min(len(moment.fields) - 1, 5)
    while field > finest:
        name, amount, field = _coarser(name, amount, field, finest)
    if field < 2:
        return _later_months(moment, int(amount) * (12 if field == 0 else 1) * sign)
    return _later_seconds(moment, amount * _SECONDS[name] * sign)


def _amount(quantity: Quantity, name: str) -> Decimal:
    """Fractions are cut off; only seconds of the calendar have them, to the millisecond."""
    if name == "second" and quantity.calendar:
        return Decimal(int(quantity.value * 1000)).scaleb(-3)
    if name == "millisecond":
        return Decimal(int(quantity.value)).scaleb(-3)
    return Decimal(int(quantity.value))


def _coarser(name: str, amount: Decimal, field: int, finest: int) -> tuple[str, Decimal, int]:
    if name == "week":
        amount *= 7
    if field == 2 and finest == 0:
        return "year", amount // _DAYS_OF_YEAR, 0
    if field == 1:
        return "year", amount // 12, 0
    amount = Decimal(int(amount / _IN_COARSER[field]))
    return ("month", "day", "hour", "minute")[field - 2], amount, field - 1


def _later_time(moment: Temporal, name: str, quantity: Quantity, sign: int) -> Temporal:
    if name not in ("hour", "minute", "second", "millisecond"):
        fail("only hours, minutes and seconds can be added to a time")
    amount, field, finest = _amount(quantity, name), _FIELD[name], len(moment.fields) + 2
    while field > finest:
        name, amount, field = _coarser(name, amount, field, finest)
    seconds = amount * _SECONDS[name] * sign
    fields = _clock(_of_day(moment.fields) + seconds % 86400)[1]
    return Temporal("Time", fields[: len(moment.fields)], moment.digits)


def _later_months(moment: Temporal, months: int) -> Temporal | None:
    year, month = moment.fields[0], moment.fields[1] if len(moment.fields) > 1 else 1
    total = int(year) * 12 + int(month) - 1 + months
    if not 12 <= total < 10000 * 12:
        return None
    fields = (total // 12, total % 12 + 1)
    if len(moment.fields) > 2:
        fields += (min(int(moment.fields[2]), days_in(*fields)), *moment.fields[3:])
    return Temporal(moment.kind, fields[: len(moment.fields)], moment.digits, moment.offset)


def _later_seconds(moment: Temporal, seconds: Decimal) -> Temporal | None:
    days, clock = _clock(_of_day(moment.fields[3:]) + seconds)
    ordinal = date(int(moment.fields[0]), int(moment.fields[1]), int(moment.fields[2])).toordinal() + days
    if not 1 <= ordinal <= date.max.toordinal():
        return None
    there = date.fromordinal(ordinal)
    fields = (there.year, there.month, there.day, *clock)[: len(moment.fields)]
    return Temporal(moment.kind, fields, max(moment.digits, _digits(fields)), moment.offset)


def _of_day(clock: tuple[int | Decimal, ...]) -> Decimal:
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    return Decimal(int(hour) * 3600 + int(minute) * 60) + second


def _clock(seconds: Decimal) -> tuple[int, tuple[int | Decimal, ...]]:
    """Whole days, and hour, minute, second of the rest."""
    days = int(seconds // 86400) - (1 if seconds < 0 and seconds % 86400 else 0)
    rest = seconds - days * 86400
    second = rest % 60
    return days, (int(rest // 3600), int(rest // 60) % 60, int(second) if second == int(second) else second)


def _digits(fields: tuple[int | Decimal, ...]) -> int:
    if len(fields) < 6 or not isinstance(fields[5], Decimal):
        return 0
    exponent = fields[5].as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
