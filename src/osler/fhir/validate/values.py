"""Fixed values and patterns (https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from osler.fhir.definitions.profiles import Rule
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Check
from osler.fhir.validate.run import Run


def value_checks(rule: Rule, told: str) -> list[Check]:
    checks: list[Check] = []
    if rule.fixed:
        checks.append(_fixed(rule.fixed["="], told))
    if rule.pattern:
        checks.append(_pattern(rule.pattern["="], told))
    if rule.max_length:
        checks.append(_length(rule.max_length, told))
    if rule.least or rule.most:
        checks.append(_bounds(rule.least.get("="), rule.most.get("="), told))
    return checks


def _fixed(expected: Any, told: str) -> Check:
    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        if not is_same(value, expected):
            run.add(path, "value", "The value here is fixed by the definition, and is another.", told)

    return check


def _pattern(expected: Any, told: str) -> Check:
    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        if not fits(value, expected):
            run.add(path, "value", "The value does not fit the pattern of the definition.", told)

    return check


def _length(most: int, told: str) -> Check:
    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        if isinstance(value, str) and len(value) > most:
            run.add(path, "too-long", f"At most {most} characters are allowed.", told)

    return check


def _bounds(least: Any, most: Any, told: str) -> Check:
    """Of numbers, and of dates and times as far as text can be compared; quantities with units are left alone."""

    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        if _is_less(value, least) or _is_less(most, value):
            run.add(path, "value", "The value is outside of what the definition allows.", told)

    return check


def _is_less(left: Any, right: Any) -> bool:
    numbers = (int, Decimal, float)
    if isinstance(left, numbers) and isinstance(right, numbers):
        return left < right
    if isinstance(left, str) and isinstance(right, str):
        length = min(len(left), len(right))
        return left[:length] < right[:length]
    return False


def is_same(value: Any, expected: Any) -> bool:
    """Equal through and through; true is not 1."""
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(is_same(value[key], each) for key, each in expected.items())
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(is_same, value, expected))
    return value == expected and isinstance(value, bool) == isinstance(expected, bool)


def fits(value: Any, pattern: Any) -> bool:
    """Has everything that the pattern has; of arrays, in any place."""
    if isinstance(value, dict) and isinstance(pattern, dict):
        return all(key in value and fits(value[key], each) for key, each in pattern.items())
    if isinstance(value, list) and isinstance(pattern, list):
        return all(any(fits(item, each) for item in value) for each in pattern)
    return is_same(value, pattern)
