"""How checks hand back what they found: None or an empty list from what is sound, paths built on the way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Finding = tuple[str, str, str]
"""Path below where it was asked (`.foo`, `[1].foo`, or empty), message, FHIR issue type."""

Found = list[Finding] | None

Rule = Callable[[Any, dict[str, Any]], Found]
"""Checks the value of one property; also gets the object it is in, to look at the `_name` beside it."""

_ELEMENT_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}")


def wrong_shape(message: str) -> Found:
    return [("", message, "structure")]


def wrong_value(message: str) -> Found:
    return [("", message, "value")]


def below(name: str, found: list[Finding]) -> list[Finding]:
    return [(f".{name}{path}", message, code) for path, message, code in found]


def at_index(index: int, found: list[Finding]) -> list[Finding]:
    return [(f"[{index}]{path}", message, code) for path, message, code in found]


def unknown_element(name: str) -> Finding:
    """Names the element, unless the key is such that it may be somebody's data."""
    path = f".{name}" if _ELEMENT_NAME.fullmatch(name) else ""
    return path, "R4 has no such element here.", "structure"


def not_a(kind: str, value: Any) -> Found:
    """A value of the wrong JSON kind."""
    if isinstance(value, list):
        return wrong_shape(f"One {kind} is expected here, not an array.")
    if value is None:
        return wrong_shape("null is only allowed in arrays of primitives, beside an extension.")
    return wrong_shape(f"A JSON {kind} is expected here.")
