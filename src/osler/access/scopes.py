"""SMART App Launch scopes, version 2 with its version 1 forms: https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html

`system/Observation.rs?category=http://…|laboratory`, `user/*.cruds`, `patient/Patient.read`. Scopes only narrow: what
a token may do is what its roles give *and* one of its scopes names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import parse_qsl

from osler.access.type_groups import known_types
from osler.core.errors import Invalid
from osler.store.visibility import Interaction

Context = Literal["patient", "user", "system"]

_SCOPE = re.compile(r"(patient|user|system)/(\*|[A-Za-z]+)\.([a-z*]+)(?:\?(.+))?")
_LETTERS: dict[str, tuple[Interaction, ...]] = {
    "c": ("create",),
    "r": ("read", "history"),
    "u": ("update",),
    "d": ("delete",),
    "s": ("search",),
}
"""Type history shows whole versions, so that it needs `r`; SMART would give it with `s` alone. Stricter on purpose."""
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
_WITHOUT_RESOURCES = frozenset(("openid", "profile", "fhirUser", "launch", "offline_access", "online_access"))


@dataclass(frozen=True, slots=True)
class Scope:
    context: Context
    type: str | None
    """A resource type; None is `*`."""
    interactions: frozenset[Interaction]
    where: tuple[str, ...] = ()
    """Filters `parameter=value[,value]`, all of which must hold."""


def parse_scopes(text: str | Iterable[str]) -> tuple[Scope, ...]:
    """The resource scopes among space-separated `text`. Raises Invalid naming the first one that is not a scope.

    `openid`, `launch/…` and the like are accepted and open no resources.
    """
    words = text.split() if isinstance(text, str) else [word for part in text for word in part.split()]
    return tuple(scope for word in words if (scope := _parse(word)) is not None)


def _parse(word: str) -> Scope | None:
    if word in _WITHOUT_RESOURCES or word.startswith("launch/"):
        return None
    match = _SCOPE.fullmatch(word)
    if match is None:
        raise Invalid(f"“{word}” is not a scope. Write for example system/Observation.rs or system/*.cruds.")
    context, kind, letters, query = match.groups()
    if kind != "*" and kind not in known_types():
        raise Invalid(f"The scope “{word}” names no R4 resource type.")
    return Scope(cast("Context", context), None if kind == "*" else kind, _interactions(word, letters), _where(query))


def _interactions(word: str, letters: str) -> frozenset[Interaction]:
    letters = _VERSION_1.get(letters, letters)
    in_order = re.fullmatch(r"c?r?u?d?s?", letters)
    if not letters or in_order is None:
        raise Invalid(f"The scope “{word}” must end in letters of cruds, in that order, or in read, write or *.")
    return frozenset(interaction for letter in letters for interaction in _LETTERS[letter])


def _where(query: str | None) -> tuple[str, ...]:
    if not query:
        return ()
    filters: list[str] = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if ":" in name or "." in name or not value:
            raise Invalid("A scope's filter is parameter=value[,value], without modifiers or chains.")
        filters.append(f"{name}={value}")
    return tuple(filters)
