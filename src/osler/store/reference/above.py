"""`:above` and `:below`: web addresses by path, canonicals by version, references by the hierarchy of what they point at."""

from __future__ import annotations

import re

from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.store.reference.asked import unescape

_WHOLE = ("partOf", "parent", "parentDevice")


def url_is(held: str, written: str, *, above: bool) -> bool:
    asked = unescape(written)
    if not _is_address(asked):
        raise Invalid("Only web addresses without a fragment have a path.")
    if not _is_address(held):
        return False
    return _is_below(asked, held) if above else _is_below(held, asked)


def _is_below(lower: str, upper: str) -> bool:
    """By whole parts: of the path when neither the upper one has a version, else of the version."""
    if lower == upper:
        return True
    if "|" in upper or "|" in lower:
        return "|" in upper and lower.startswith(upper + ".")
    return lower.startswith(upper if upper.endswith("/") else upper + "/")


def _is_address(text: str) -> bool:
    return re.match(r"https?://", text) is not None and "#" not in text


def whole_of(kind: str) -> str | None:
    """The parameter by which resources of a kind belong to another of it."""
    found = [
        code
        for code, param in definitions().search_params(kind).items()
        if param.type == "reference" and kind in param.targets and param.expression in [f"{kind}.{w}" for w in _WHOLE]
    ]
    return found[0] if found else None
