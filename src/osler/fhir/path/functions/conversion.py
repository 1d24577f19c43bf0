"""Conversions (https://hl7.org/fhirpath/N1/#conversion). What cannot be converted gives nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from osler.fhir.datatypes.units import convert
from osler.fhir.path.environment import Environment
from osler.fhir.path.functions.registry import gives_items, gives_truth
from osler.fhir.path.nodes import EMPTY, Items
from osler.fhir.path.quantity import CALENDAR_WORDS, Quantity
from osler.fhir.path.temporal import Temporal, parse_temporal
from osler.fhir.path.values import LARGEST_INTEGER, is_number, single, single_text

_TRUE = {"true", "t", "yes", "y", "1", "1.0"}
_FALSE = {"false", "f", "no", "n", "0", "0.0"}
_INTEGER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,1000}(?:\.\d{1,1000})?", re.ASCII)
_QUANTITY = re.compile(r"([+-]?\d{1,100}(?:\.\d{1,100})?)\s*(?:'([^']{1,200})'|([a-z]+))?", re.ASCII)


def to_boolean(value: Any) -> bool | None:
    if type(value) is bool:
        return value
    if is_number(value):
        return bool(value) if value in (0, 1) else None
    if type(value) is str:
        word = value.lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def to_integer(value: Any) -> int | None:
    if type(value) is bool:
        return int(value)
    if type(value) is str and _INTEGER.fullmatch(value):
        value = int(value)
    return value if type(value) is int and -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER else None


def to_decimal(value: Any) -> Decimal | None:
    if type(value) is bool or is_number(value):
        return Decimal(value)
    return Decimal(value) if type(value) is str and _DECIMAL.fullmatch(value) else None


def to_text(value: Any) -> str | None:
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if type(value) in (int, Temporal, Quantity) else None


def to_quantity(value: Any) -> Quantity | None:
    if type(value) is Quantity:
        return value
    if type(value) is bool or is_number(value):
        return Quantity(Decimal(value))
    found = _QUANTITY.fullmatch(value) if type(value) is str else None
    if found is None or (found[3] and found[3] not in CALENDAR_WORDS):
        return None
    return Quantity.written(Decimal(found[1]), found[2] or found[3] or "1", in_quotes=not found[3])


def to_date(value: Any) -> Temporal | None:
    if type(value) is str:
        value = parse_temporal(value)
    if type(value) is not Temporal or value.kind == "Time":
        return None
    return value if value.kind == "Date" else Temporal("Date", value.fields[:3])


def to_date_time(value: Any) -> Temporal | None:
    if type(value) is str:
        value = parse_temporal(value)
    if type(value) is not Temporal or value.kind == "Time":
        return None
    return value if value.kind == "DateTime" else Temporal("DateTime", value.fields)


def to_time(value: Any) -> Temporal | None:
    if type(value) is str:
        value = parse_temporal(value)
    return value if type(value) is Temporal and value.kind == "Time" else None


def _enter(type_name: str, converted: Callable[[Any], Any]) -> None:
    @gives_items(f"to{type_name}")
    def _to(items: Items, env: Environment) -> Items:
        found = converted(single(items, f"to{type_name}()"))
        return EMPTY if found is None else [found]

    @gives_truth(f"convertsTo{type_name}")
    def _converts_to(items: Items, env: Environment) -> bool | None:
        value = single(items, f"convertsTo{type_name}()")
        return None if value is None else converted(value) is not None


for _name, _converted in {
    "Boolean": to_boolean,
    "Integer": to_integer,
    "Decimal": to_decimal,
    "String": to_text,
    "Date": to_date,
    "DateTime": to_date_time,
    "Time": to_time,
}.items():
    _enter(_name, _converted)


@gives_items("toQuantity", 0, 1)
def _to_quantity(items: Items, env: Environment, *unit: Items) -> Items:
    found = to_quantity(single(items, "toQuantity()"))
    wanted = single_text(unit[0], "toQuantity()") if unit else None
    if found is None or wanted is None:
        return EMPTY if found is None else [found]
    target = Quantity.written(Decimal(1), wanted, in_quotes=wanted not in CALENDAR_WORDS)
    value = convert(found.value, found.ucum, target.ucum)
    return EMPTY if value is None else [target._replace(value=value)]


@gives_truth("convertsToQuantity", 0, 1)
def _converts_to_quantity(items: Items, env: Environment, *unit: Items) -> bool | None:
    return bool(_to_quantity(items, env, *unit)) if items else None
