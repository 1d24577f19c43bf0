"""ICD-10-CM: what is put first."""

from __future__ import annotations

from osler.terminology.model import Concept

RARE_CHAPTERS = {"O": -10, "P": -15, "T": -10, "U": -5, "V": -35, "W": -25, "X": -35, "Y": -35, "Z": -5}
LATER = ("subsequent encounter", "sequela")


def weigh(concept: Concept) -> int:
    """Codes that cannot be billed, later encounters, accidents and long names come after the others."""
    weight = RARE_CHAPTERS.get(concept.code[0], 0)
    weight -= 35 * (concept.value("billable") == "false")
    weight -= 25 * any(word in concept.display for word in LATER)
    return weight - min(len(concept.display) // 40, 4) * 3
