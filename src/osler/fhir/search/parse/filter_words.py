"""The words of a `_filter`: names, signs, and the value behind each operator."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import msgspec

from osler.core.errors import Invalid

LONGEST = 4_000
OPERATORS = frozenset(
    ("eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le", "ap", "sa", "eb", "pr", "po", "ss", "sb", "in", "re")
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*", re.ASCII)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_TOKEN = re.compile(r"[^\s,)\]]+")
_SPACE = re.compile(r"\s*")


class Word(NamedTuple):
    kind: Literal["name", "sign", "string", "token"]
    text: str
    at: int


def words_of(text: str, name: str) -> list[Word]:
    """All words. What follows an operator that follows a name is a value: in quotes, or up to a space, comma or bracket."""
    if len(text) > LONGEST:
        raise Invalid(f"{name} is longer than {LONGEST:,} characters.", path=name)
    found: list[Word] = []
    at = _skipped(text, 0)
    while at < len(text):
        word = _value(text, at, name) if _expects_value(found) else _name_or_sign(text, at, name)
        found.append(word[0])
        at = _skipped(text, word[1])
    return found


def _expects_value(words: list[Word]) -> bool:
    if len(words) < 2 or words[-1].text not in OPERATORS or words[-1].kind != "name":
        return False
    before = words[-2]
    # The name of a parameter stands before it, and not another operator's place.
    return before.kind == "name" and before.text not in ("and", "or", "not")


def _name_or_sign(text: str, at: int, name: str) -> tuple[Word, int]:
    if text[at] in "()[].":
        return Word("sign", text[at], at), at + 1
    found = _NAME.match(text, at)
    if found is None:
        raise Invalid(f"{name} is not understood from character {at + 1} on.", path=name)
    return Word("name", found[0], at), found.end()


def _value(text: str, at: int, name: str) -> tuple[Word, int]:
    if text[at] == '"':
        found = _STRING.match(text, at)
        if found is None:
            raise Invalid(f"{name}: the quotes at character {at + 1} are not closed.", path=name)
        try:
            return Word("string", msgspec.json.decode(found[0], type=str), at), found.end()
        except msgspec.DecodeError:
            raise Invalid(f"{name}: the text at character {at + 1} is no JSON string.", path=name) from None
    found = _TOKEN.match(text, at)
    if found is None:
        raise Invalid(f"{name} needs a value at character {at + 1}.", path=name)
    return Word("token", found[0], at), found.end()


def _skipped(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    assert space is not None
    return space.end()
