"""How well one name fits what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from osler.terminology.asking import Ask, Meaning
from osler.terminology.words import STOP_WORDS, all_words

WHOLE = 0.6
"""For a name in which every word was asked for."""
BEGINS = 0.25
"""For a name that begins with what was typed first."""
IN_ORDER = 0.1
REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Fit:
    name: str
    score: float
    is_whole: bool


def fit_of(asks: list[Ask], name: str) -> Fit | None:
    """The fit of a name: some 0.5 to 2, nothing when an ask is not in it."""
    words = _words(name)
    total, hit, first, last = 0.0, set[int](), -1, -1
    in_order = True
    for ask in asks:
        worth, places = _worth(ask, words)
        if not places:
            return None
        total += worth
        hit.update(places)
        first = min(places) if first < 0 else first
        in_order = in_order and min(places) > last
        last = min(places)
    share = len(hit) / max(len(words), 1)
    is_whole = len(hit) == len(words)
    score = total / len(asks) + 0.4 * share + WHOLE * (is_whole and total >= 0.95 * len(asks))
    return Fit(name, score + BEGINS * (first == 0) + IN_ORDER * (in_order and len(asks) > 1), is_whole)


@lru_cache(REMEMBERED)
def _words(name: str) -> tuple[str, ...]:
    """Remembered, because each further letter looks at many of the same names again."""
    return tuple(word for word in all_words(name) if word not in STOP_WORDS)


def _worth(ask: Ask, words: Sequence[str]) -> tuple[float, list[int]]:
    best, places = 0.0, list[int]()
    for meaning in ask.meanings:
        worth, found = _meaning_worth(meaning, words)
        if worth > best:
            best, places = worth, found
    return best, places


def _meaning_worth(meaning: Meaning, words: Sequence[str]) -> tuple[float, list[int]]:
    total, places = 0.0, list[int]()
    for wanted in meaning.words:
        best, place = 0.0, -1
        for at, word in enumerate(words):
            if word == wanted:
                best, place = 1.0, at
                break
            if meaning.unfinished and best == 0.0 and word.startswith(wanted):
                best, place = 0.6 + 0.3 * len(wanted) / len(word), at
        if place < 0:
            return 0.0, []
        total += best
        places.append(place)
    return meaning.worth * total / len(meaning.words), places
