"""Number and quantity parameters (R4 search §3.1.1.4.5 and §3.1.1.4.11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.datatypes.unit_scale import Scale
from osler.fhir.datatypes.units import UCUM, comparable, is_convertible, parse_unit, to_base
from osler.store.reference.asked import read_prefix, split, unescape
from osler.store.reference.nodes import Node
from osler.store.reference.spans import EXACT, Span, number_span

_CURRENCIES = "urn:iso:std:iso:4217"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number or quantity as held: from lo to hi, both included, None where open."""

    lo: Decimal | None
    hi: Decimal | None
    system: str = ""
    code: str = ""
    unit: str = ""


def amounts(node: Node) -> list[Amount]:
    if isinstance(node.value, dict):
        return _quantities(node.type, node.held)
    number = _decimal(node.value)
    return [Amount(number, number)]


def _quantities(kind: str, held: dict[str, Any]) -> list[Amount]:
    if kind == "Range":
        return _range(held.get("low", {}), held.get("high", {}))
    if kind == "SampledData":
        return _samples(held)
    number = _decimal(held.get("value"))
    if number is None:
        return []
    if kind == "Money":
        return [Amount(number, number, _CURRENCIES, held.get("currency", ""))]
    comparator = str(held.get("comparator", ""))
    below, above = comparator.startswith("<"), comparator.startswith(">")
    return [_with_unit(held, None if below else number, None if above else number)]


def _range(low: dict[str, Any], high: dict[str, Any]) -> list[Amount]:
    first, last = _decimal(low.get("value")), _decimal(high.get("value"))
    if first is not None and last is not None:
        return [_with_unit(low, *sorted((first, last)))]
    return [] if first is None and last is None else [_with_unit(low or high, first, last)]


def _samples(held: dict[str, Any]) -> list[Amount]:
    """From the least to the greatest of the samples; L and U stand for the limits of what could be measured."""
    origin = held.get("origin", {})
    zero, factor = Decimal(str(origin.get("value", 0))), Decimal(str(held.get("factor", 1)))
    limits = {"L": _decimal(held.get("lowerLimit")), "U": _decimal(held.get("upperLimit"))}
    read = [
        limits[s] if s in limits else EXACT.add(EXACT.multiply(Decimal(s), factor), zero)
        for s in held.get("data", "").split()
        if s != "E"
    ]
    known = [sample for sample in read if sample is not None]
    return [_with_unit(origin, min(known), max(known))] if known else []


def _with_unit(held: dict[str, Any], lo: Decimal | None, hi: Decimal | None) -> Amount:
    return Amount(lo, hi, held.get("system", ""), held.get("code", ""), held.get("unit", ""))


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def matches_amount(held: Amount, written: str) -> bool:
    parts = [unescape(part) for part in split(written, "|")]
    prefix, digits = read_prefix(parts[0])
    try:
        number = Decimal(digits)
    except InvalidOperation as wrong:
        raise Invalid("That is not a number.") from wrong
    if len(parts) not in (1, 3) or (len(parts) == 3 and not parts[2]):
        raise Invalid("A quantity is number, number|system|code or number||code.")
    if len(parts) == 3 and parts[1] == UCUM == held.system and (based := _based(held, parts[2])) is not None:
        return _in_base_units(*based, prefix, number, parts[2])
    if len(parts) == 3 and not _same_unit(held, parts[1], parts[2]):
        return False
    return _RULES[prefix](held, number)


def read_number(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
    except InvalidOperation as wrong:
        raise Invalid("That is not a number.") from wrong
    if not number.is_finite():
        raise Invalid("That is not a number.")
    return number


def _based(held: Amount, code: str) -> tuple[Fraction | None, Fraction | None, Scale] | None:
    """Both ends in base units, and the unit asked; None where the two do not convert to each other."""
    if not is_convertible(code) or not is_convertible(held.code) or not comparable(code, held.code):
        return None
    unit = parse_unit(held.code)
    lo, hi = (None if end is None else to_base(end, unit) for end in (held.lo, held.hi))
    return lo, hi, parse_unit(code)


def _in_base_units(
    a: Fraction | None, b: Fraction | None, unit: Scale, prefix: str, number: Decimal, code: str
) -> bool:
    span, margin = number_span(number), EXACT.multiply(abs(number), Decimal("0.1"))
    low, high, value, least, most = (
        to_base(each, unit) or Fraction(0)
        for each in (span.lo, span.hi, number, EXACT.subtract(span.lo, margin), EXACT.add(span.hi, margin))
    )
    within = a is not None and b is not None and low <= a and b < high
    return {
        "eq": within,
        "ne": not within,
        "gt": b is None or b > value,
        "lt": a is None or a < value,
        "ge": b is None or b >= value,
        "le": a is None or a <= value,
        "sa": a is not None and a > value,
        "eb": b is not None and b < value,
        "ap": (b is None or b >= least) and (a is None or a < most),
    }[prefix]


def _same_unit(held: Amount, system: str, code: str) -> bool:
    if system:
        return held.system == system and held.code == code
    return code in (held.code, held.unit)


def _within(held: Amount, span: Span) -> bool:
    return held.lo is not None and held.hi is not None and span.lo <= held.lo and held.hi < span.hi


def _near(held: Amount, number: Decimal) -> bool:
    span, margin = number_span(number), EXACT.multiply(abs(number), Decimal("0.1"))
    above_least = held.hi is None or held.hi >= EXACT.subtract(span.lo, margin)
    return above_least and (held.lo is None or held.lo < EXACT.add(span.hi, margin))


_RULES: dict[str, Callable[[Amount, Decimal], bool]] = {
    "eq": lambda held, number: _within(held, number_span(number)),
    "ne": lambda held, number: not _within(held, number_span(number)),
    "gt": lambda held, number: held.hi is None or held.hi > number,
    "lt": lambda held, number: held.lo is None or held.lo < number,
    "ge": lambda held, number: held.hi is None or held.hi >= number,
    "le": lambda held, number: held.lo is None or held.lo <= number,
    "sa": lambda held, number: held.lo is not None and held.lo > number,
    "eb": lambda held, number: held.hi is not None and held.hi < number,
    "ap": _near,
}
