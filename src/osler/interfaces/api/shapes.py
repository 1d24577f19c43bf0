"""The shape of a request for the audit: which parameters were used, never their values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from osler.fhir.definitions import definitions

_RESULTS = (
    "_count", "_total", "_summary", "_elements", "_sort", "_include", "_revinclude", "_cursor", "_format", "_pretty",
    "_since", "_at", "_score", "_contained", "_containedType", "_type", "_filter", "_list", "_query", "_source",
    "start", "end", "mode",
)  # fmt: skip
_MODIFIERS = (
    "exact", "contains", "missing", "not", "text", "in", "not-in", "below", "above", "identifier", "of-type", "iterate",
    "type", "_has",
)  # fmt: skip
_SPLIT = re.compile(r"[.:]")
MOST_NAMES = 12


def shape_of(type_: str, params: Iterable[tuple[str, str]]) -> str:
    """`Observation?_sort&code:in&patient`. A name that is none of the standard's becomes `?`: it could be anything."""
    names = sorted({_known(type_, name[:200]) for name, _ in params})
    return f"{type_}?{'&'.join(names[:MOST_NAMES])}" if names else type_


@lru_cache(maxsize=4096)
def _known(type_: str, name: str) -> str:
    return name if all(piece in _vocabulary() for piece in _SPLIT.split(name)) else "?"


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    types = definitions().resource_types
    return (
        frozenset((*_RESULTS, *_MODIFIERS))
        | types
        | {code for type_ in types for code in definitions().search_params(type_)}
    )
