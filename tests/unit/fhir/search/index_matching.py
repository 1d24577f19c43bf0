"""What a query means over index values, straight from docs/reference/search-semantics.md: lists and loops, no index.

Both sides of the language meet here: what `index_values` found in a resource, and what `parse_query` asks for.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from osler.fhir.search.extract import index_values
from osler.fhir.search.parse import parse_query
from osler.fhir.search.query import Chain, Dates, Has, Ids, InCompartment, Numbers, Query, Range, Strings, Tokens
from osler.fhir.search.values import FURTHER_WORDS, DateValue, IndexValues, NumberValue

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
        raise TypeError(criterion)

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
    near = abs(v) / 10
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
    return any(value in text if criterion.contains else text.startswith(value) for value in criterion.values)


def _key(resource: dict[str, Any]) -> tuple[str, str]:
    return resource["resourceType"], resource["id"]
