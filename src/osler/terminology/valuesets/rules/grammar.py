"""A code system whose codes follow rules instead of standing in a list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from osler.terminology.valuesets.concepts import Concept, Hit
from osler.terminology.valuesets.system import About, Test
from osler.terminology.valuesets.texts import TextIndex

REMEMBERED = 2048


class GrammarSystem:
    """Codes that `read` makes sense of. `usual` are some that people use, with their names, to be found by typing."""

    def __init__(self, about: About, read: Callable[[str], Concept | None], usual: Mapping[str, str]) -> None:
        self.about = about
        self.find = lru_cache(REMEMBERED)(read)
        self._usual = usual
        self._texts: TextIndex | None = None

    def count(self) -> int:
        return 0

    def codes(self, after: int = 0) -> Iterable[str]:
        return ()

    def is_inactive(self, code: str) -> bool:
        concept = self.find(code)
        return concept is not None and concept.inactive

    def children(self, code: str) -> Sequence[str]:
        return ()

    def ancestors(self, code: str) -> AbstractSet[str]:
        return frozenset()

    def descendants(self, code: str) -> Collection[str]:
        return ()

    def with_property(self, name: str, value: str) -> Iterable[str] | None:
        return None

    def match(
        self, text: str, limit: int, *, within: Collection[str] | None = None, where: Test | None = None
    ) -> Sequence[Hit]:
        """What is typed itself, when it is a code; then the usual ones."""
        if self._texts is None:
            self._texts = TextIndex((code, (name, code)) for code, name in self._usual.items())
        found = self._texts.match(text, limit, within, where)
        typed = text.strip()
        itself = (
            self.find(typed) is not None and (within is None or typed in within) and (where is None or where(typed))
        )
        return [Hit(typed, 4.0), *(hit for hit in found if hit.code != typed)][:limit] if itself else found
