"""FHIR JSON as pieces to show: what each is, its text, and where a reference leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

import msgspec

from osler.fhir.datatypes.references import parse_reference

Kind = Literal["key", "string", "number", "word", "plain", "link"]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?P<colon>\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b')
LARGE = 400_000
"""Characters above which the text is shown in one piece."""


class Piece(NamedTuple):
    kind: Kind
    text: str
    href: str = ""


def pretty(body: bytes) -> str:
    """The same JSON, indented; digits stay as they are."""
    return msgspec.json.format(body, indent=2).decode()


def pieces(text: str, base: str) -> Iterator[Piece]:
    """Parts of indented JSON in order; together they are the text. `base` comes before `Type/id` in links."""
    if len(text) > LARGE:
        yield Piece("plain", text)
        return
    at, key = 0, ""
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield Piece("plain", text[at : found.start()])
        at = found.end()
        token = found.group()
        if found.group("colon"):
            key = token[1 : token.rindex('"')]
            yield Piece("key", token)
        elif token[0] == '"':
            yield _string(token, key, base)
        else:
            yield Piece("word" if token[0].isalpha() else "number", token)
    if at < len(text):
        yield Piece("plain", text[at:])


def _string(token: str, key: str, base: str) -> Piece:
    if key == "reference":
        reference = parse_reference(token[1:-1])
        if reference.kind == "relative":
            return Piece("link", token, base + reference.local)
    return Piece("string", token)
