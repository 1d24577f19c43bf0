"""What a list of allergies amounts to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from osler.clinical.allergies.fhir import Allergy

State = Literal["listed", "none-known", "not-asked"]
_BY_DANGER = {"high": 0, "unable-to-assess": 1, "": 2, "low": 3}


def state_of(statements: Iterable[Allergy]) -> State:
    """Listed when there is any current allergy, whatever else is stated; never "none" by absence alone."""
    current = [each for each in statements if each.current]
    if any(not each.says_none for each in current):
        return "listed"
    return "none-known" if current else "not-asked"


def most_dangerous_first(allergies: Iterable[Allergy]) -> list[Allergy]:
    """High risk first, then severe reactions, then by name; what nobody judged counts as more than low risk."""
    return sorted(allergies, key=lambda each: (_BY_DANGER[each.criticality], each.severity != "severe", each.substance))
