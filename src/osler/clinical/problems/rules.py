"""The order of a problem list."""

from __future__ import annotations

from collections.abc import Iterable

from osler.clinical.problems.fhir import Problem


def is_kidney_disease(problem: Problem) -> bool:
    """Chronic kidney disease, by its ICD-10 category or its name; not another disease that led to it."""
    return problem.icd.upper().startswith("N18") or problem.name.lower().startswith(("chronic kidney disease", "ckd"))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of the list before diagnoses of single visits; within each as they were entered into the chart.

    The order of entry is a clinician's own: it is how the list was told when it was made.
    """
    return sorted(problems, key=lambda each: (not each.listed, each.recorded, each.name))
