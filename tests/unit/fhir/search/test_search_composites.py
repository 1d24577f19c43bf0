"""Composite parameters: both parts of one element (docs/reference/search-semantics.md, composite)."""

from decimal import Decimal
from typing import Any

import pytest

from osler.core.errors import Invalid, Unsupported
from tests.unit.fhir.search.index_matching import found, parsed

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code}]}


def quantity(value: str) -> dict[str, Any]:
    return {"value": Decimal(value), "system": UCUM, "code": "mm[Hg]"}


PRESSURE = {
    "resourceType": "Observation",
    "id": "bp",
    "code": coded("85354-9"),
    "valueCodeableConcept": {"coding": [{"system": "http://s", "code": "high"}]},
    "component": [
        {"code": coded("8480-6"), "valueQuantity": quantity("140")},
        {"code": coded("8462-4"), "valueQuantity": quantity("90")},
        {"code": coded("pos"), "valueCodeableConcept": {"coding": [{"code": "sitting"}]}},
    ],
}
DATED = {"resourceType": "Observation", "id": "d", "code": coded("1"), "valueDateTime": "2020-05-17"}
SAID = {"resourceType": "Observation", "id": "s", "code": coded("1"), "valueString": "No Growth"}
REPLACING = {
    "resourceType": "DocumentReference",
    "id": "r",
    "relatesTo": [
        {"code": "replaces", "target": {"reference": "DocumentReference/1"}},
        {"code": "appends", "target": {"reference": "DocumentReference/2"}},
    ],
}
GROUP = {
    "resourceType": "Group",
    "id": "g",
    "characteristic": [
        {"code": coded("smoker"), "valueBoolean": True},
        {"code": coded("gender"), "valueCodeableConcept": {"coding": [{"code": "female"}]}},
    ],
}
SEQUENCE = {
    "resourceType": "MolecularSequence",
    "id": "m",
    "referenceSeq": {"chromosome": {"coding": [{"code": "1"}]}, "windowStart": 10, "windowEnd": 20},
    "variant": [{"start": 5, "end": 6}, {"start": 50, "end": 60}],
}
USED = {
    "resourceType": "ValueSet",
    "id": "v",
    "useContext": [
        {"code": {"system": "http://u", "code": "age"}, "valueRange": {"low": {"value": 10}, "high": {"value": 19}}},
        {"code": {"code": "focus"}, "valueCodeableConcept": {"coding": [{"code": "flu"}]}},
    ],
}


@pytest.mark.parametrize(
    ("resource", "name", "value", "expected"),
    [
        (PRESSURE, "component-code-value-quantity", f"{LOINC}|8480-6$gt130", True),
        (PRESSURE, "component-code-value-quantity", "8480-6$140", True),
        (PRESSURE, "component-code-value-quantity", f"8480-6$140|{UCUM}|mm[Hg]", True),
        (PRESSURE, "component-code-value-quantity", "8480-6$140||kPa", False),
        (PRESSURE, "component-code-value-quantity", "8480-6$90", False),
        (PRESSURE, "component-code-value-quantity", "8462-4$lt95,8462-4$gt200", True),
        (PRESSURE, "component-code-value-quantity", "|8480-6$140", False),
        (PRESSURE, "combo-code-value-quantity", "8480-6$140", True),
        (PRESSURE, "code-value-quantity", "8480-6$140", False),
        (PRESSURE, "code-value-concept", "85354-9$high", True),
        (PRESSURE, "code-value-concept", f"{LOINC}|85354-9$http://s|high", True),
        (PRESSURE, "code-value-concept", "85354-9$low", False),
        (PRESSURE, "code-value-concept", "85354-9$|high", False),
        (PRESSURE, "component-code-value-concept", "pos$sitting", True),
        (PRESSURE, "component-code-value-concept", "pos$high", False),
        (PRESSURE, "component-code-value-concept", "8480-6$sitting", False),
        (PRESSURE, "combo-code-value-concept", "pos$|sitting", True),
        (DATED, "code-value-date", "1$2020-05", True),
        (DATED, "code-value-date", "1$gt2020-06", False),
        (DATED, "code-value-date", "2$2020", False),
        (SAID, "code-value-string", "1$no gr", True),
        (SAID, "code-value-string", "1$growth,1$no", True),
        (SAID, "code-value-string", "2$no", False),
        (REPLACING, "relationship", "replaces$1", True),
        (REPLACING, "relationship", "replaces$DocumentReference/1", True),
        (REPLACING, "relationship", "replaces$DocumentReference/2", False),
        (REPLACING, "relationship", "appends$2", True),
        (GROUP, "characteristic-value", "smoker$true", True),
        (GROUP, "characteristic-value", "gender$female", True),
        (GROUP, "characteristic-value", "smoker$female", False),
        (SEQUENCE, "chromosome-variant-coordinate", "1$5$6", True),
        (SEQUENCE, "chromosome-variant-coordinate", "1$5.0$lt7", True),
        (SEQUENCE, "chromosome-variant-coordinate", "1$5$60", False),
        (SEQUENCE, "chromosome-variant-coordinate", "2$5$6", False),
        (SEQUENCE, "chromosome-window-coordinate", "1$10$20", True),
        (USED, "context-type-quantity", "http://u|age$gt15", True),
        (USED, "context-type-quantity", "age$lt5", False),
        (USED, "context-type-value", "|focus$flu", True),
        (USED, "context-type-value", "age$flu", False),
    ],
)
def test_a_composite_search_finds_what_the_page_says(resource: dict[str, Any], name: str, value: str, expected: bool):
    assert found(resource, name, value) is expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code-value-quantity", "8480-6"),
        ("code-value-quantity", "a$b$c"),
        ("code-value-quantity", "$5"),
        ("code-value-quantity", "a$"),
        ("code-value-quantity", f"{LOINC}|$5"),
        ("code-value-quantity:missing", "true"),
        ("code-value-quantity:not", "a$5"),
    ],
)
def test_what_no_composite_can_be_is_invalid(name: str, value: str):
    with pytest.raises(Invalid) as raised:
        parsed("Observation", (name, value))
    assert raised.value.faults[0].path == name


def test_texts_of_different_first_parts_are_alternatives():
    resource = {"resourceType": "Observation", "id": "o", "code": {"coding": [{"code": "b"}]}, "valueString": "Yes"}
    assert found(resource, "code-value-string", "a$x,b$y")
    assert not found(resource, "code-value-string", "a$y,b$x")


def test_a_middle_part_has_no_prefix():
    with pytest.raises(Unsupported):
        parsed("MolecularSequence", ("chromosome-variant-coordinate", "1$gt5$6"))
