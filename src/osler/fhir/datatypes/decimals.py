"""FHIR decimals: numbers whose digits as written carry meaning (https://hl7.org/fhir/R4/datatypes.html#decimal)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

MAX_DIGITS = 1000
"""Longest number and widest exponent taken. Nothing clinical comes near; arithmetic on `1e999999999` would not end."""


class WrittenDecimal(Decimal):
    """A Decimal that also remembers how it was written, where `str()` would write it otherwise (`1.0E1`, `1e-7`).

    Equal to, and hashed like, the plain Decimal; the result of arithmetic is a plain Decimal.
    """

    __slots__ = ("written",)

    written: str

    def __new__(cls, written: str) -> WrittenDecimal:
        self = super().__new__(cls, written)
        self.written = written
        return self

    def __copy__(self) -> WrittenDecimal:
        return self

    def __deepcopy__(self, memo: Any, /) -> WrittenDecimal:
        return self

    def __reduce__(self) -> tuple[type[WrittenDecimal], tuple[str]]:
        return WrittenDecimal, (self.written,)


def parse_decimal(text: str) -> Decimal:
    """Number token of JSON to a Decimal that is written back exactly so. ValueError where it is out of all measure."""
    if len(text) > MAX_DIGITS:
        raise ValueError("number out of range")
    if "e" in text or "E" in text:
        return _with_exponent(text)
    value = Decimal(text)
    # str() turns to exponents from the seventh zero behind the point.
    return WrittenDecimal(text) if text.startswith(("0.000000", "-0.000000")) else value


def _with_exponent(text: str) -> Decimal:
    try:
        value = WrittenDecimal(text)
    except InvalidOperation:
        raise ValueError("number out of range") from None
    if abs(value.adjusted()) > MAX_DIGITS:
        raise ValueError("number out of range")
    return value


def written(value: Decimal | int) -> str:
    """The number as it stands, or would stand, in JSON."""
    return value.written if isinstance(value, WrittenDecimal) else str(value)
