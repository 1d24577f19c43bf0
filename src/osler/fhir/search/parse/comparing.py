"""One comparison of a `_filter`, `parameter operator value`, as a criterion."""

from __future__ import annotations

from dataclasses import replace

from osler.core.errors import Invalid
from osler.fhir.search.keys import present
from osler.fhir.search.parse.filter_words import OPERATORS, Word
from osler.fhir.search.parse.reading import Facts, Reading, facts_of
from osler.fhir.search.parse.strings import text_for
from osler.fhir.search.query import Both, Criterion, Dates, Negation, Strings, Tokens

_ORDERED = frozenset(("eq", "ne", "gt", "lt", "ge", "le", "ap", "sa", "eb"))
_ANSWERED = {
    "token": frozenset(("eq", "ne", "pr", "in", "ss", "sb")),
    "string": frozenset(("eq", "ne", "pr", "co", "sw", "ew")),
    "reference": frozenset(("eq", "ne", "pr", "re")),
    "uri": frozenset(("eq", "ne", "pr")),
    "date": _ORDERED | {"pr", "po"},
    "number": _ORDERED | {"pr"},
    "quantity": _ORDERED | {"pr"},
    "composite": frozenset(("eq",)),
}
"""Operators by type of parameter."""
_AS_MODIFIER = {"in": "in", "ss": "below", "sb": "above"}


def comparison(reading: Reading, type: str, code: str, operator: str, value: Word, name: str) -> Criterion:
    from osler.fhir.search.parse.criteria import read_criterion

    facts = facts_of(type, code, name, reading.custom)
    if operator not in OPERATORS:
        raise Invalid(f"{name} has an operator that there is not.", path=name)
    if operator not in _ANSWERED.get(facts.param.type, frozenset()):
        raise Invalid(f"{name}: {operator} does not go with the {facts.param.type} parameter {code}.", path=name)
    reading.used.add(f"{type}.{code}")
    if operator == "pr":
        return _present(facts, value, name)
    if facts.param.type == "string":
        return _text(facts, operator, value.text, name)
    item = value.text.replace(",", "\\,")
    if operator in _ORDERED and facts.param.type in ("date", "number", "quantity"):
        item = operator + item
    modifier = _AS_MODIFIER.get(operator, "")
    if operator == "po":
        return _overlapping(reading, type, code, item, name)
    found = read_criterion(reading, type, f"{code}:{modifier}" if modifier else code, item, path=name)
    if found is None:
        raise Invalid(f"{name} needs a value for {code}.", path=name)
    return _unlike(facts, found) if operator == "ne" and facts.param.type in ("token", "reference", "uri") else found


def _present(facts: Facts, value: Word, name: str) -> Criterion:
    if value.text not in ("true", "false") or facts.code in ("_id", "_lastUpdated"):
        raise Invalid(f"{name}: pr takes true or false, and neither _id nor _lastUpdated.", path=name)
    return Tokens(facts.code, (present(facts.code),), negated=value.text == "false")


def _text(facts: Facts, operator: str, text: str, name: str) -> Criterion:
    value = text_for(text.replace("\\", "\\\\"), name)
    match operator:
        case "co":
            return Strings(facts.code, (value,), contains=True)
        case "sw":
            return Strings(facts.code, (value,))
        case "ew":
            return Strings(facts.code, (value,), match="ends")
        case _:
            same = Strings(facts.code, (value,), match="whole")
            return _unlike(facts, same) if operator == "ne" else same


def _unlike(facts: Facts, same: Criterion) -> Criterion:
    """Has the element, and nothing of it is the value."""
    if facts.code == "_id":
        return Negation(same)
    return Both((Tokens(facts.code, (present(facts.code),)), Negation(same)))


def _overlapping(reading: Reading, type: str, code: str, item: str, name: str) -> Criterion:
    """`po`: the spans share a moment."""
    from osler.fhir.search.parse.criteria import read_criterion

    found = read_criterion(reading, type, code, "eq" + item, path=name)
    assert isinstance(found, Dates)
    # What `ap` asks of a date is an overlap with a span that the parser has widened; here it is not.
    return Dates(code, tuple(replace(each, prefix="ap") for each in found.ranges))
