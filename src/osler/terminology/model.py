"""What a release of a code system holds: its head, its concepts, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

Relation = tuple[str, str, str]
"""(source code, kind, target code): the source has the relation to the target."""
Alias = tuple[str, str, str]
"""(kind, value, code): another key under which a concept is known, such as an 11-digit NDC."""


@dataclass(frozen=True, slots=True)
class Designation:
    """Another name of a concept."""

    value: str
    language: str = "en"
    use: str = ""
    """What kind of name: `inclusion`, `short`, `brand`, `everyday` (a word of our own, see `systems`) …"""


@dataclass(frozen=True, slots=True)
class Concept:
    """One code and what its system says of it."""

    code: str
    display: str
    status: str = "active"
    parents: tuple[str, ...] = ()
    designations: tuple[Designation, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    """(name, value) in the source's order; a name may occur several times."""

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a property."""
        return tuple(value for each, value in self.properties if each == name)

    def value(self, name: str) -> str:
        """The first value of a property, empty when there is none."""
        return next((value for each, value in self.properties if each == name), "")


@dataclass(frozen=True, slots=True)
class Head:
    """What a release is and where it comes from: shown wherever its codes are."""

    name: str
    """Short name of the code system: `icd10cm`."""
    system: str
    """Its URL in FHIR."""
    version: str
    effective_on: date
    """From when the release is in force; of two releases of one system, the later in force wins."""
    title: str
    source: str
    """Who published it, and in which file."""
    license: str
    notice: str = ""
    """What the owner wants to be said beside it."""
    caution: str = ""
    """Why a user should not rely on it blindly: what is missing, or that it is stale."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole release, to be written or packed. The iterables are walked once, in this order."""

    head: Head
    concepts: Iterable[Concept]
    relations: Iterable[Relation] = ()
    aliases: Iterable[Alias] = ()
