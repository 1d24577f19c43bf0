"""What string parameters compare: text without case, accents and punctuation (R4 search §3.1.1.4.8)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from osler.store.reference.nodes import Node, each

_NAME_PARTS = ("text", "family", "given", "prefix", "suffix")
_ADDRESS_PARTS = ("text", "line", "city", "district", "state", "postalCode", "country")
_APOSTROPHES = "'\u2019\u2018\u02bc`\u00b4"
_SPELLED = {"æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"}


def plain(written: str) -> str:
    """Letters and digits in one case without marks; apostrophes gone, everything else a single space."""
    return " ".join("".join(_letter(c) for c in unicodedata.normalize("NFKD", _no_apostrophe(written))).split())


def _no_apostrophe(written: str) -> str:
    return "".join(c for c in written if c not in _APOSTROPHES)


def _letter(character: str) -> str:
    if unicodedata.category(character).startswith("M") or character in _APOSTROPHES:
        return ""
    folded = "".join(_SPELLED.get(c, c) for c in character.casefold())
    return folded if folded.isalnum() else " "


def same(held: str, asked: str) -> bool:
    """`:exact`: as written, however its accents are encoded."""
    return unicodedata.normalize("NFC", held) == unicodedata.normalize("NFC", asked)


def texts(node: Node) -> Iterator[str]:
    """Every whole text of a node that a string search looks at: the parts of a name or address, a concept's words."""
    if isinstance(node.value, str):
        yield node.value
        return
    for part in {"HumanName": _NAME_PARTS, "Address": _ADDRESS_PARTS}.get(node.type, ("text",)):
        yield from _strings(node.held.get(part))
    for coding in node.held.get("coding", []):
        yield from _strings(coding.get("display"))


def beginnings(node: Node, family: bool = False) -> Iterator[str]:
    """Where a starts-with search may begin: every text, and each further word of a family name."""
    for text in texts(node):
        yield plain(text)
    if family or node.type == "HumanName":
        yield from _tails(node.value if family else str(node.held.get("family", "")))


def _tails(family: str) -> Iterator[str]:
    parts = plain(family).split()
    for first in range(1, len(parts)):
        yield " ".join(parts[first:])


def _strings(value: Any) -> Iterator[str]:
    for item in each(value):
        if isinstance(item, str):
            yield item
