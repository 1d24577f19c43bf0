"""Number, quantity and date cells: element × prefix (docs/reference/search-semantics.md)."""

from decimal import Decimal
from typing import Any

import pytest

from osler.core.errors import Invalid
from tests.unit.fhir.search.index_matching import found, parsed

UCUM = "http://unitsofmeasure.org"


def measured(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": "o", "status": "final", **elements}


def quantity(value: str, **more: Any) -> dict[str, Any]:
    return measured(valueQuantity={"value": Decimal(value), "system": UCUM, "code": "mg", "unit": "milligram", **more})


def risk(**prediction: Any) -> dict[str, Any]:
    return {"resourceType": "RiskAssessment", "id": "r", "status": "final", "prediction": [prediction]}


HUNDRED = quantity("100")
BELOW, ABOVE = quantity("5", comparator="<"), quantity("5", comparator=">=")
SAMPLES = measured(
    valueSampledData={
        "origin": {"value": 10, "system": UCUM, "code": "mV"},
        "factor": Decimal("0.5"),
        "upperLimit": 99,
        "data": "-4 E 0 6 U",
    }
)


@pytest.mark.parametrize(
    ("resource", "value", "expected"),
    [
        (HUNDRED, "100", True),
        (quantity("100.0000"), "100", True),
        (quantity("99.5"), "100", True),
        (quantity("100.5"), "100", False),
        (quantity("100.4"), "100.0", False),
        (quantity("60"), "1e2", True),
        (quantity("2.04999"), "2.0", True),
        (HUNDRED, "eq100", True),
        (HUNDRED, "ne100", False),
        (quantity("100.4"), "ne100", False),
        (quantity("100.5"), "ne100", True),
        (HUNDRED, "gt100", False),
        (quantity("100.1"), "gt100", True),
        (HUNDRED, "lt100", False),
        (quantity("99.9"), "lt100", True),
        (HUNDRED, "ge100", True),
        (quantity("99.9"), "ge100", False),
        (HUNDRED, "le100", True),
        (quantity("100.1"), "le100", False),
        (quantity("100.1"), "sa100", True),
        (HUNDRED, "sa100", False),
        (quantity("99.9"), "eb100", True),
        (HUNDRED, "eb100", False),
        (quantity("110"), "ap100", True),
        (quantity("110.5"), "ap100", False),
        (quantity("89.5"), "ap100", True),
        (quantity("89.4"), "ap100", False),
        (quantity("-5"), "ap-5.2", True),
        (quantity("0"), "ap0", True),
        (quantity("-3"), "lt-2", True),
        (HUNDRED, f"100|{UCUM}|mg", True),
        (HUNDRED, f"100|{UCUM}|g", False),
        (HUNDRED, "100|http://other|mg", False),
        (HUNDRED, "100||mg", True),
        (HUNDRED, "100||milligram", True),
        (HUNDRED, "100||MG", False),
        (HUNDRED, f"gt99|{UCUM}|mg", True),
        (HUNDRED, "1,2,100", True),
        (measured(valueQuantity={"value": 5, "unit": "mg"}), "5||mg", True),
        (measured(valueQuantity={"value": 5, "unit": "mg"}), f"5|{UCUM}|mg", False),
        (measured(valueQuantity={"value": 5, "system": "a|b", "code": "c$"}), r"5|a\|b|c\$", True),
        (measured(valueQuantity={"unit": "mg"}), "5", False),
        (BELOW, "5", False),
        (BELOW, "ne5", True),
        (BELOW, "lt5", True),
        (BELOW, "lt-100", True),
        (BELOW, "le5", True),
        (BELOW, "gt5", False),
        (BELOW, "ge5", True),
        (BELOW, "gt4", True),
        (BELOW, "eb6", True),
        (BELOW, "sa1", False),
        (BELOW, "ap1", True),
        (ABOVE, "gt1000", True),
        (ABOVE, "lt5", False),
        (ABOVE, "le5", True),
        (ABOVE, "sa4", True),
        (ABOVE, "eb1000", False),
        (ABOVE, "5", False),
        (SAMPLES, "eb100", True),
        (SAMPLES, "ge99", True),
        (SAMPLES, "gt99", False),
        (SAMPLES, "lt8.1", True),
        (SAMPLES, "lt8", False),
        (SAMPLES, f"ge20|{UCUM}|mV", True),
        (measured(), "ne5", False),
        (quantity("1e500"), "gt1", False),
    ],
)
def test_a_quantity_search_finds_what_the_page_says(resource: dict[str, Any], value: str, expected: bool):
    assert found(resource, "value-quantity", value) is expected


RANGED = risk(probabilityRange={"low": {"value": 10}, "high": {"value": 20}})


@pytest.mark.parametrize(
    ("resource", "value", "expected"),
    [
        (risk(probabilityDecimal=Decimal("0.30")), "0.3", True),
        (risk(probabilityDecimal=Decimal("0.36")), "0.3", False),
        (risk(probabilityDecimal=Decimal("0.36")), "gt0.3", True),
        (RANGED, "2e1", False),
        (RANGED, "1e1", False),
        (RANGED, "15", False),
        (RANGED, "ne15", True),
        (RANGED, "gt15", True),
        (RANGED, "lt15", True),
        (RANGED, "ge20", True),
        (RANGED, "gt20", False),
        (RANGED, "le10", True),
        (RANGED, "lt10", False),
        (RANGED, "sa9", True),
        (RANGED, "sa10", False),
        (RANGED, "eb21", True),
        (RANGED, "eb20", False),
        (RANGED, "ap22", True),
        (RANGED, "ap30", False),
        (risk(probabilityRange={"low": {"value": 10}}), "gt1000", True),
        (risk(probabilityRange={"high": {"value": 10}}), "lt-1000", True),
        (risk(probabilityRange={}), "gt0", False),
    ],
)
def test_a_number_search_finds_what_the_page_says(resource: dict[str, Any], value: str, expected: bool):
    assert found(resource, "probability", value) is expected


def test_money_and_ages_are_quantities():
    invoice = {"resourceType": "Invoice", "id": "i", "totalGross": {"value": Decimal("12.50"), "currency": "USD"}}
    assert found(invoice, "totalgross", "12.5||USD")
    assert found(invoice, "totalgross", "12.5|urn:iso:std:iso:4217|USD")
    assert not found(invoice, "totalgross", "12.5||EUR")
    condition = {"resourceType": "Condition", "id": "c", "onsetAge": {"value": 40, "system": UCUM, "code": "a"}}
    assert found(condition, "onset-age", "gt30||a")
    assert found({"resourceType": "MolecularSequence", "id": "m", "variant": [{"start": 5}]}, "variant-start", "5")


def dated(value: str) -> dict[str, Any]:
    return measured(effectiveDateTime=value)


def lasting(start: str | None, end: str | None) -> dict[str, Any]:
    return measured(effectivePeriod={name: v for name, v in (("start", start), ("end", end)) if v})


DAY, TEN = dated("2013-01-14"), dated("2013-01-14T10:00:00-05:00")
ONWARDS, BEFORE = lasting("2013-01-21", None), lasting(None, "2013-01-21")
NIGHT = lasting("2013-01-31T23:00:00-05:00", "2013-02-01T02:00:00-05:00")
TIMED = measured(
    effectiveTiming={
        "event": ["2013-02-10", "2013-01-31"],
        "repeat": {"boundsPeriod": {"start": "2013-02-01", "end": "2013-03-24"}},
    }
)


@pytest.mark.parametrize(
    ("resource", "value", "expected"),
    [
        (DAY, "2013-01-14", True),
        (TEN, "2013-01-14", True),
        (dated("2013-01-15T00:00:00-05:00"), "2013-01-14", False),
        (dated("2013-01-15T04:00:00Z"), "2013-01-14", True),
        (DAY, "2013-01", True),
        (DAY, "2013", True),
        (dated("2013-01"), "2013-01-14", False),
        (DAY, "2013-01-14T10:00", False),
        (TEN, "2013-01-14T10:00", True),
        (TEN, "2013-01-14T15:00Z", True),
        (TEN, "2013-01-14T10:00:00 05:00", False),
        (dated("2013-01-14T10:00:00+05:00"), "2013-01-14T10:00:00 05:00", True),
        (TEN, "eq2013-01-14", True),
        (DAY, "ne2013-01-14", False),
        (dated("2013-01"), "ne2013-01-14", True),
        (measured(), "ne2013-01-14", False),
        (DAY, "lt2013-01-14T10:00", True),
        (DAY, "gt2013-01-14T10:00", True),
        (TEN, "gt2013-01-14", False),
        (TEN, "lt2013-01-14", False),
        (TEN, "ge2013-01-14", True),
        (TEN, "le2013-01-14", True),
        (DAY, "ge2013-01-15", False),
        (DAY, "le2013-01-13", False),
        (DAY, "gt2013-01-13", True),
        (DAY, "lt2013-01-15", True),
        (ONWARDS, "ge2013-03-14", True),
        (ONWARDS, "le2013-03-14", True),
        (ONWARDS, "gt2099", True),
        (ONWARDS, "sa2013-01-20", True),
        (ONWARDS, "sa2013-03-14", False),
        (ONWARDS, "eb2013-03-14", False),
        (ONWARDS, "2013-01-21", False),
        (ONWARDS, "ne2013-01-21", True),
        (BEFORE, "eb2013-03-14", True),
        (BEFORE, "eb2013-01-21", False),
        (BEFORE, "sa2013-03-14", False),
        (BEFORE, "lt1900", True),
        (BEFORE, "gt2013-01-21", False),
        (NIGHT, "ge2013-02", True),
        (NIGHT, "le2013-01", True),
        (NIGHT, "gt2013-01", True),
        (NIGHT, "lt2013-02", True),
        (NIGHT, "2013", True),
        (NIGHT, "2013-02", False),
        (NIGHT, "gt2013-02", False),
        (dated("2013-01-15"), "sa2013-01-14", True),
        (TEN, "sa2013-01-14", False),
        (TEN, "eb2013-01-15", True),
        (TEN, "eb2013-01-14", False),
        (TEN, "ap2013-02-01", True),
        (dated("2011-12-30"), "ap2013-02-01", True),
        (dated("2011-01-01"), "ap2013-02-01", False),
        (dated("2024-05-31"), "ap2024-06-01", True),
        (dated("2024-05-30"), "ap2024-06-01", False),
        (TIMED, "2013", True),
        (TIMED, "sa2013-01-30", True),
        (TIMED, "sa2013-01-31", False),
        (TIMED, "eb2013-03-25", True),
        (TIMED, "eb2013-03-24", False),
        (measured(effectiveTiming={"code": {"text": "daily"}}), "ge1900", False),
        (measured(effectiveInstant="2013-01-14T10:00:00.5Z"), "2013-01-14T10:00:00.5Z", True),
        (lasting("2013-02-01", "2013-01-01"), "2013-02-01", True),
        (lasting(None, None), "ge1900", False),
        (DAY, "2012,2013", True),
    ],
)
def test_a_date_search_finds_what_the_page_says(resource: dict[str, Any], value: str, expected: bool):
    assert found(resource, "date", value) is expected


def test_an_element_without_a_span_still_counts():
    procedure = {"resourceType": "Procedure", "id": "p", "performedString": "in childhood"}
    assert found(procedure, "date:missing", "false")
    assert not found(procedure, "date", "ge1900")
    assert found(measured(effectiveTiming={"code": {"text": "daily"}}), "date:missing", "false")
    assert found(measured(valueQuantity={"unit": "mg"}), "value-quantity:missing", "false")


def test_us_core_reads_the_asserted_date_of_a_condition():
    url = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
    condition = {"resourceType": "Condition", "id": "c", "extension": [{"url": url, "valueDateTime": "2020-05-01"}]}
    assert found(condition, "asserted-date", "2020-05")
    assert found(condition, "onset-date:missing", "true")


@pytest.mark.parametrize("name", ["date", "value-quantity"])
@pytest.mark.parametrize("value", ["xx5", "gt", "", "eq eq5", "--5", "5|a", "5|a|", "5|a|b|c", "gt gt"])
def test_what_no_range_can_be_is_invalid(name: str, value: str):
    if not value:
        assert parsed("Observation", (name, value)).where == ()
        return
    with pytest.raises(Invalid) as raised:
        parsed("Observation", (name, value))
    assert raised.value.faults[0].path == name


@pytest.mark.parametrize("modifier", ["not", "exact", "contains", "identifier", "Patient"])
def test_ranges_have_no_modifier_but_missing(modifier: str):
    with pytest.raises(Invalid):
        parsed("Observation", (f"date:{modifier}", "2020"))
    with pytest.raises(Invalid):
        parsed("Observation", (f"value-quantity:{modifier}", "5"))
