"""Finding concepts of a small system by what is typed: every word typed must begin a word of the concept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from osler.fhir.search.text import normalize_text
from osler.terminology.valuesets.concepts import Hit
from osler.terminology.valuesets.system import Test

LONGEST_TYPED = 200
MOST_WORDS = 12
_WHOLE, _START, _WORDS = 3.0, 2.0, 1.0


class TextIndex:
    """Codes with all they are called, folded for comparing."""

    def __init__(self, rows: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._rows = [(code, _folded(names)) for code, names in rows]

    def match(
        self, text: str, limit: int, within: Collection[str] | None = None, where: Test | None = None
    ) -> list[Hit]:
        """Best first: the whole name, then names that begin so, then the rest; short names before long ones."""
        words = typed_words(text)
        found = [
            Hit(code, rank(folded, words))
            for code, folded in self._rows
            if all(word in folded for word in words) and (within is None or code in within)
        ]
        found.sort(key=lambda hit: -hit.score)
        return list(islice((hit for hit in found if where is None or where(hit.code)), limit))


def matches(names: Sequence[str], text: str) -> float:
    """The score of one concept, 0 when the text does not find it."""
    folded = _folded(names)
    words = typed_words(text)
    return rank(folded, words) if all(word in folded for word in words) else 0.0


def typed_words(text: str) -> list[str]:
    """Each word with the space before it that the beginning of a word has."""
    return [f" {word}" for word in normalize_text(text[:LONGEST_TYPED]).split()][:MOST_WORDS]


def rank(folded: str, words: list[str]) -> float:
    whole = "".join(words)
    if f"\n{whole}\n" in folded:
        return _WHOLE
    start = _START if f"\n{whole}" in folded else _WORDS
    return start - min(len(folded), 900) / 1000


def _folded(names: Sequence[str]) -> str:
    return "\n" + "\n".join(f" {normalize_text(name)}" for name in names if name) + "\n"
