"""SNOMED CT: what is put first."""

from __future__ import annotations

from osler.terminology.model import Concept


def weigh(concept: Concept) -> int:
    """Short names come first: they are the general concepts."""
    return -min(len(concept.display) // 30, 5) * 3
