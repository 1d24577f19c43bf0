"""`_text` and `_content`, and the words beside codes: text looked through word by word."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any, cast

from osler.store.reference.nodes import Node
from osler.store.reference.text import plain


def beside(node: Node) -> Iterator[str]:
    """What `:text` looks at: the texts of a concept, a coding's display, the text of an identifier's type."""
    held = node.held
    if node.type == "Identifier":
        held = {"text": held.get("type", {}).get("text")}
    for text in (held.get("text"), held.get("display"), *(c.get("display") for c in held.get("coding", []))):
        if text:
            yield plain(text)


def begins_a_word(text: str, wanted: str) -> bool:
    words, beginning = text.split(), wanted.split()
    return any(" ".join(words[at:]).startswith(" ".join(beginning)) for at in range(len(words)))


def has_words(resource: dict[str, Any], written: str, narrative: bool) -> bool:
    """Any alternative whose words all begin some word, and none of whose `-words` does."""
    text = plain(_bare(resource.get("text", {}).get("div", "")) if narrative else " \n".join(_strings(resource)))
    return any(_option(text, option) for option in re.split(r"\sOR\s|,", written))


def _option(text: str, option: str) -> bool:
    asked = [word for word in re.findall(r'-?"[^"]*"|\S+', option) if word != "AND" and plain(word)]
    return all(begins_a_word(text, plain(w)) != (w.startswith("-") and len(w) > 1) for w in asked)


def _bare(markup: str) -> str:
    return re.sub(r"&#?\w+;", " ", re.sub(r"<[^<>]*>", " ", markup))


def _strings(value: Any, name: str = "", within: dict[str, Any] | None = None) -> Iterator[str]:
    if isinstance(value, dict):
        inner = cast("dict[str, Any]", value)
        for key in inner:
            yield from _strings(inner[key], key, inner)
    elif isinstance(value, list):
        for held in cast("list[Any]", value):
            yield from _strings(held, name, within)
    elif isinstance(value, str) and name != "resourceType":
        if name == "data" and within is not None and "contentType" in within:
            if within["contentType"].startswith("text/"):
                yield base64.b64decode(value).decode(errors="replace")
        else:
            yield _bare(value) if name == "div" else value
