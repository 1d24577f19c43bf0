"""Token parameters: what counts as a code, and when one matches (R4 search §3.1.1.4.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from osler.core.errors import Invalid
from osler.store.reference.asked import split, unescape
from osler.store.reference.nodes import Node


@dataclass(frozen=True, slots=True)
class Code:
    system: str | None
    code: str | None
    folded: bool = False
    """Compared without regard to case: telephone numbers and mail addresses."""


def codes(node: Node) -> Iterator[Code]:
    """The codes in a node, whatever its type."""
    if isinstance(node.value, bool):
        yield Code(None, "true" if node.value else "false")
    elif isinstance(node.value, dict):
        yield from _complex(node.type, node.held)
    else:
        yield Code(None, str(node.value))


def _complex(kind: str, held: dict[str, Any]) -> Iterator[Code]:
    if kind == "CodeableConcept":
        for coding in held.get("coding", []):
            yield from _complex("Coding", coding)
    elif kind == "Coding" and (held.get("code") is not None or held.get("system") is not None):
        yield Code(held.get("system"), held.get("code"))
    elif kind == "Identifier" and (held.get("value") is not None or held.get("system") is not None):
        yield Code(held.get("system"), held.get("value"))
    elif kind == "ContactPoint" and held.get("value") is not None:
        yield Code(None, held["value"], folded=True)


def matches_code(held: Code, written: str) -> bool:
    """`code`, `system|code`, `|code` (no system) or `system|` (any code of it)."""
    parts = [unescape(part) for part in split(written, "|")]
    if len(parts) == 1:
        return _same(held, parts[0])
    if len(parts) > 2 or parts == ["", ""]:
        raise Invalid("A token is code, system|code, |code or system|.")
    system, code = parts
    if (held.system or "") != system:
        return False
    return code == "" or _same(held, code)


def _same(held: Code, code: str) -> bool:
    if held.code is None:
        return False
    return held.code.casefold() == code.casefold() if held.folded else held.code == code


def matches_of_type(node: Node, written: str) -> bool:
    """`:of-type`: the identifier's type system, type code and value, all three."""
    parts = [unescape(part) for part in split(written, "|")]
    if len(parts) != 3 or not all(parts):
        raise Invalid(":of-type takes system|code|value.")
    system, code, value = parts
    kinds = node.held.get("type", {}).get("coding", [])
    return node.held.get("value") == value and any(k.get("system") == system and k.get("code") == code for k in kinds)
