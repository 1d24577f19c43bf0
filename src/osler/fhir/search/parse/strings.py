"""String values (R4 search §3.1.1.4.8): starts-with, `:contains`, `:exact`."""

from __future__ import annotations

from osler.core.errors import Invalid
from osler.fhir.search.parse.pieces import unescaped
from osler.fhir.search.parse.reading import Facts, modifier_refused
from osler.fhir.search.query import Strings, Tokens
from osler.fhir.search.text import LONGEST, exact_text, normalize_text


def criterion(facts: Facts, modifier: str, items: list[str], name: str) -> Strings | Tokens:
    code = facts.code
    if modifier == "exact":
        return Tokens(code, tuple(f"{code}:exact={exact_text(unescaped(item, name))}" for item in items))
    if modifier not in ("", "contains"):
        raise modifier_refused(facts, modifier, name)
    return Strings(code, tuple(text_for(item, name) for item in items), contains=modifier == "contains")


def text_for(item: str, name: str) -> str:
    """The text to look for, normalised as `extract` does. Raises Invalid when nothing is left of it, or too much."""
    text = normalize_text(unescaped(item, name))
    if not text:
        raise Invalid(f"{name} needs a letter or a digit.", path=name)
    if len(text) > LONGEST:
        raise Invalid(f"{name} is longer than the {LONGEST} characters that are compared.", path=name)
    return text
