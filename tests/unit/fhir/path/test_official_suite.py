"""HL7's suite for FHIRPath on R4, compared strictly: number, order, type and value of what comes out.

A test that says `invalid` must be refused. What does not agree is listed here and, with reasons, in
docs/reference/fhirpath.md; the list is exact, so that neither a new disagreement nor a mended one goes unseen.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.path import Environment, Temporal, compile_path
from osler.fhir.path.functions.conversion import to_text
from osler.fhir.path.nodes import system
from osler.fhir.path.types import type_info
from tests.shared import shared_data

KNOWN_EXCEPTIONS = {
    "LowBoundaryDecimal15",
    "HighBoundaryDecimal15",
    "HighBoundaryDecimal16",
    "HighBoundaryDateTimeMillisecond1",
    "HighBoundaryDateTimeMillisecond3",
}

_WITH_SMALL_LETTER = {"Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time"}


@pytest.fixture(scope="module")
def folder() -> Path:
    return shared_data("fhirpath")


@pytest.fixture(scope="module")
def outcomes(folder: Path) -> dict[str, bool]:
    """Whether each test agrees; two of one name must both."""
    found: dict[str, bool] = {}
    for test in _tests(folder):
        name = test.get("name", "")
        found[name] = found.get(name, True) and _agrees(test, folder)
    return found


def test_all_but_the_listed_tests_agree(outcomes: dict[str, bool]):
    assert {name for name, agrees in outcomes.items() if not agrees} == KNOWN_EXCEPTIONS


def test_the_suite_is_read_whole(folder: Path):
    assert len(_tests(folder)) == 935


def test_the_page_tells_every_exception():
    page = (Path(__file__).resolve().parents[4] / "docs" / "reference" / "fhirpath.md").read_text()
    assert [name for name in sorted(KNOWN_EXCEPTIONS) if f"`{name}`" not in page] == []


def _tests(folder: Path) -> list[ET.Element]:
    return list(ET.parse(folder / "tests-fhir-r4.xml").getroot().iter("test"))


@cache
def _resource(folder: Path, name: str) -> dict[str, Any]:
    converted = folder / "json" / f"{Path(name).stem}.json"
    return json.decode((converted if converted.exists() else folder / name).read_bytes())


def _agrees(test: ET.Element, folder: Path) -> bool:
    expression = test.find("expression")
    assert expression is not None
    try:
        given = _given(test, expression.text or "", folder)
    except Invalid:
        return expression.get("invalid") is not None
    wanted = [(output.get("type"), output.text or "") for output in test.findall("output")]
    if test.get("ordered") == "false":
        given, wanted = sorted(given), sorted(wanted)
    same = len(given) == len(wanted) and all(map(_is_same, given, wanted))
    return same and expression.get("invalid") is None


def _given(test: ET.Element, text: str, folder: Path) -> list[tuple[str, str | None]]:
    name = test.get("inputfile")
    resource = _resource(folder, name) if name else None
    path = compile_path(text)
    path.check(resource["resourceType"] if resource else "", ordered=test.get("checkOrderedFunctions") == "true")
    found = path.evaluate(resource, Environment())
    return [_shown(item) for item in ([bool(found)] if test.get("predicate") == "true" else found)]


def _shown(item: Any) -> tuple[str, str | None]:
    info, value = type_info(item), system(item)
    name = info.name
    if info.namespace == "System" and name in _WITH_SMALL_LETTER:
        name = name[0].lower() + name[1:]
    return name, repr(value) if type(value) is Temporal else to_text(value)


def _is_same(given: tuple[str, str | None], wanted: tuple[str | None, str]) -> bool:
    if wanted[0] is not None and given[0] != wanted[0]:
        return False
    if wanted[0] == "decimal":
        return Decimal(given[1] or "NaN") == Decimal(wanted[1])
    return given[1] == wanted[1]
