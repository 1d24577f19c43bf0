"""How names are cut into words, the same for what is stored and for what is typed."""

from __future__ import annotations

import re
import unicodedata

STOP_WORDS = frozenset(
    [
        "an",
        "and",
        "as",
        "at",
        "by",
        "due",
        "for",
        "from",
        "in",
        "into",
        "nos",
        "of",
        "on",
        "or",
        "other",
        "the",
        "to",
        "w",
        "with",
    ]
)
"""Words that say nothing in a search. Not `without`, `not`, `no`: they turn a meaning round."""

_WORD = re.compile(r"[0-9]+\.[0-9]+(?![a-z0-9.])|[a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_BARE_POINT = re.compile(r"(?<![\w.])\.(?=\d)")


def plain(text: str) -> str:
    """The text in lower-case letters without marks; apostrophes are gone, `1,000` is 1000 and `.5` is 0.5."""
    text = text.lower().translate(_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(each for each in text if not unicodedata.combining(each))
    if "," in text:
        text = _THOUSANDS.sub("", text)
    return _BARE_POINT.sub("0.", text) if "." in text else text


def all_words(text: str) -> list[str]:
    """Every word of a text in order: runs of letters and digits (`a1c`, `500`), decimals in one piece (`0.5`)."""
    return _WORD.findall(plain(text))


def telling_words(text: str) -> list[str]:
    """The words that are worth finding; all of them where there are no others."""
    words = all_words(text)
    return [word for word in words if word not in STOP_WORDS] or words


def is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdecimal()
