"""Words that are meant though they are misspelled.

A word is reduced to its skeleton: first letter, then consonants, with letters that sound alike made one (`ph` and `f`,
`c` and `k`, `z` and `s`). The skeleton, and each of its variants with one letter left out, are keys under which the
word is kept; a misspelled word shares at least one of them unless it is wrong in two consonants. What the keys lead to is
then compared letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST = 4
"""Shorter words are taken as typed."""
KEY_LETTERS = 7
LONGEST = 40

_ALIKE = (("ph", "f"), ("ck", "k"), ("sch", "s"), ("th", "t"), ("rh", "r"), ("x", "ks"), ("qu", "k"))
_SOUNDS = str.maketrans("cqzwvy", "kksffi")
_VOWELS = re.compile(r"[aeiouh]")
_TWICE = re.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """`metoprolol` → `mtprll`: what is left when letters that are often mistaken are gone."""
    for letters, sound in _ALIKE:
        word = word.replace(letters, sound)
    word = word.translate(_SOUNDS)
    return _TWICE.sub(r"\1", word[0] + _VOWELS.sub("", word[1:]))[:KEY_LETTERS]


def keys(word: str) -> set[str]:
    """The skeleton, and the skeleton without each of its letters but the first."""
    bones = skeleton(word)
    return {bones, *(bones[:at] + bones[at + 1 :] for at in range(1, len(bones)))} - {""}


def is_spelled(word: str) -> bool:
    """Whether misspelling is thought of at all for this word."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def allowed_slips(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 1 if len(word) < 6 else 2 if len(word) < 10 else 3


def nearest(typed: str, words: Iterable[str], most: int) -> list[tuple[str, int]]:
    """Of the words, the up to `most` nearest to what was typed, with the number of slips. The end may be missing."""
    bound = allowed_slips(typed)
    found: list[tuple[int, int, str]] = []
    for word in words:
        slips = min(_slips(typed, word, bound), _slips(typed, word[: len(typed)], bound))
        if slips <= bound:
            found.append((slips, abs(len(word) - len(typed)), word))
    return [(word, slips) for slips, _, word in sorted(found)[:most]]


def _slips(a: str, b: str, bound: int) -> int:
    """Letters added, left out, replaced or swapped with their neighbor; more than `bound` is not counted further."""
    if abs(len(a) - len(b)) > bound:
        return bound + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > bound:
            return bound + 1
        before = above
    return row[-1]
