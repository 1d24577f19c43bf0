"""Finds the concepts that someone means who types a few letters.

1. What was typed becomes *asks*, one per word: the word itself, what it is short for, and, when the release has no such
   word, the words it may be a misspelling of.
2. Each ask leads to the numbers of concepts; those that all asks have in common are the candidates, in order of rank.
3. The names of the first candidates are compared with the asks word by word and sorted by how well they fit.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

from osler.terminology import spelling
from osler.terminology.asking import MOST_ASKS, Ask, Meaning, read_asks
from osler.terminology.fitting import Fit, fit_of

COMPARED = 300
"""Candidates whose names are looked at."""
AT_ONCE = 150
MANY = 60_000
"""Places of a short beginning beyond which it does not narrow a search that has other words."""
NEAREST = 6
IN_A_STATEMENT = 500
REMEMBERED_SETS = 64
LONGEST_TYPED = 200

Rows = Callable[..., Iterable[Any]]
WithValues = Callable[[str, frozenset[str]], frozenset[int]]

_decode_names = msgspec.json.Decoder(list[tuple[str, str, str]]).decode


@dataclass(frozen=True, slots=True)
class Hit:
    """One concept that may be meant."""

    code: str
    display: str
    matched: str
    """The name that fits what was typed: the display or another designation."""
    score: float
    """Comparable between releases; higher is better."""


class Matcher:
    """Typeahead over the words of one release."""

    def __init__(self, rows: Rows, count: int, shorthand: Mapping[str, Sequence[str]], with_values: WithValues) -> None:
        self._rows, self._count, self._with_values = rows, count, with_values
        self._shorthand = shorthand
        self._numbers_remembered = lru_cache(REMEMBERED_SETS)(self._numbers_of)

    def match(
        self,
        text: str,
        limit: int,
        *,
        within: Collection[str] | None,
        having: tuple[str, frozenset[str]] | None,
        where: Callable[[str], bool] | None,
    ) -> list[Hit]:
        """See `Release.match`."""
        text = text[:LONGEST_TYPED]
        asks = read_asks(text, self._shorthand)[:MOST_ASKS]
        if limit < 1 or not asks:
            return []
        only = self._only(within, having)
        codes = None if within is None else within if isinstance(within, frozenset) else frozenset(within)
        keep = where if codes is None else _both(codes.__contains__, where)
        best = self._best(asks, only, keep) or self._best(self._respell(asks, always=True), only, keep)
        hits = {hit.code: hit for hit in (*self._by_code(text, only, keep), *best)}
        return list(islice(hits.values(), limit))

    def _best(self, asks: list[Ask], only: frozenset[int] | None, keep: Callable[[str], bool] | None) -> list[Hit]:
        asks = self._respell(asks)
        found: list[tuple[float, int, Hit]] = []
        for number, code, display, weight, names in self._candidates(asks, only, keep):
            fit = _best_fit(asks, display, names)
            if fit:
                score = fit.score + weight / 100
                found.append((-score, number, Hit(code, display, fit.name, round(score, 3))))
        found.sort(key=lambda each: each[:2])
        return [hit for _, _, hit in found]

    def _candidates(
        self, asks: list[Ask], only: frozenset[int] | None, keep: Callable[[str], bool] | None
    ) -> Iterator[tuple[int, str, str, int, str]]:
        """(number, code, display, weight, names) of what all asks have in common, by rank."""
        numbers, kept = self._common(asks, only), 0
        for start in range(0, len(numbers), AT_ONCE):
            part = ",".join(map(str, numbers[start : start + AT_ONCE]))
            sql = f"SELECT id, code, display, weight, names FROM concept WHERE id IN ({part}) ORDER BY id"  # noqa: S608
            for row in self._rows(sql):
                if keep is None or keep(row[1]):
                    kept += 1
                    yield row
            if kept >= COMPARED:
                return

    def _common(self, asks: list[Ask], only: frozenset[int] | None) -> list[int]:
        """Numbers of the concepts that have every ask, ascending."""
        if len(asks) == 1 and only is None and (ready := self._beginning(asks[0])) is not None:
            return ready
        common: set[int] | frozenset[int] | None = only
        for ask in sorted(asks, key=lambda ask: -ask.longest):
            if common is not None and only is not common and ask.is_vague and self._is_crowded(ask):
                continue
            found = self._of_ask(ask)
            common = found if common is None else common & found
            if not common:
                return []
        return sorted(common or ())

    def _beginning(self, ask: Ask) -> list[int] | None:
        """The numbers kept ready for one or two letters, when that is all there is."""
        words = ask.meanings[0].words
        if len(ask.meanings) > 1 or len(words) > 1 or ask.longest > 2 or not ask.unfinished:
            return None
        found = self._rows("SELECT places FROM beginning WHERE letters = ?", words)
        return [number for (places,) in found for number in _numbers(places)]

    def _is_crowded(self, ask: Ask) -> bool:
        sql = "SELECT COALESCE(SUM(number), 0) FROM word WHERE word >= ? AND word < ?"
        word = min(ask.meanings[0].words)
        return next(iter(self._rows(sql, (word, word + "\U0010ffff"))))[0] > MANY

    def _of_ask(self, ask: Ask) -> set[int]:
        found: set[int] = set()
        for meaning in ask.meanings:
            common: set[int] | None = None
            for word in meaning.words:
                places = self._of_word(word, unfinished=meaning.unfinished)
                common = places if common is None else common & places
                if not common:
                    break
            found |= common or set()
        return found

    def _of_word(self, word: str, *, unfinished: bool) -> set[int]:
        exact = "SELECT places FROM word WHERE word = ?"
        begun = "SELECT places FROM word WHERE word >= ? AND word < ?"
        rows = self._rows(begun, (word, word + "\U0010ffff")) if unfinished else self._rows(exact, (word,))
        found: set[int] = set()
        for (places,) in rows:
            found.update(_numbers(places))
        return found

    def _respell(self, asks: list[Ask], *, always: bool = False) -> list[Ask]:
        """The asks with words added that are meant where the release has no such word (or `always`)."""
        return [
            ask.also(self._meant(ask.typed))
            if spelling.is_spelled(ask.typed) and (always or not any(map(self._is_known, ask.meanings)))
            else ask
            for ask in asks
        ]

    def _is_known(self, meaning: Meaning) -> bool:
        sql = "SELECT 1 FROM word WHERE word >= ? AND word < ? LIMIT 1"
        return all(any(True for _ in self._rows(sql, (word, word + "\U0010ffff"))) for word in meaning.words)

    def _meant(self, typed: str) -> list[Meaning]:
        words: set[str] = set()
        for key in spelling.keys(typed):
            sql = "SELECT word FROM spelling WHERE key >= ? AND key < ? LIMIT 400"
            words.update(word for (word,) in self._rows(sql, (key, key + "\U0010ffff")) if len(key) > 1)
        near = spelling.nearest(typed, words, NEAREST)
        return [Meaning((word,), unfinished=False, worth=0.8 - 0.15 * slips) for word, slips in near]

    def _by_code(self, text: str, only: frozenset[int] | None, keep: Callable[[str], bool] | None) -> Iterator[Hit]:
        """The concept whose code was typed, with or without its points."""
        typed = text.strip()
        sql = "SELECT id, code, display FROM concept WHERE code = ? OR code = ? OR code = ? LIMIT 1"
        pointed = f"{typed[:3]}.{typed[3:]}".upper() if len(typed) > 3 else typed
        for number, code, display in self._rows(sql, (typed, typed.upper(), pointed)):
            if (only is None or number in only) and (keep is None or keep(code)):
                yield Hit(code, display, code, 9.0)

    def _only(self, within: Collection[str] | None, having: tuple[str, frozenset[str]] | None) -> frozenset[int] | None:
        only = None if having is None else self._with_values(*having)
        if within is None or (len(within) > COMPARED and not isinstance(within, frozenset)):
            return only
        numbers = self._numbers_remembered(frozenset(within))
        return numbers if only is None else only & numbers

    def _numbers_of(self, codes: frozenset[str]) -> frozenset[int]:
        found: set[int] = set()
        waiting = iter(codes)
        while part := list(islice(waiting, IN_A_STATEMENT)):
            marks = ",".join("?" * len(part))
            sql = f"SELECT id FROM concept WHERE code IN ({marks})"  # noqa: S608
            found.update(number for (number,) in self._rows(sql, part))
        return frozenset(found)


def _best_fit(asks: list[Ask], display: str, names: str) -> Fit | None:
    best = fit_of(asks, display)
    if not names or (best and best.is_whole):
        return best
    everything = [display]
    for name, _, _ in _decode_names(names):
        everything.append(name)
        fit = fit_of(asks, name)
        if fit and (best is None or fit.score > best.score):
            best = fit
    return best or _spread(asks, everything)


def _spread(asks: list[Ask], names: list[str]) -> Fit | None:
    """The asks are fulfilled by several names of the concept together: worth less than by one."""
    fit = fit_of(asks, " ".join(names))
    return fit and Fit(names[0], fit.score - 0.3, is_whole=False)


def _both(first: Callable[[str], bool], second: Callable[[str], bool] | None) -> Callable[[str], bool]:
    return first if second is None else lambda code: first(code) and second(code)


def _numbers(places: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(places)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
