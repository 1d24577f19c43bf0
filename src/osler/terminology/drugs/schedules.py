"""Which US federal schedule a drug is in (21 CFR 1308.12 to 1308.15). States may be stricter; that is not here.

For a few opioids the schedule follows from the amount: codeine alone is schedule II, 30 mg of it with acetaminophen III,
10 mg in 5 mL of a cough syrup V.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from osler.terminology.drugs.model import Drug, Strength
from osler.terminology.drugs.tables import Row, read_table

ROMAN = {"II": 2, "III": 3, "IV": 4, "V": 5}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule and the paragraph that says so."""

    number: int
    """2 to 5. Schedule I is not prescribed."""
    ingredient: str
    paragraph: str

    @property
    def name(self) -> str:
        return {number: roman for roman, number in ROMAN.items()}[self.number]


def schedule(drug: Drug) -> Schedule | None:
    """The strictest schedule of a drug's ingredients; None when none of them is listed.

    Where the amount decides and is not known, the strictest schedule that may apply.
    """
    found = [one for name in sorted(drug.names) if (one := _of(drug, name))]
    return min(found, key=lambda one: one.number, default=None)


def _of(drug: Drug, ingredient: str) -> Schedule | None:
    rows = [row for row in _rows().get(ingredient, ()) if _applies(row, drug, ingredient)]
    # Rows with a condition are exceptions to the one without, and each takes the drug to a milder schedule.
    mildest = max(rows, key=lambda row: ROMAN[row["schedule"]], default=None)
    return Schedule(ROMAN[mildest["schedule"]], ingredient, mildest["paragraph"]) if mildest else None


def _applies(row: Row, drug: Drug, ingredient: str) -> bool:
    """Whether the condition of a row holds: `with other, at most 90 MG`, `with other, at most 2 MG/ML`, `form oral capsule`."""
    conditions = [each for each in row["when"].split(", ") if each]
    return all(_holds(each, drug, ingredient) for each in conditions)


def _holds(condition: str, drug: Drug, ingredient: str) -> bool:
    kind, _, rest = condition.partition(" ")
    if kind == "with":
        return len(drug.names) > 1 if rest == "other" else rest in drug.names
    if kind == "form":
        return drug.form.lower() == rest
    amount, unit = rest.removeprefix("most ").split(" ")
    strength = drug.strength_of(ingredient)
    return strength is not None and _in_unit(strength, unit) and strength.amount <= Decimal(amount)


def _in_unit(strength: Strength, unit: str) -> bool:
    return f"{strength.unit}/{strength.per}" == unit if strength.per else strength.unit == unit


@cache
def _rows() -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in read_table("schedules"):
        found.setdefault(row["ingredient"], []).append(row)
    return {ingredient: tuple(rows) for ingredient, rows in found.items()}
