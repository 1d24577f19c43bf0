"""Token values (R4 search §3.1.1.4.10): `code`, `system|code`, `|code`, `system|`."""

from __future__ import annotations

from osler.core.errors import Invalid
from osler.fhir.search.keys import fold_contact, of_type_key, token_key
from osler.fhir.search.parse.pieces import split, unescaped
from osler.fhir.search.parse.reading import Facts, modifier_refused
from osler.fhir.search.parse.strings import text_for
from osler.fhir.search.query import Phrases, Tokens

_WITH_TEXT = frozenset({"Coding", "CodeableConcept", "Identifier"})


def criterion(facts: Facts, modifier: str, items: list[str], name: str) -> Tokens | Phrases:
    code = facts.code
    if modifier == "text" and facts.datatypes & _WITH_TEXT:
        return Phrases(code, "text", tuple(text_for(item, name) for item in items))
    if modifier in ("", "not"):
        keys = tuple(f"{code}={key_for(facts, item, name)}" for item in items)
        return Tokens(code, keys, negated=modifier == "not")
    if modifier == "of-type" and "Identifier" in facts.datatypes:
        return Tokens(code, tuple(f"{code}:of-type={_of_type(item, name)}" for item in items))
    raise modifier_refused(facts, modifier, name)


def key_for(facts: Facts, item: str, name: str) -> str:
    """The key of one value, as `extract` makes it."""
    system, value = token_parts(item, name)
    if facts.datatypes == {"ContactPoint"}:
        value = fold_contact(value)
    elif facts.datatypes == {"boolean"} and value not in ("true", "false"):
        raise Invalid(f"{name} takes true or false.", path=name)
    return token_key(system, value)


def token_parts(item: str, name: str) -> tuple[str | None, str]:
    """System (None when not said) and code (empty for any)."""
    parts = [unescaped(part, name) for part in split(item, "|")]
    if len(parts) == 1:
        return None, parts[0]
    if len(parts) > 2 or not any(parts):
        raise Invalid(
            f"{name} takes code, system|code, |code or system| (a bar within a code is written \\|).", path=name
        )
    return parts[0], parts[1]


def _of_type(item: str, name: str) -> str:
    parts = [unescaped(part, name) for part in split(item, "|")]
    if len(parts) != 3 or not all(parts):
        raise Invalid(f"{name} takes type system|type code|value.", path=name)
    return of_type_key(*parts)
