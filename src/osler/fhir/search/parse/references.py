"""Reference and uri values (R4 search §3.1.1.4.12, §3.1.1.4.9)."""

from __future__ import annotations

import re

from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.fhir.search.keys import canonical_key, literal, token_key
from osler.fhir.search.parse import hierarchies
from osler.fhir.search.parse.pieces import unescaped
from osler.fhir.search.parse.reading import Facts, Reading, modifier_refused
from osler.fhir.search.parse.tokens import token_parts
from osler.fhir.search.query import Criterion, Tokens

_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:", re.ASCII)


def criterion(reading: Reading, facts: Facts, modifier: str, items: list[str], name: str) -> Criterion:
    code = facts.code
    if modifier in ("above", "below"):
        return hierarchies.criterion(reading, facts, modifier, items, name)
    if modifier == "identifier" and facts.literal:
        keys = tuple(f"{code}:identifier={token_key(*token_parts(item, name))}" for item in items)
        return Tokens(code, keys)
    if modifier in definitions().resource_types:
        check_target(facts, modifier, name)
    elif modifier:
        raise modifier_refused(facts, modifier, name)
    found: dict[str, None] = {}
    for item in items:
        keys = keys_for(reading, facts, item, name, only=modifier)
        reading.look_up(len(keys) - 1, name)
        found.update((f"{code}={key}", None) for key in keys)
    return Tokens(code, tuple(found))


def keys_for(reading: Reading, facts: Facts, item: str, name: str, only: str = "") -> list[str]:
    """The keys of one value: of every possible target when it is a bare id. `only` is the type named by a modifier."""
    text = unescaped(item, name)
    read = literal(text, reading.base_url)
    if read.id:
        if only and read.type != only:
            raise Invalid(f"{name} names another resource type than its value.", path=name)
        return [read.key]
    if _ID.fullmatch(text):
        return [f"{type_}/{text}" for type_ in ((only,) if only else facts.param.targets)]
    if _SCHEME.match(text):
        return [read.key if facts.datatypes == {"Reference"} else canonical_key(text)]
    raise Invalid(f"{name} takes an id, Type/id of a type of FHIR R4, or a URL.", path=name)


def check_target(facts: Facts, type_: str, name: str) -> None:
    """Raise Invalid for a type that the parameter never points at."""
    if type_ not in facts.param.targets:
        raise Invalid(f"{facts.code} does not point at {type_}.", path=name)


def uri_criterion(facts: Facts, modifier: str, items: list[str], name: str) -> Criterion:
    if modifier in ("above", "below"):
        return hierarchies.urls(facts, modifier, items, name)
    if modifier:
        raise modifier_refused(facts, modifier, name)
    return Tokens(facts.code, tuple(f"{facts.code}={unescaped(item, name)}" for item in items))
