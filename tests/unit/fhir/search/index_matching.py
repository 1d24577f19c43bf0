"""What a query means over index values, straight from docs/reference/search-semantics.md: lists and loops, no index.

Both sides of the language meet here: what `index_values` found in a resource, and what `parse_query` asks for.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from osler.fhir.datatypes.units import UCUM, canonical
from osler.fhir.search.extract import index_values
from osler.fhir.search.parse import parse_query
from osler.fhir.search.query import (
    Both,
    Chain,
    Dates,
    Either,
    FullText,
    Has,
    Hierarchy,
    Ids,
    InCompartment,
    Near,
    Negation,
    Numbers,
    Phrases,
    Query,
    Range,
    Strings,
    Tokens,
)
from osler.fhir.search.values import FURTHER_WORDS, DateValue, IndexValues, NumberValue
from osler.fhir.search.words import score

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
BASE = "https://osler.example/fhir"
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def indexed(resource: dict[str, Any]) -> IndexValues:
    return index_values(resource, zone=ZONE, base_url=BASE)


def parsed(type: str, *params: tuple[str, str], **how: Any) -> Query:
    return parse_query(type, list(params), zone=ZONE, now=NOW, base_url=BASE, **how)


def found(resource: dict[str, Any], name: str, value: str) -> bool:
    """Whether a search by one parameter finds a resource that stands alone."""
    query = parsed(resource["resourceType"], (name, value))
    return World([resource]).matches(resource, query)


class World:
    """A few resources that may refer to each other."""

    def __init__(self, resources: list[dict[str, Any]]) -> None:
        self.resources = resources
        self.values = {_key(resource): indexed(resource) for resource in resources}

    def search(self, type: str, *params: tuple[str, str], **how: Any) -> list[str]:
        query = parsed(type, *params, **how)
        return [r["id"] for r in self.resources if r["resourceType"] == type and self.matches(r, query)]

    def matches(self, resource: dict[str, Any], query: Query) -> bool:
        return resource["resourceType"] == query.type and all(self._holds(resource, c) for c in query.where)

    def _holds(self, resource: dict[str, Any], criterion: object) -> bool:
        values = self.values[_key(resource)]
        match criterion:
            case Tokens(keys=keys, negated=negated):
                return negated != any(key in values.tokens for key in keys)
            case Ids(ids=ids):
                return resource["id"] in ids
            case Strings():
                return any(_text_holds(criterion, value.param, value.text, value.comp) for value in values.strings)
            case Numbers(param=param, ranges=ranges):
                return any(v.param == param and number_holds(r, v) for v in values.numbers for r in ranges)
            case Dates(param="_lastUpdated", ranges=ranges):
                at = datetime.fromisoformat(resource["meta"]["lastUpdated"])
                return any(date_holds(r, DateValue("_lastUpdated", at, at)) for r in ranges)
            case Dates(param=param, ranges=ranges):
                return any(v.param == param and date_holds(r, v) for v in values.dates for r in ranges)
            case Chain(param=param, targets=targets):
                return any(self.matches(to, q) for to in self._followed(values, param) for q in targets)
            case Has(param=param, source=source):
                return any(
                    self.matches(other, source) and resource in self._followed(self.values[_key(other)], param)
                    for other in self.resources
                )
            case InCompartment(kind=kind, id=id_, params=params):
                focus = "{def}" in params and (resource["resourceType"], resource["id"]) == (kind, id_)
                return focus or any(f"{param}={kind}/{id_}" in values.tokens for param in params)
            case Phrases():
                texts = [key.partition("=")[2] for key in values.phrases if _belongs(key, criterion)]
                return any(_phrase_holds(criterion.kind, text, value) for text in texts for value in criterion.values)
            case Hierarchy(param=param):
                return any((v.type, v.id) in self._members(criterion) for v in values.references if v.param == param)
            case Near():
                return any(v.param == "near" and _distance(criterion, v) <= criterion.meters for v in values.numbers)
            case Either(options=options):
                return any(self._holds(resource, option) for option in options)
            case Both(parts=parts):
                return all(self._holds(resource, part) for part in parts)
            case Negation(of=of):
                return not self._holds(resource, of)
            case FullText():
                return score(resource, criterion) is not None
        raise TypeError(criterion)

    def _members(self, criterion: Hierarchy) -> set[tuple[str, str]]:
        found = set(criterion.roots)
        while True:
            more = {
                end
                for type_, link in criterion.links
                for key, values in self.values.items()
                for v in values.references
                if v.param == link and key[0] == type_ == v.type
                for begin, end in [(key, (v.type, v.id)) if criterion.above else ((v.type, v.id), key)]
                if begin in found
            }
            if more <= found:
                return found
            found |= more

    def _followed(self, values: IndexValues, param: str) -> list[dict[str, Any]]:
        ends = {(v.type, v.id) for v in values.references if v.param == param}
        return [resource for resource in self.resources if _key(resource) in ends]


def number_holds(r: Range, value: NumberValue) -> bool:
    a = Decimal("-Infinity") if value.lo is None else value.lo
    b = Decimal("Infinity") if value.hi is None else value.hi
    lo, hi, v = r.lo, r.hi, r.exact
    assert isinstance(lo, Decimal)
    assert isinstance(hi, Decimal)
    assert v is not None
    unit = not r.unit or (r.unit[1:] in (value.code, value.unit) if r.unit[0] == "|" else r.unit == value.system_code)
    if r.ucum and value.system_code.startswith(UCUM):
        # Everything in base units: a search finds what is the same in another unit.
        def based(number: Decimal, code: str) -> tuple[Decimal, str]:
            return canonical(number, code) if number.is_finite() else (number, "")  # pyright: ignore[reportReturnType]

        margin = abs(v) / 10 if r.prefix == "ap" else Decimal(0)
        (lo, kind), (hi, _), (v, _) = (based(each, r.ucum) for each in (lo - margin, hi + margin, v))
        held = canonical(Decimal(1), value.code)
        unit = held is not None and held[1] == kind
        if unit:
            a, b = based(a, value.code)[0], based(b, value.code)[0]
    near = abs(v) / 10 if not r.ucum else Decimal(0)
    return (
        unit
        and r.comp == value.comp
        and {
            "eq": lo <= a and b < hi,
            "ne": not (lo <= a and b < hi),
            "gt": b > v,
            "lt": a < v,
            "ge": b >= v,
            "le": a <= v,
            "sa": a > v,
            "eb": b < v,
            "ap": b >= lo - near and a < hi + near,
        }[r.prefix]
    )


def date_holds(r: Range, value: DateValue) -> bool:
    a, b = value.lo or FIRST, value.hi or LAST
    lo, hi = r.lo, r.hi
    assert isinstance(lo, datetime)
    assert isinstance(hi, datetime)
    return (
        r.comp == value.comp
        and {
            "eq": lo <= a and b <= hi,
            "ne": not (lo <= a and b <= hi),
            "gt": b > hi,
            "lt": a < lo,
            "ge": b > lo,
            "le": a < hi,
            "sa": a >= hi,
            "eb": b <= lo,
            "ap": b > lo and a < hi,
        }[r.prefix]
    )


def _text_holds(criterion: Strings, param: str, text: str, comp: str) -> bool:
    if param != criterion.param or (comp or criterion.comp) not in (criterion.comp, FURTHER_WORDS):
        return False
    if criterion.contains:
        return any(value in text for value in criterion.values)
    if comp == FURTHER_WORDS and criterion.match != "starts":
        return False
    meets = {"starts": str.startswith, "ends": str.endswith, "whole": str.__eq__}[criterion.match]
    return any(meets(text, value) for value in criterion.values)


def _belongs(key: str, criterion: Phrases) -> bool:
    start = f"{criterion.param}:text=" if criterion.kind == "text" else f"{criterion.param}="
    return key.startswith(start)


def _phrase_holds(kind: str, text: str, value: str) -> bool:
    if kind == "text":
        return f" {text}".find(f" {value}") >= 0
    mark = "." if kind == "version" else "" if value.endswith("/") else "/"
    return text == value or text.startswith(value + mark)


def _distance(near: Near, value: NumberValue) -> float:
    assert value.lo is not None
    assert value.hi is not None
    a, b = math.radians(near.latitude), math.radians(value.lo)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(value.hi - near.longitude) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def _key(resource: dict[str, Any]) -> tuple[str, str]:
    return resource["resourceType"], resource["id"]
