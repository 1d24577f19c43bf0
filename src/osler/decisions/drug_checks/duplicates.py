"""The same drug twice, or two of a class of which one is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from osler.decisions.facts import Order
from osler.decisions.findings import Finding, Kind, Level
from osler.decisions.tables import citations, sourced_rows

FREELY_REPEATED = frozenset(("sodium chloride", "glucose", "water", "potassium chloride", "insulin, regular, human"))
"""Given several times at once on purpose."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A class of drugs of which one is enough."""

    row: str
    level: Level
    text: str
    source: str
    dated: str


@cache
def _classes() -> dict[str, tuple[Duplicate, ...]]:
    found: dict[str, list[Duplicate]] = {}
    for row in sourced_rows("duplicates"):
        source = citations()[row["source"]]
        one = Duplicate(row["row"], Level(row["level"]), row["sentence"], source.text, source.dated)
        for ingredient in row["ingredients"].split(", "):
            found.setdefault(ingredient, []).append(one)
    return {ingredient: tuple(classes) for ingredient, classes in found.items()}


def duplicate_findings(order: Order, active: Sequence[Order]) -> Iterator[Finding]:
    """Ingredients that the patient takes already, and classes that the patient takes one of. Local drugs do not count."""
    if order.drug is None or order.is_local:
        return
    for other in active:
        if other.drug is None or other.is_local:
            continue
        drugs = (order.text, other.text)
        for ingredient in sorted(order.drug.names):
            for taken in sorted(other.drug.names):
                yield from _of_pair(ingredient, taken, drugs)


def _of_pair(ingredient: str, taken: str, drugs: tuple[str, str]) -> Iterator[Finding]:
    if ingredient == taken:
        if ingredient not in FREELY_REPEATED:
            text = f"The patient takes {ingredient} already."
            yield Finding(
                Kind.DUPLICATE, Level.NOTICE, (ingredient,), drugs, text, "dup-same", "the patient's drug list"
            )
        return
    theirs = _classes().get(taken, ())
    for one in _classes().get(ingredient, ()):
        if one in theirs:
            pair = (ingredient, taken) if ingredient <= taken else (taken, ingredient)
            yield Finding(Kind.DUPLICATE, one.level, pair, drugs, one.text, one.row, one.source, one.dated)
