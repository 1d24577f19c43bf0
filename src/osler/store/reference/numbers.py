"""Number and quantity parameters (R4 search §3.1.1.4.5 and §3.1.1.4.11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from osler.core.errors import Invalid
from osler.store.reference.asked import read_prefix, split, unescape
from osler.store.reference.nodes import Node
from osler.store.reference.spans import Span, near_number, number_span

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
        ends = [held.get("low", {}), held.get("high", {})]
        return [_with_unit(ends[0] or ends[1], _decimal(ends[0].get("value")), _decimal(ends[1].get("value")))]
    if kind == "Money":
        number = _decimal(held.get("value"))
        return [Amount(number, number, _CURRENCIES, held.get("currency", ""))] if number is not None else []
    number = _decimal(held.get("value"))
    return [_with_unit(held, number, number)] if number is not None else []


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
    if len(parts) == 3 and not _same_unit(held, parts[1], parts[2]):
        return False
    return _RULES[prefix](held, number)


def _same_unit(held: Amount, system: str, code: str) -> bool:
    if system:
        return held.system == system and held.code == code
    return not code or code in (held.code, held.unit)


def _within(held: Amount, span: Span) -> bool:
    return held.lo is not None and held.hi is not None and span.lo <= held.lo and held.hi < span.hi


def _near(held: Amount, number: Decimal) -> bool:
    span = near_number(number)
    return (held.lo is None or held.lo <= span.hi) and (held.hi is None or held.hi >= span.lo)


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
