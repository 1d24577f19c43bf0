"""The tables of rules and the sources they rest on. A row without a source that is known does not load."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from osler.terminology.drugs.tables import Row, read_table


@dataclass(frozen=True, slots=True)
class Citation:
    """A publication that rows rest on."""

    text: str
    dated: str
    where: str


@cache
def citations() -> dict[str, Citation]:
    """Every source by its short name."""
    return {
        row["id"]: Citation(row["citation"], row["dated"], row["where"])
        for row in read_table("sources", "osler.decisions")
    }


def sourced_rows(name: str) -> list[Row]:
    """The rows of a table of rules. Raises ValueError for a row whose source is not in sources.tsv."""
    rows = read_table(name, "osler.decisions")
    for row in rows:
        if row["source"] not in citations():
            raise ValueError(f"{name}.tsv: {row} rests on no source that is known")
    return rows


@cache
def groups() -> dict[str, frozenset[str]]:
    """Members of every group by its name."""
    found: dict[str, set[str]] = {}
    for row in sourced_rows("groups"):
        found.setdefault(row["group"], set()).update(each.strip() for each in row["ingredients"].split(","))
    return {name: frozenset(members) for name, members in found.items()}


def members(name: str) -> frozenset[str]:
    """The members of a group, or the one ingredient that is named."""
    return groups().get(name, frozenset((name,)))


@cache
def groups_of() -> dict[str, frozenset[str]]:
    """Groups by ingredient."""
    found: dict[str, set[str]] = {}
    for name, ingredients in groups().items():
        for each in ingredients:
            found.setdefault(each, set()).add(name)
    return {ingredient: frozenset(names) for ingredient, names in found.items()}
