"""Token values that a terminology expands: `:in`, `:not-in`, `:above`, `:below` (R4 search §3.1.1.4.10)."""

from __future__ import annotations

from collections.abc import Iterable

from osler.core.errors import Invalid, TooCostly, Unsupported
from osler.fhir.search.keys import token_key
from osler.fhir.search.parse.pieces import unescaped
from osler.fhir.search.parse.reading import Facts, Reading
from osler.fhir.search.parse.tokens import token_parts
from osler.fhir.search.query import Tokens

MOST_CODES = 10_000
"""Codes that one criterion may come down to."""
MODIFIERS = ("in", "not-in", "above", "below")
_NO_SYSTEM = frozenset({"code", "id", "uri", "string", "boolean"})


def criterion(reading: Reading, facts: Facts, modifier: str, items: list[str], name: str) -> Tokens:
    """The codes themselves, as they are in the terminology now. `:not-in` also holds where there is no code at all."""
    if reading.codes is None:
        raise Unsupported(f"The modifier :{modifier} needs a terminology, and this search has none.", path=name)
    read = _members if modifier in ("in", "not-in") else _related
    pairs = [pair for item in items for pair in read(reading, modifier, item, name)]
    if len(pairs) > MOST_CODES:
        raise TooCostly(f"{name} comes down to more than {MOST_CODES:,} codes; name fewer.", path=name)
    bare = facts.datatypes <= _NO_SYSTEM
    keys = (f"{facts.code}={token_key(None if bare else system, code)}" for system, code in pairs)
    return Tokens(facts.code, tuple(dict.fromkeys(keys)), negated=modifier == "not-in")


def _members(reading: Reading, modifier: str, item: str, name: str) -> list[tuple[str, str]]:
    assert reading.codes is not None
    found = reading.codes.members(unescaped(item, name))
    if found is None:
        raise Invalid(f"{name} names a value set that is not known here.", path=name)
    return _first(found)


def _related(reading: Reading, modifier: str, item: str, name: str) -> list[tuple[str, str]]:
    assert reading.codes is not None
    system, code = token_parts(item, name)
    if not system or not code:
        raise Invalid(f"{name} takes system|code.", path=name)
    found = reading.codes.below(system, code) if modifier == "below" else reading.codes.above(system, code)
    if found is None:
        raise Invalid(f"{name} names a code that is not known here.", path=name)
    return _first((system, each) for each in found)


def _first(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """No more of them than it takes to know that they are too many."""
    return [pair for pair, _ in zip(pairs, range(MOST_CODES + 1), strict=False)]
