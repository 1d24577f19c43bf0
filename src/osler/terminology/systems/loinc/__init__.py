"""LOINC: what is put first, and the check digit."""

from __future__ import annotations

from osler.terminology.model import Concept

HARDLY_ORDERED = ("Reported", "Deprecated", "qualifier", "observed", "[PhenX]", "note")


def weigh(concept: Concept) -> int:
    """Orders that laboratories share come first, questionnaires and documents last."""
    weight = 15 if concept.value("lab_order") == "true" else 0
    weight -= 15 * any(word in concept.display for word in HARDLY_ORDERED)
    return weight - min(len(concept.display) // 40, 4) * 3


def has_check_digit(code: str) -> bool:
    """Whether a code ends in the check digit that its number asks for (modulus 10, `4548-4`)."""
    number, _, check = code.rpartition("-")
    if not number.isdecimal() or len(check) != 1:
        return False
    doubled = int(number[::-2][::-1]) * 2
    total = sum(map(int, str(doubled))) + sum(map(int, number[-2::-2]))
    return str(-total % 10) == check
