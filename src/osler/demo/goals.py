"""Goals that several stories share."""

from __future__ import annotations

from osler.demo.record import Record
from osler.demo.resources.planning import add_goal, below, between

_GOALS = {
    "a1c": ("A1c below 7 %", ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"), below(7.0, "%")),
    "bp": ("Systolic blood pressure 110 to 130 mmHg", ("8480-6", "Systolic blood pressure"), between(110, 130, "mmHg", "mm[Hg]")),
    "ldl": ("LDL cholesterol below 70 mg/dL", ("13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation"), below(70, "mg/dL")),
    "inr": ("INR 2 to 3", ("6301-6", "INR in Platelet poor plasma by Coagulation assay"), between(2, 3, "{INR}")),
    "weight": ("Lose 5 % of body weight", ("29463-7", "Body weight"), {"detailString": "5 % below the weight at the start"}),
}  # fmt: skip


def set_goal(record: Record, key: str, *, start: str, due: str, problem: str) -> dict:
    """One of the shared goals for this patient; `problem` is the key of the condition it addresses."""
    description, measure, detail = _GOALS[key]
    copy = {name: dict(value) if isinstance(value, dict) else value for name, value in detail.items()}
    return add_goal(record, description, start=start, due=due, measure=measure, detail=copy, problem=problem)
