from decimal import Decimal

import pytest

from tests.unit.fhir.search.index_matching import found, parsed

UCUM = "http://unitsofmeasure.org"


def observation(value: str, code: str, system: str = UCUM, **more: object) -> dict[str, object]:
    quantity = {"value": Decimal(value), "system": system, "code": code, "unit": code, **more}
    return {"resourceType": "Observation", "id": "o", "valueQuantity": quantity}


GLUCOSE = observation("101", "mg/dL")
BODY = observation("37", "Cel")


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("1.01|{u}|g/L", True),
        ("eq1.01|{u}|g/L", True),
        ("1.02|{u}|g/L", False),
        ("1010|{u}|ug/mL", True),
        ("ne1.01|{u}|g/L", False),
        ("ne2.0|{u}|g/L", True),
        ("gt1.0|{u}|g/L", True),
        ("gt1.01|{u}|g/L", False),
        ("ge1.01|{u}|g/L", True),
        ("lt1.1|{u}|g/L", True),
        ("lt1.01|{u}|g/L", False),
        ("le1.01|{u}|g/L", True),
        ("sa1.0|{u}|g/L", True),
        ("eb1.0|{u}|g/L", False),
        ("ap1.1|{u}|g/L", True),
        ("ap2.0|{u}|g/L", False),
        ("1.01|{u}|g", False),
        ("101|{u}|MG/DL", False),
        ("1.01||g/L", False),
        ("101||mg/dL", True),
    ],
)
def test_a_quantity_is_found_by_any_unit_that_converts(asked: str, is_found: bool):
    assert found(GLUCOSE, "value-quantity", asked.replace("{u}", UCUM)) is is_found


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [("98.6|{u}|[degF]", True), ("gt98|{u}|[degF]", True), ("lt98|{u}|[degF]", False), ("310.15|{u}|K", True)],
)
def test_temperatures_are_compared_by_their_zero_too(asked: str, is_found: bool):
    assert found(BODY, "value-quantity", asked.replace("{u}", UCUM)) is is_found


@pytest.mark.parametrize("code", ["[pH]", "{score}", "mmhg"])
def test_what_does_not_convert_is_found_as_written_alone(code: str):
    assert found(observation("7", code), "value-quantity", f"7|{UCUM}|{code}")
    assert not parsed("Observation", ("value-quantity", f"7|{UCUM}|{code}")).where[0].ranges[0].ucum  # pyright: ignore


def test_a_code_of_another_system_is_no_unit():
    assert not found(observation("101", "mg/dL", "urn:x"), "value-quantity", f"1.01|{UCUM}|g/L")
    assert found(observation("101", "mg/dL", "urn:x"), "value-quantity", "101|urn:x|mg/dL")


def test_a_comparator_opens_the_converted_span():
    below = observation("5", "mg/dL", comparator="<")
    assert found(below, "value-quantity", f"lt0.01|{UCUM}|g/L")
    assert not found(below, "value-quantity", f"gt1|{UCUM}|g/L")


def test_composites_convert_as_well():
    coded = {**GLUCOSE, "code": {"coding": [{"system": "http://loinc.org", "code": "2339-0"}]}}
    assert found(coded, "code-value-quantity", rf"http://loinc.org|2339-0$gt1|{UCUM}|g/L")
    assert not found(coded, "code-value-quantity", rf"http://loinc.org|2339-0$gt2|{UCUM}|g/L")
