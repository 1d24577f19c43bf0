"""ConceptMap/$closure: a client's growing table of which of its codes include which (R4 conceptmap-operation-closure.html).

The table is kept between requests by whoever calls this. Its version goes up with each request that adds a code; a
client that missed an answer asks for all that came after the version it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from osler.core.errors import Invalid, TooCostly
from osler.terminology.valuesets.system import System

MOST_CODES = 5_000
"""Codes in one table."""


class Code(NamedTuple):
    system: str
    code: str


class Row(NamedTuple):
    """`below` is a kind of `above`, and which version of the table first said so."""

    version: int
    below: Code
    above: Code


@dataclass(frozen=True, slots=True)
class Table:
    """A closure table; a fresh one is empty and in version 0."""

    name: str
    version: int = 0
    codes: tuple[Code, ...] = ()
    rows: tuple[Row, ...] = ()


def extend(table: Table, codes: Iterable[Code], find: Callable[[str], System | None]) -> Table:
    """The table with those codes that it did not have. Raises Invalid for a code that is not known, TooCostly for too many."""
    known = set(table.codes)
    added = [each for each in dict.fromkeys(codes) if each not in known]
    if not added:
        return table
    if len(known) + len(added) > MOST_CODES:
        raise TooCostly(f"A closure table holds up to {MOST_CODES:,} codes.")
    version = table.version + 1
    rows: list[Row] = []
    there = list(table.codes)
    for each in added:
        system = find(each.system)
        if system is None or system.find(each.code) is None:
            raise Invalid("The code is of no code system that is loaded here.", path="concept")
        rows += _rows(version, each, there, system)
        there.append(each)
    return Table(table.name, version, tuple(there), (*table.rows, *rows))


def _rows(version: int, new: Code, there: Sequence[Code], system: System) -> list[Row]:
    above, below = system.ancestors(new.code), frozenset(system.descendants(new.code))
    mates = [each for each in there if each.system == new.system]
    up = [Row(version, new, each) for each in mates if each.code in above]
    return up + [Row(version, each, new) for each in mates if each.code in below]


def since(table: Table, version: int) -> list[Row]:
    """The rows that came after a version of the table. Raises Invalid for one that it has not reached."""
    if not 0 <= version <= table.version:
        raise Invalid(f"The closure table is in version {table.version}.", path="version")
    return [each for each in table.rows if each.version > version]


def as_concept_map(table: Table, rows: Iterable[Row], *, now: datetime) -> dict[str, Any]:
    """The ConceptMap of the answer: of each code, those that subsume it."""
    groups: dict[str, dict[str, list[Row]]] = {}
    for each in rows:
        groups.setdefault(each.below.system, {}).setdefault(each.below.code, []).append(each)
    made: dict[str, Any] = {
        "resourceType": "ConceptMap", "version": str(table.version), "name": table.name, "status": "active",
        "experimental": True, "date": now.isoformat(timespec="seconds"),
    }  # fmt: skip
    if groups:
        made["group"] = [
            {"source": system, "target": system, "element": [_element(code, found) for code, found in codes.items()]}
            for system, codes in groups.items()
        ]
    return made


def _element(code: str, rows: list[Row]) -> dict[str, Any]:
    return {"code": code, "target": [{"code": each.above.code, "equivalence": "subsumes"} for each in rows]}
