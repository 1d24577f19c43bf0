"""Short questions about codes, answered from memory: for the validator, FHIRPath's `memberOf` and searches by `:in`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from osler.core.errors import OslerError
from osler.terminology.valuesets.composition import Composed
from osler.terminology.valuesets.includes import Include
from osler.terminology.valuesets.system import System, is_a
from osler.terminology.valuesets.terminology import Terminology, inferred_system
from osler.terminology.valuesets.work import Work

SMALL = 3_000
"""Codes of a value set that are kept as one set."""
MOST_LISTED = 100_000
"""Codes of a value set that are handed to a search."""
REMEMBERED = 20_000
"""Answers that are remembered of all larger value sets."""

Codes = frozenset[tuple[str, str]]


class Members:
    """None is the answer wherever something that is not loaded would have to be known."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology
        self._composed: dict[str, Composed | None] = {}
        self._whole: dict[str, Codes | None] = {}
        self._ask = lru_cache(REMEMBERED)(self._holds)

    def member(self, value_set: str, system: str | None, code: str, display: str | None = None) -> bool | None:
        """Whether the value set (canonical URL) has the code; without a system, whether it has it of any."""
        del display  # a name that differs is the sender's wording, not a wrong code
        if value_set not in self._whole:
            self._whole[value_set] = self._list(value_set)
        whole = self._whole[value_set]
        if whole is not None and system:
            return (system, code) in whole
        return self._ask(value_set, system, code)

    def subsumes(self, system: str, code: str, other: str) -> bool | None:
        """Whether `code` is the same as `other` or above it."""
        found = self._system(system)
        return None if found is None or not found.about.subsumes else is_a(found, other, code)

    def members(self, value_set: str) -> Iterable[tuple[str, str]] | None:
        """(system, code) of every member that is loaded; None when there are too many, or parts cannot be listed."""
        composed = self._compose(value_set)
        if composed is None:
            return None
        try:
            return [(each.system, each.code) for each in composed.members(Work(most_steps=MOST_LISTED))]
        except OslerError:
            return None

    def below(self, system: str, code: str) -> Iterable[str] | None:
        """The code and all that it subsumes; None when the code or the hierarchy is not loaded."""
        found = self._with_hierarchy(system)
        concept = found.find(code) if found else None
        return [concept.code, *found.descendants(concept.code)] if found and concept else None

    def above(self, system: str, code: str) -> Iterable[str] | None:
        """The code and all that subsume it."""
        found = self._with_hierarchy(system)
        concept = found.find(code) if found else None
        return [concept.code, *found.ancestors(concept.code)] if found and concept else None

    def _system(self, url: str) -> System | None:
        return self._terminology.sources.system(url)

    def _with_hierarchy(self, url: str) -> System | None:
        found = self._system(url)
        blind = found is None or not found.about.subsumes or (found.about.partial and not found.about.hierarchical)
        return None if blind else found

    def _list(self, value_set: str) -> Codes | None:
        """All codes; None when there are too many, or codes that cannot be listed may be in it too."""
        composed = self._compose(value_set)
        if composed is None or not _is_exact(composed):
            return None
        known = composed.count()
        if known is not None and known > SMALL:
            return None
        try:
            return frozenset((each.system, each.code) for each in composed.members(Work(most_steps=2 * SMALL)))
        except OslerError:
            return None

    def _holds(self, value_set: str, system: str | None, code: str) -> bool | None:
        composed = self._compose(value_set)
        if composed is None:
            return None
        try:
            if not system:
                return inferred_system(composed, code) is not None
            return composed.holds(system, code, Work())
        except OslerError:
            return None

    def _compose(self, value_set: str) -> Composed | None:
        if value_set not in self._composed:
            try:
                self._composed[value_set] = self._terminology.value_set(value_set)
            except OslerError:
                self._composed[value_set] = None
        return self._composed[value_set]


def _is_exact(composed: Composed) -> bool:
    """Whether a code that is not listed is surely not in: all is loaded in full, and the case of codes matters."""
    parts = composed.parts()
    if any(each.unclosed or each.absent for each in parts):
        return False
    return all(_is_sure(each) for part in parts for each in (*part.includes, *part.excludes))


def _is_sure(each: Include) -> bool:
    if each.unbound:
        return False
    if each.system is None:
        return not each.url or each.concepts is not None
    about = each.system.about
    return about.case_sensitive and not (about.partial and (each.concepts is None or each.filters))
