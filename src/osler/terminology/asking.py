"""Reads what was typed into asks: what each word may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from osler.terminology.words import STOP_WORDS, all_words, is_number, plain

MOST_ASKS = 12
LONGEST_SHORTHAND = 3
"""Words that one abbreviation may have: `h pylori`, `c diff colitis`."""
SMALLEST_MICROGRAMS = 5
WITHOUT = re.compile(r"\bw/o\b")
WITH = re.compile(r"\bw/")
AMOUNT = re.compile(r"^(\d+(?:\.\d+)?)(mg|mcg|g|ml|meq|unt|iu)$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words that stand for an ask when all of them are there."""

    words: tuple[str, ...]
    unfinished: bool
    """A longer word that begins so will do."""
    worth: float = 1.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that was typed, and what it may mean."""

    typed: str
    meanings: tuple[Meaning, ...]

    @property
    def longest(self) -> int:
        """Letters of the longest word that has to be there: how telling the ask is."""
        return min(max(map(len, meaning.words)) for meaning in self.meanings)

    @property
    def unfinished(self) -> bool:
        return any(meaning.unfinished for meaning in self.meanings)

    @property
    def is_vague(self) -> bool:
        return self.longest < 3 and self.unfinished

    def also(self, meanings: Sequence[Meaning]) -> Ask:
        return replace(self, meanings=(*self.meanings, *meanings))


def read_asks(text: str, shorthand: Mapping[str, Sequence[str]]) -> list[Ask]:
    """The asks in the order typed. Only the last word is unfinished for certain; words before it may be cut short."""
    words = all_words(WITH.sub(" ", WITHOUT.sub("without", plain(text))))
    asks: list[Ask] = []
    at = 0
    while at < len(words):
        length = next((n for n in range(LONGEST_SHORTHAND, 0, -1) if " ".join(words[at : at + n]) in shorthand), 0)
        if length:
            asks.append(_short(words[at : at + length], shorthand))
        elif words[at] not in STOP_WORDS:
            asks.append(_plain(words[at], is_last=at == len(words) - 1))
        at += max(length, 1)
    return asks or [_plain(word, is_last=True) for word in words]


def _short(words: list[str], shorthand: Mapping[str, Sequence[str]]) -> Ask:
    typed = " ".join(words)
    meant = [Meaning(tuple(_telling(each)), unfinished=False) for each in shorthand[typed]]
    literal = Meaning(tuple(words), unfinished=len(typed) > 2, worth=0.7)
    return Ask(typed, (*meant, literal))


def _telling(text: str) -> list[str]:
    return [word for word in all_words(text) if word not in STOP_WORDS]


def _plain(word: str, *, is_last: bool) -> Ask:
    if amount := AMOUNT.match(word):
        number, unit = amount.groups()
        exact = Meaning((number, unit), unfinished=False)
        return Ask(word, (exact, _in_milligrams(number)) if unit == "mcg" else (exact,))
    if is_number(word):
        return Ask(word, tuple(_number(word, is_last=is_last)))
    return Ask(word, (Meaning((word,), unfinished=True),))


def _number(word: str, *, is_last: bool) -> Iterator[Meaning]:
    """A number, a number in micrograms that is named in milligrams (`levothyroxine 50`), or the beginning of one."""
    yield Meaning((word,), unfinished=False)
    if float(word) >= SMALLEST_MICROGRAMS:
        yield _in_milligrams(word)
    if is_last:
        yield Meaning((word,), unfinished=True, worth=0.3)


def _in_milligrams(micrograms: str) -> Meaning:
    return Meaning((f"{Decimal(micrograms) / 1000:f}", "mg"), unfinished=False, worth=0.9)
