"""FHIRPath text to tokens (https://hl7.org/fhirpath/N1/#lexical-elements)."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from osler.core.errors import Invalid

MOST_CHARACTERS = 10_000
"""Longest expression taken. The longest that R4 publishes, a search parameter's, has about 3,000 characters."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\u00a0]+|//[^\r\n]*|/\*.*?\*/)
    |(?P<time>@T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)
    |(?P<date>@\d{4}(?:-\d\d(?:-\d\d)?)?(?:T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<quoted>`(?:[^`\\]|\\.)*`)
    |(?P<string>'(?:[^'\\]|\\.)*')
    |(?P<special>\$(?:this|index|total)\b)
    |(?P<sign><=|>=|!=|!~|[-+*/&|<>=~.,()\[\]{}%])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"f": "\f", "n": "\n", "r": "\r", "t": "\t"} | {sign: sign for sign in "\\/\"'`"}


class Token(NamedTuple):
    kind: str
    """time, date, number, name, quoted, string, special, sign, or end."""
    text: str
    """What it says: quotes taken off and escapes resolved."""
    at: int


def tokens(text: str) -> list[Token]:
    """The tokens of an expression and an `end`. Raises Invalid for what is no token, with its place."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid(f"A FHIRPath expression may have {MOST_CHARACTERS:,} characters.")
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            refuse("there is a character or an unfinished text that FHIRPath does not know", at)
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, _content(kind, match[0], at), at))
        at = match.end()
    found.append(Token("end", "", len(text)))
    return found


def refuse(reason: str, at: int) -> NoReturn:
    """Raises Invalid that says where in the expression."""
    raise Invalid(f"The FHIRPath expression cannot be used: {reason} (character {at + 1}).")


def _content(kind: str, text: str, at: int) -> str:
    if kind not in ("string", "quoted"):
        return text
    inside = text[1:-1]
    return _ESCAPE.sub(lambda escape: _unescaped(escape[1], at), inside) if "\\" in inside else inside


def _unescaped(code: str, at: int) -> str:
    if len(code) == 5:
        return chr(int(code[1:], 16))
    character = _ESCAPED.get(code)
    if character is None:
        refuse("a text has an escape that FHIRPath does not know", at)
    return character
