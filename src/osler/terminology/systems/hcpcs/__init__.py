"""HCPCS Level II: what is put first."""

from __future__ import annotations

from osler.terminology.model import Concept

KINDS = {"G": 8, "J": 4, "Q": 2, "A": 0, "E": -2, "L": -8, "V": -5, "M": -10, "C": -12, "D": -10, "S": -5, "T": -8}


def weigh(concept: Concept) -> int:
    """Services and drugs come before devices, long descriptions last."""
    return KINDS.get(concept.code[0], -5) - min(len(concept.display) // 60, 4) * 3
