"""Single values out of collections (https://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections)."""

from __future__ import annotations

from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from osler.fhir.path.environment import fail
from osler.fhir.path.nodes import Items, Node, system

ARITHMETIC = Context(prec=28, Emax=999, Emin=-999, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Decimals have 28 digits at most, as FHIRPath wants at least."""
LARGEST_INTEGER = 2**31 - 1
MOST_TEXT = 1_000_000
"""Longest text that an expression may put together."""


def single(items: Items, what: str) -> Any:
    """The one value of a collection, None when there is none. Several are an error."""
    if not items:
        return None
    if len(items) > 1:
        fail(f"{what} takes a single item, and there are several")
    return system(items[0])


def single_text(items: Items, what: str) -> str | None:
    """The one text of a collection. Anything else than a text is an error."""
    value = single(items, what)
    if value is not None and type(value) is not str:
        # Dates of FHIR are texts too, and R4's own expressions use them so.
        if type(items[0]) is Node and type(items[0].value) is str:
            return items[0].value
        fail(f"{what} takes a text")
    return value


def single_integer(items: Items, what: str) -> int | None:
    value = single(items, what)
    if value is not None and type(value) is not int:
        fail(f"{what} takes an integer")
    return value


def integer_items(value: int) -> Items:
    """An integer as a collection, empty where it is larger than FHIRPath's integers are."""
    return [value] if -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER else []


def is_number(value: Any) -> bool:
    return type(value) is int or isinstance(value, Decimal)
