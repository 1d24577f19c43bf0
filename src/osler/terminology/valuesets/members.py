"""Is a code in a value set? The short question of the validator and of FHIRPath's `memberOf`."""

from __future__ import annotations

from functools import lru_cache

from osler.core.errors import OslerError
from osler.terminology.valuesets.composition import Composed
from osler.terminology.valuesets.terminology import Terminology
from osler.terminology.valuesets.work import Work

SMALL = 3_000
"""Codes of a value set that are kept as one set."""
REMEMBERED = 20_000
"""Answers that are remembered of all larger value sets."""

Codes = frozenset[tuple[str, str]]


class Members:
    """Answers from memory: small value sets whole, of large ones the codes that were asked for."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology
        self._composed: dict[str, Composed | None] = {}
        self._whole: dict[str, Codes | None] = {}
        self._ask = lru_cache(REMEMBERED)(self._holds)

    def member(self, value_set: str, system: str, code: str, display: str | None = None) -> bool | None:
        """Whether the value set (canonical URL) has the code; None where that cannot be told from what is loaded."""
        del display  # a name that differs is the sender's wording, not a wrong code
        if value_set not in self._whole:
            self._whole[value_set] = self._list(value_set)
        whole = self._whole[value_set]
        if whole is not None:
            return (system, code) in whole
        return self._ask(value_set, system, code)

    def _list(self, value_set: str) -> Codes | None:
        """All codes; None when there are too many, or not all can be listed."""
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

    def _holds(self, value_set: str, system: str, code: str) -> bool | None:
        composed = self._compose(value_set)
        if composed is None:
            return None
        try:
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
    """Whether a code that is not listed is surely not in: everything is loaded in full, and case matters everywhere."""
    if composed.unclosed or composed.absent:
        return False
    for each in (*composed.includes, *composed.excludes):
        if each.unbound or not all(_is_exact(inner) for inner in each.imports):
            return False
        if each.system is None:
            if each.url and each.concepts is None:
                return False
        elif not each.system.about.case_sensitive or (
            (each.concepts is None or each.filters) and each.system.about.partial
        ):
            return False
    return True
