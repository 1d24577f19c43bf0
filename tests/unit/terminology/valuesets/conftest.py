"""A small code system of each kind, and terminologies over them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from osler.terminology.catalog import Catalog
from osler.terminology.release import Concept, Designation, Head, Release, write_release
from osler.terminology.valuesets import Expanding, Shelf, Terminology
from osler.terminology.valuesets.versions import ANY, Versions

FOOD = "http://food.test"
DRINKS = "http://drinks.test"
CODES = "http://codes.test"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def code_system(url: str, concepts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    base = {"resourceType": "CodeSystem", "url": url, "status": "active", "content": "complete", "caseSensitive": True}
    return base | {"concept": concepts} | more


def value_set(
    url: str, *include: dict[str, Any], exclude: Iterable[dict[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    compose: dict[str, Any] = {"include": list(include)} | ({"exclude": list(exclude)} if exclude else {})
    return {"resourceType": "ValueSet", "url": url, "status": "active", "compose": compose | more}


def filtered(system: str, property: str, op: str, value: str) -> dict[str, Any]:
    return {"system": system, "filter": [{"property": property, "op": op, "value": value}]}


FOOD_SYSTEM = code_system(
    FOOD,
    [
        {"code": "food", "display": "Food", "property": [{"code": "notSelectable", "valueBoolean": True}], "concept": [
            {"code": "fruit", "display": "Fruit", "definition": "What grows on trees.", "concept": [
                {"code": "apple", "display": "Apple", "designation": [
                    {"language": "es", "value": "Manzana"}, {"language": "es-MX", "value": "Manzanita"},
                ], "property": [{"code": "color", "valueCode": "green"}, {"code": "weight", "valueInteger": 100}]},
                {"code": "pear", "display": "Pear", "property": [{"code": "color", "valueCode": "Yellow"}]},
            ]},
            {"code": "salt", "display": "Salt", "property": [{"code": "status", "valueCode": "retired"}]},
        ]},
        {"code": "tomato", "display": "Tomato", "property": [
            {"code": "parent", "valueCode": "fruit"}, {"code": "parent", "valueCode": "salt"},
            {"code": "color", "valueCode": "red"},
        ]},
    ],
    version="2",
    title="Food",
    property=[{"code": "color", "type": "code"}, {"code": "weight", "type": "integer"}],
)  # fmt: skip
DRINK_SYSTEM = code_system(
    DRINKS, [{"code": "TEA", "display": "Tea"}, {"code": "CIDER", "display": "Cider"}], caseSensitive=False
)


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Two versions of one code system, the second of which is only a part."""
    folder: Path = tmp_path_factory.mktemp("releases")
    for version, on, caution in (("1", date(2020, 1, 1), ""), ("2", date(2025, 1, 1), "Only a part.")):
        head = Head("codes", CODES, version, on, "Codes", "somebody", "CC0", caution=caution)
        names = (Designation("Sucre", "fr"),)
        concepts = [
            Concept("A", "Diabetes mellitus"),
            Concept("A1", "Type 1 diabetes", parents=("A",), designations=names),
        ]
        concepts += [Concept("B", "Asthma", "inactive", properties=(("CLASS", "LUNG"),))] if version == "1" else []
        write_release(folder / f"{version}.sqlite", head, concepts)
    return Catalog(Release(folder / f"{version}.sqlite") for version in "12")


def terminology(*resources: dict[str, Any], releases: Catalog | None = None) -> Terminology:
    return Terminology(releases, Shelf([FOOD_SYSTEM, DRINK_SYSTEM, *resources]))


def expanded(resource: dict[str, Any] | str, *others: dict[str, Any], releases: Catalog | None = None,
             versions: Versions = ANY, **asked: Any) -> dict[str, Any]:  # fmt: skip
    """The expansion of a value set among others."""
    made = terminology(*others, releases=releases)
    return made.expand(resource, Expanding(**asked), now=NOW, versions=versions)["expansion"]


def codes(resource: dict[str, Any] | str, *others: dict[str, Any], **asked: Any) -> list[str]:
    return [each["code"] for each in expanded(resource, *others, **asked).get("contains", [])]
