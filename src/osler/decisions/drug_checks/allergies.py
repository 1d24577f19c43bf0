"""The order against what the patient does not tolerate. Routes do not matter: a cream can cause a reaction too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from osler.decisions.facts import Allergy, Order
from osler.decisions.findings import ORDER, Finding, Kind, Level
from osler.decisions.tables import Row, citations, groups, members, sourced_rows
from osler.terminology.drugs import Drug

LATEX = "latex"
PACKED_WITH_RUBBER = frozenset(
    ("Prefilled Syringe", "Cartridge", "Auto-Injector", "Pen Injector", "Injection", "Injectable Solution")
)


def allergy_findings(order: Order, allergies: Sequence[Allergy]) -> Iterator[Finding]:
    """The allergen itself, and what cross-reacts with it: for each allergy and ingredient the strongest row."""
    if order.drug is None:
        return
    for allergy in allergies:
        for ingredient in sorted(order.drug.names):
            yield from _of_ingredient(order, allergy, ingredient)
        yield from _latex(order, order.drug, allergy)


def _of_ingredient(order: Order, allergy: Allergy, ingredient: str) -> Iterator[Finding]:
    if ingredient in allergy.ingredients:
        severe = " A severe reaction is on record." if allergy.severe else ""
        text = f"The patient is recorded as allergic to {ingredient}.{severe}"
        yield _finding(order, allergy, ingredient, Level.INTERRUPTIVE, text, "allergy-same")
        return
    rows = [row for row in _rows_about(ingredient) if _is_of(row["allergen"], allergy)]
    best = min(rows, key=lambda row: (ORDER[Level(row["level"])], row["row"]), default=None)
    if best:
        source = citations()[best["source"]]
        level = Level(best["level"])
        yield _finding(order, allergy, ingredient, level, best["sentence"], best["row"], source.text, source.dated)


def _is_of(allergen: str, allergy: Allergy) -> bool:
    """Whether an allergy is to an allergen group: as a whole, or to one of its members."""
    return allergen in allergy.groups or not members(allergen).isdisjoint(allergy.ingredients)


@cache
def _rows_about(ingredient: str) -> tuple[Row, ...]:
    return tuple(row for row in sourced_rows("allergies") if ingredient in members(row["ordered"]))


def _finding(
    order: Order,
    allergy: Allergy,
    ingredient: str,
    level: Level,
    text: str,
    row: str,
    source: str = "the patient's allergy list",
    dated: str = "",
) -> Finding:
    return Finding(Kind.ALLERGY, level, (ingredient,), (order.text, allergy.text), text, row, source, dated)


def _latex(order: Order, drug: Drug, allergy: Allergy) -> Iterator[Finding]:
    if LATEX in allergy.groups and drug.form in PACKED_WITH_RUBBER:
        text = "Latex allergy: whether stopper or needle cover hold rubber is not known here. See the package."
        drugs = (order.text, allergy.text)
        yield Finding(Kind.ALLERGY, Level.NOT_CHECKED, tuple(sorted(drug.names)), drugs, text, "allergy-latex")


def is_group(name: str) -> bool:
    """Whether a name is one of the allergen groups with members of its own."""
    return name.startswith("allergy ") and name in groups()
