"""From the FHIR resource CodeSystem (R4 codesystem.html) to concepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from osler.core.errors import Invalid
from osler.terminology.valuesets.concepts import Concept, Json, Name, Property
from osler.terminology.valuesets.system import About

MOST_CONCEPTS = 100_000
"""Concepts of one CodeSystem resource; what is larger is a release."""
_GONE = frozenset(("retired", "inactive"))
_ABSTRACT = frozenset(("notSelectable", "abstract"))


def walk(concepts: Iterable[Json]) -> Iterator[tuple[Json, str]]:
    """Every concept with the code of the one it is nested in, in the order written."""
    waiting: list[tuple[Json, str]] = [(each, "") for each in concepts][::-1]
    seen = 0
    while waiting:
        concept, parent = waiting.pop()
        seen += 1
        if seen > MOST_CONCEPTS:
            raise Invalid(f"A CodeSystem may hold up to {MOST_CONCEPTS:,} concepts.", path="CodeSystem.concept")
        yield concept, parent
        waiting += [(each, concept.get("code", "")) for each in reversed(concept.get("concept", ()))]


def about_system(resource: Json, *, hierarchical: bool) -> About:
    return About(
        url=resource.get("url", ""),
        version=resource.get("version", ""),
        title=resource.get("title") or resource.get("name", ""),
        dated=resource.get("date", ""),
        source=resource.get("publisher", ""),
        case_sensitive=resource.get("caseSensitive", True),
        partial=resource.get("content", "complete") != "complete",
        hierarchical=hierarchical,
        subsumes=resource.get("hierarchyMeaning", "is-a") == "is-a",
        properties={each.get("code", ""): each.get("type", "string") for each in resource.get("property", ())},
    )


def read_concept(row: Json, parents: tuple[str, ...], kinds: Mapping[str, Any]) -> Concept:
    """`kinds` are the system's definitions of properties by code."""
    properties = tuple(read_properties(row))
    return Concept(
        code=row.get("code", ""),
        display=row.get("display", ""),
        inactive=any(_says_inactive(each, kinds) for each in properties),
        abstract=any(each.code in _ABSTRACT and each.value is True for each in properties),
        definition=row.get("definition", ""),
        parents=parents,
        names=tuple(read_names(row)),
        properties=properties,
    )


def read_names(row: Json) -> Iterator[Name]:
    for each in row.get("designation", ()):
        yield Name(each.get("value", ""), each.get("language", ""), each.get("use"))


def read_properties(row: Json) -> Iterator[Property]:
    for each in row.get("property", ()):
        kind = next((name for name in each if name.startswith("value")), None)
        if kind is not None:
            yield Property(each.get("code", ""), kind, each[kind])


def _says_inactive(each: Property, kinds: Mapping[str, Any]) -> bool:
    if each.code == "inactive":
        return each.value is True or each.text == "true"
    return each.code == "status" and each.text in _GONE
