"""What string parameters compare: text without case, accents and punctuation (R4 search §3.1.1.4.8)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from osler.store.reference.nodes import Node, each

_NAME_PARTS = ("family", "given", "prefix", "suffix", "text")
_ADDRESS_PARTS = ("line", "city", "district", "state", "country", "postalCode", "text")


def plain(written: str) -> str:
    """Letters and digits in one case, everything else a single space."""
    letters = [c for c in unicodedata.normalize("NFKD", written) if not unicodedata.combining(c)]
    folded = unicodedata.normalize("NFKD", "".join(letters).casefold())
    kept = [c if not unicodedata.combining(c) else "" for c in folded]
    return " ".join("".join(c if c.isalnum() else " " for c in "".join(kept)).split())


def texts(node: Node) -> Iterator[str]:
    """Every text of a node that a string search looks at: the parts of a name or an address, a concept's text."""
    if isinstance(node.value, str):
        yield node.value
    else:
        parts = {"HumanName": _NAME_PARTS, "Address": _ADDRESS_PARTS}.get(node.type, ("text",))
        for part in parts:
            yield from _strings(node.held.get(part))
        if node.type == "CodeableConcept":
            for coding in node.held.get("coding", []):
                yield from _strings(coding.get("display"))


def _strings(value: Any) -> Iterator[str]:
    for item in each(value):
        if isinstance(item, str):
            yield item
