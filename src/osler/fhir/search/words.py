"""The words of a resource, for `_text` and `_content`: of its narrative, or of everything that is text in it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from osler.fhir.search.query import FullText
from osler.fhir.search.text import normalize_text

MOST_TEXT = 2_000_000
"""Characters of one resource that are looked through."""
_TAG = re.compile(r"<[^<>]{0,10000}>")
_ENTITY = re.compile(r"&#?\w{1,10};")


def score(resource: dict[str, Any], wanted: FullText) -> Decimal | None:
    """How much of the text is what is looked for, above 0 up to 1; None when it does not match."""
    text = f" {normalize_text(narrative(resource) if wanted.narrative else content(resource))}"
    found = [hits for option in wanted.any_of if (hits := _hits(text, option))]
    return (
        min(Decimal(1), round(Decimal(max(found)) / (text.count(" ") or 1), 3) or Decimal("0.001")) if found else None
    )


def _hits(text: str, option: tuple[str, ...]) -> int:
    """How often the words are there, each at the beginning of a word; 0 when one is missing or must not be there."""
    counts = [text.count(f" {word}") for word in option if word[0] != "-"]
    unwanted = any(f" {word[1:]}" in text for word in option if word[0] == "-")
    return 0 if unwanted or not all(counts) else sum(counts)


def narrative(resource: dict[str, Any]) -> str:
    div = resource.get("text", {}).get("div", "")
    return without_tags(div)


def content(resource: dict[str, Any]) -> str:
    """Every string of the resource, its narrative and its plain-text attachments, one after the other."""
    found: list[str] = []
    size = 0
    for text in _texts(resource):
        found.append(text)
        size += len(text)
        if size > MOST_TEXT:
            break
    return " \n".join(found)[:MOST_TEXT]


def without_tags(markup: str) -> str:
    return _ENTITY.sub(" ", _TAG.sub(" ", markup[:MOST_TEXT]))


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            waiting.extend(reversed(each))
        elif isinstance(each, dict):
            waiting.extend(reversed([_readable(name, held, each) for name, held in each.items()]))


def _readable(name: str, held: Any, within: dict[str, Any]) -> Any:
    """A value as people read it: narrative without its tags, attached text decoded, other attachments not at all."""
    if name == "div" and isinstance(held, str):
        return without_tags(held)
    if name == "data" and isinstance(held, str) and "contentType" in within:
        return _attached(held) if str(within["contentType"]).startswith("text/") else None
    return None if name == "resourceType" else held


def _attached(data: str) -> str:
    try:
        return base64.b64decode(data[:MOST_TEXT], validate=False).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
