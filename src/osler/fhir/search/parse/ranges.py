"""Number, quantity and date values with their prefixes (R4 search §3.1.1.4.5 to §3.1.1.4.7, §3.1.1.4.11)."""

from __future__ import annotations

import re
from typing import cast, get_args

from osler.core.errors import Invalid
from osler.fhir.datatypes.units import UCUM, is_convertible
from osler.fhir.search.keys import token_key
from osler.fhir.search.parse.pieces import split, unescaped
from osler.fhir.search.parse.reading import Reading
from osler.fhir.search.query import Prefix, Range
from osler.fhir.search.spans import around, date_span, number_span

_PREFIXES = frozenset(get_args(Prefix))
_SPACE_FOR_PLUS = re.compile(r" (?=\d\d:\d\d$)")


def number_range(item: str, name: str, *, unit: str = "", comp: str = "", ucum: str = "") -> Range:
    """One number, as vague as written; what is near enough for `ap` is left to the comparison."""
    prefix, text = _prefixed(unescaped(item, name))
    span = number_span(text)
    if span is None:
        raise Invalid(
            f"{name} takes a number, with eq, ne, gt, lt, ge, le, sa, eb or ap before it, or nothing.", path=name
        )
    exact, lo, hi = span
    return Range(prefix, lo, hi, exact, unit, comp, ucum)


def quantity_range(item: str, name: str, *, comp: str = "") -> Range:
    """`number`, `number|system|code` or `number||code`."""
    number, *rest = split(item, "|")
    if not rest:
        return number_range(number, name, comp=comp)
    unit = [unescaped(part, name) for part in rest]
    if len(unit) != 2 or not unit[1]:
        raise Invalid(f"{name} takes number, number|system|code or number||code.", path=name)
    system, code = unit
    unit_key = token_key(system, code) if system else f"|{code}"
    ucum = code if system == UCUM and is_convertible(code) else ""
    return number_range(number, name, unit=unit_key, comp=comp, ucum=ucum)


def date_range(reading: Reading, item: str, name: str, *, comp: str = "") -> Range:
    """One date or time, as vague as written. `ap` widens it by a tenth of its distance from now."""
    prefix, text = _prefixed(unescaped(item, name))
    # A `+` that nobody percent-encoded arrives as a space.
    span = date_span(_SPACE_FOR_PLUS.sub("+", text), reading.zone)
    if span is None:
        raise Invalid(
            f"{name} takes a date such as 2024, 2024-05-17 or 2024-05-17T09:30Z, "
            "with eq, ne, gt, lt, ge, le, sa, eb or ap before it, or nothing.",
            path=name,
        )
    if prefix == "ap":
        span = around(span, abs(reading.now - span[0]) / 10)
    return Range(prefix, span[0], span[1], comp=comp)


def _prefixed(text: str) -> tuple[Prefix, str]:
    return (cast("Prefix", text[:2]), text[2:]) if text[:2] in _PREFIXES else ("eq", text)
