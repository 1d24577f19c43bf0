"""Which pairs of ingredients interact, and how that is to be said. Symmetric: no pair has a first and a second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from osler.decisions.findings import Level
from osler.decisions.french import FRANCE, french_groups, french_rows
from osler.decisions.tables import citations, groups_of, sourced_rows

Side = str
"""A group's name, or an ingredient's when it stands alone. Sides of the French table have a mark in front."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One row: two sides, and what to say of a pair with one ingredient on each."""

    row: str
    one: Side
    other: Side
    level: Level
    text: str
    source: str
    dated: str
    label: str = ""
    any_route: bool = False
    """True when the row counts for creams and drops too."""


class Interactions:
    """All rows, ready to be asked about two ingredients."""

    def __init__(self, rows: Iterable[Interaction]) -> None:
        self._by_sides: dict[tuple[Side, Side], list[Interaction]] = {}
        self._sides: dict[str, tuple[Side, ...]] = {}
        self._used: set[Side] = set()
        self._partners: dict[Side, set[Side]] = {}
        for row in rows:
            self._by_sides.setdefault(_sides(row.one, row.other), []).append(row)
            for side, far in ((row.one, row.other), (row.other, row.one)):
                self._used.add(side)
                self._partners.setdefault(side, set()).add(far)

    def between(self, one: str, other: str) -> Iterator[Interaction]:
        """Every row about two ingredients; none when they are the same."""
        if one == other:
            return
        far = self.sides(other)
        for side in self.sides(one):
            for partner in self._partners[side].intersection(far):
                yield from self._by_sides[_sides(side, partner)]

    def sides(self, ingredient: str) -> tuple[Side, ...]:
        """The sides of rows that an ingredient is on."""
        found = self._sides.get(ingredient)
        if found is None:
            names = (ingredient, *groups_of().get(ingredient, ()), *french_groups().get(ingredient, ()))
            found = tuple(sorted(name for name in names if name in self._used))
            if len(self._sides) < 50_000:
                self._sides[ingredient] = found
        return found

    def knows(self, ingredient: str) -> bool:
        """Whether any row is about the ingredient, alone or as a member of a group."""
        return bool(self.sides(ingredient))


def _sides(one: Side, other: Side) -> tuple[Side, Side]:
    return (one, other) if one <= other else (other, one)


def own_rows() -> Iterator[Interaction]:
    """Rows of interactions.tsv, keyed by hand."""
    for row in sourced_rows("interactions"):
        source = citations()[row["source"]]
        yield Interaction(
            row=row["row"],
            one=row["one"],
            other=row["other"],
            level=Level(row["level"]),
            text=row["sentence"],
            source=source.text,
            dated=source.dated,
            any_route=row["route"] == "any",
        )


def _french() -> Iterator[Interaction]:
    source = citations()["ansm"]
    for row in french_rows():
        yield Interaction(row.row, row.one, row.other, Level.NOTICE, row.text, source.text, source.dated, FRANCE)


@cache
def interactions() -> Interactions:
    """Every row that Osler knows; read once."""
    return Interactions([*own_rows(), *_french()])
