"""The grammar of each primitive type (https://hl7.org/fhir/R4/datatypes.html#primitive), in plain fast checks."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from osler.fhir.datatypes.dates import parse_date, parse_date_time, parse_instant, parse_time
from osler.fhir.datatypes.decimals import WrittenDecimal
from osler.fhir.structure.found import Found, Rule, not_a, wrong_value

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBERS = (Decimal, int, WrittenDecimal)
_INTEGERS = {
    "integer": (-(2**31), 2**31 - 1),
    "positiveInt": (1, 2**31 - 1),
    "unsignedInt": (0, 2**31 - 1),
}


def primitive_rule(type: str) -> Rule:
    """The check of one value of a primitive type."""
    if type in _INTEGERS:
        return _integer_rule(type)
    return _RULES.get(type, _string)


def _string(value: Any, owner: dict[str, Any]) -> Found:
    if type(value) is str and value:
        return None
    return _no_string(value)


def _no_string(value: Any) -> Found:
    return wrong_value("Text must not be empty.") if value == "" else not_a("string", value)


def _boolean(value: Any, owner: dict[str, Any]) -> Found:
    return None if value is True or value is False else not_a("boolean", value)


def _decimal(value: Any, owner: dict[str, Any]) -> Found:
    return None if type(value) in _NUMBERS else not_a("number", value)


def _integer_rule(type_: str) -> Rule:
    low, high = _INTEGERS[type_]

    def integer(value: Any, owner: dict[str, Any]) -> Found:
        if type(value) is int:
            return None if low <= value <= high else wrong_value(f"A {type_} goes from {low} to {high}.")
        return wrong_value("A whole number is expected here.") if type(value) in _NUMBERS else not_a("number", value)

    return integer


def _code(value: Any, owner: dict[str, Any]) -> Found:
    if type(value) is str and value:
        if value.strip() == value and "  " not in value:
            return None
        return wrong_value("A code has no space at its ends, and single spaces inside.")
    return _no_string(value)


def _uri(value: Any, owner: dict[str, Any]) -> Found:
    if type(value) is str and value:
        return None if value.split(None, 1) == [value] else wrong_value("A URI has no white space.")
    return _no_string(value)


def _base64(value: Any, owner: dict[str, Any]) -> Found:
    if type(value) is not str or not value:
        return _no_string(value)
    for text in (value, "".join(value.split())):
        try:
            binascii.a2b_base64(text, strict_mode=True)
        except ValueError:
            continue
        return None
    return wrong_value("This is not base64.")


def _matching(pattern: re.Pattern[str], message: str) -> Rule:
    fullmatch = pattern.fullmatch

    def matching(value: Any, owner: dict[str, Any]) -> Found:
        if type(value) is str and value:
            return None if fullmatch(value) else wrong_value(message)
        return _no_string(value)

    return matching


def _parsed(parse: Callable[[str], object], message: str) -> Rule:
    def parsed(value: Any, owner: dict[str, Any]) -> Found:
        if type(value) is not str or not value:
            return _no_string(value)
        try:
            parse(value)
        except ValueError:
            return wrong_value(message)
        return None

    return parsed


_RULES: dict[str, Rule] = {
    "boolean": _boolean,
    "decimal": _decimal,
    "code": _code,
    "uri": _uri,
    "url": _uri,
    "canonical": _uri,
    "base64Binary": _base64,
    "id": _matching(_ID, "An id is 1 to 64 letters, digits, hyphens and dots."),
    "oid": _matching(_OID, "An OID begins with urn:oid: and is numbers with dots."),
    "uuid": _matching(_UUID, "A UUID begins with urn:uuid: and has 32 hexadecimal digits in five groups."),
    "date": _parsed(parse_date, "A date is YYYY, YYYY-MM or YYYY-MM-DD, and exists."),
    "dateTime": _parsed(
        parse_date_time, "A dateTime is YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a zone, and exists."
    ),
    "instant": _parsed(parse_instant, "An instant is YYYY-MM-DDThh:mm:ss with a zone, and exists."),
    "time": _parsed(parse_time, "A time is hh:mm:ss without a zone."),
}
