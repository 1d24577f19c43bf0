"""How text is compared in searches: without case, accents or punctuation (R4 search §3.1.1.4.8)."""

from __future__ import annotations

import unicodedata

LONGEST = 600
"""Characters of a normalised text that are indexed: what fits a database index in any script."""

_LETTERS = {"æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"}
_APOSTROPHES = dict.fromkeys("'’‘ʼ`´", "")
_FOLDED = str.maketrans({**_LETTERS, **_APOSTROPHES})
_ASCII = str.maketrans(
    {chr(code): "" if chr(code) in _APOSTROPHES else " " for code in range(128) if not chr(code).isalnum()}
)


def normalize_text(text: str) -> str:
    """Fold case, drop marks and apostrophes, turn every other character that is no letter or digit into a space,
    and collapse spaces. Letters that have no decomposition (`ø`, `ł`, `æ` …) are written in plain ones."""
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII).split())
    # Apostrophes go before the decomposition as well: NFKD takes the acute accent apart into a space and a mark.
    decomposed = unicodedata.normalize("NFKD", text.translate(_FOLDED)).casefold().translate(_FOLDED)
    return " ".join("".join(map(_kept, decomposed)).split())


def exact_text(text: str) -> str:
    """The text as `:exact` compares it: as written, in composed form (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def further_words(normalized: str) -> list[str]:
    """The text from each of its words on but the first: `de la cruz` gives `la cruz` and `cruz`."""
    words = normalized.split(" ")
    return [" ".join(words[start:]) for start in range(1, len(words))]


def _kept(character: str) -> str:
    if character.isalnum():
        return character
    return "" if unicodedata.category(character)[0] == "M" else " "
