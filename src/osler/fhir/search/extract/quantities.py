"""Number and quantity parameters (R4 search §3.1.1.4.6, §3.1.1.4.11): closed spans with their unit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.keys import escaped, present
from osler.fhir.search.spans import EXACT, indexable
from osler.fhir.search.values import NumberValue

CURRENCIES = "urn:iso:std:iso:4217"
"""The system that Money's currency codes are taken from."""


class Amount(NamedTuple):
    lo: Decimal | None
    hi: Decimal | None
    system_code: str = ""
    code: str = ""
    unit: str = ""


Amounts = Callable[[Any], Amount | None]


def number_amount(number: Decimal | int | None) -> Amount | None:
    value = _decimal(number)
    return None if value is None else Amount(value, value)


def quantity_amount(quantity: dict[str, Any]) -> Amount | None:
    """A point, or a half-line where the quantity has a comparator."""
    value = _decimal(quantity.get("value"))
    if value is None:
        return None
    comparator = quantity.get("comparator") or ""
    unit = _unit(quantity)
    if comparator.startswith("<"):
        return Amount(None, value, *unit)
    if comparator.startswith(">"):
        return Amount(value, None, *unit)
    return Amount(value, value, *unit)


def money_amount(money: dict[str, Any]) -> Amount | None:
    value, currency = _decimal(money.get("value")), money.get("currency")
    if value is None:
        return None
    return Amount(value, value, *_unit({"system": CURRENCIES, "code": currency} if currency else {}))


def range_amount(range_: dict[str, Any]) -> Amount | None:
    low, high = range_.get("low") or {}, range_.get("high") or {}
    lo, hi = _decimal(low.get("value")), _decimal(high.get("value"))
    if lo is None and hi is None:
        return None
    unit = _unit(low if lo is not None else high)
    # Ends the wrong way round are still the two ends: nothing else begins after it has ended.
    return Amount(hi, lo, *unit) if lo is not None and hi is not None and lo > hi else Amount(lo, hi, *unit)


def sampled_amount(sampled: dict[str, Any]) -> Amount | None:
    """From the least to the greatest sample, in the unit of the origin."""
    origin = sampled.get("origin") or {}
    offset = _decimal(origin.get("value")) or Decimal(0)
    factor = _decimal(sampled.get("factor"))
    factor = Decimal(1) if factor is None else factor
    limits = {"L": _decimal(sampled.get("lowerLimit")), "U": _decimal(sampled.get("upperLimit"))}
    samples: list[Decimal] = []
    for word in (sampled.get("data") or "").split():
        if word in limits:
            samples += [limit for limit in (limits[word],) if limit is not None]
        elif (raw := _written(word)) is not None:
            samples.append(EXACT.add(EXACT.multiply(raw, factor), offset))
    return Amount(min(samples), max(samples), *_unit(origin)) if samples else None


NUMBER_READERS: dict[str, Amounts] = {
    "decimal": number_amount,
    "integer": number_amount,
    "positiveInt": number_amount,
    "unsignedInt": number_amount,
    "Range": range_amount,
}
QUANTITY_READERS: dict[str, Amounts] = {
    "Quantity": quantity_amount,
    "Age": quantity_amount,
    "Count": quantity_amount,
    "Distance": quantity_amount,
    "Duration": quantity_amount,
    "SimpleQuantity": quantity_amount,
    "Money": money_amount,
    "Range": range_amount,
    "SampledData": sampled_amount,
}


def emitter(param: str, datatype: str, *, units: bool) -> Emit | None:
    """What a number (or, with `units`, quantity) parameter indexes of a datatype."""
    read = (QUANTITY_READERS if units else NUMBER_READERS).get(datatype)
    if read is None:
        return None
    here = present(param)

    def emit(element: Any, sink: Sink) -> None:
        sink.tokens.add(here)
        amount = read(element)
        if amount is not None:
            sink.numbers.append(NumberValue(param, *amount))

    return emit


def _decimal(value: object) -> Decimal | None:
    """A JSON number for comparing; None for none, or one of no sensible magnitude."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        return None
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    return number if indexable(number) else None


def _written(word: str) -> Decimal | None:
    try:
        return _decimal(Decimal(word))
    except InvalidOperation:
        return None


def _unit(quantity: dict[str, Any]) -> tuple[str, str, str]:
    system, code, unit = quantity.get("system"), quantity.get("code") or "", quantity.get("unit") or ""
    return f"{escaped(system)}|{escaped(code)}" if system and code else "", code, unit
