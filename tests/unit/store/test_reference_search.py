"""The reference search answers the examples of the standard's own search page (R4 search §3.1.1) as that page does."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.store.reference import ReferenceStore

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def holds(resource: dict[str, Any], name: str, value: str) -> bool:
    """Whether a store with only this resource finds it."""
    store = ReferenceStore(UTC, NOW)
    store.put({"id": "x"} | resource)
    return bool(store.search(resource["resourceType"], [(name, value)]).matches)


def risk(probability: str) -> dict[str, Any]:
    return {"resourceType": "RiskAssessment", "prediction": [{"probabilityDecimal": Decimal(probability)}]}


def observed(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final"} | more


def period(start: str | None, end: str | None) -> dict[str, Any]:
    ends = {"start": start, "end": end}
    return {"resourceType": "Encounter", "period": {name: at for name, at in ends.items() if at}}


@pytest.mark.parametrize(
    ("held", "asked", "found"),
    [
        ("100", "100", True),
        ("100.4", "100", True),
        ("100.5", "100", False),
        ("100.4", "100.00", False),
        ("140", "1e2", True),
        ("160", "1e2", False),
        ("100", "lt100", False),
        ("99.9", "lt100", True),
        ("100", "le100", True),
        ("100.1", "gt100", True),
        ("100.4", "ne100", False),
        ("109", "ap100", True),
        ("111", "ap100", False),
    ],
)
def test_numbers_are_as_precise_as_they_are_written(held: str, asked: str, found: bool) -> None:
    assert holds(risk(held), "probability", asked) is found


@pytest.mark.parametrize(
    ("start", "end", "asked", "found"),
    [
        ("2013-01-14T00:00", "2013-01-14T10:00", "eq2013-01-14", True),
        ("2013-01-14", "2013-01-15", "eq2013-01-14", False),
        ("2013-01-14", "2013-01-15", "ne2013-01-14", True),
        ("2013-01-14", None, "lt2013-01-14T10:00", True),
        ("2013-01-21", None, "ge2013-01-14", True),
        (None, "2013-01-21", "ge2013-01-14", True),
        ("2013-03-15", None, "sa2013-03-14", True),
        ("2013-03-14", None, "sa2013-03-14", False),
        (None, "2013-03-13", "eb2013-03-14", True),
        ("2013-02", "2013-03", "ap2013-03-14", True),
    ],
)
def test_dates_are_spans_and_prefixes_compare_spans(
    start: str | None, end: str | None, asked: str, found: bool
) -> None:
    whole = [f"{at}:00Z" if at and "T" in at else at for at in (start, end)]
    assert holds(period(*whole), "date", asked) is found


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("given", "eve", True),
        ("given", "Eve", True),
        ("given", "velyn", False),
        ("given:contains", "VELYN", True),
        ("given:exact", "Evelyn", True),
        ("given:exact", "evelyn", False),
        ("family", "quinones", True),
        ("name", "carreno q", True),
    ],
)
def test_strings_start_with_contain_or_equal_what_is_asked(name: str, asked: str, found: bool) -> None:
    person = {"resourceType": "Patient", "name": [{"family": "Carreño Quinones", "given": ["Evelyn"]}]}
    assert holds(person, name, asked) is found


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("identifier", "http://acme.org/patient|2345", True),
        ("identifier", "2345", True),
        ("identifier", "|2345", False),
        ("identifier", "http://acme.org/patient|", True),
        ("gender", "male", True),
        ("gender:not", "male,female", False),
        ("gender:not", "female", True),
        ("active:missing", "true", True),
        ("gender:missing", "true", False),
    ],
)
def test_tokens_match_by_system_and_code(name: str, asked: str, found: bool) -> None:
    person = {
        "resourceType": "Patient",
        "gender": "male",
        "identifier": [{"system": "http://acme.org/patient", "value": "2345"}],
    }
    assert holds(person, name, asked) is found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("5.4|http://unitsofmeasure.org|mg", True),
        ("5.4||mg", True),
        ("5.40e0||mg", True),
        ("5.4|http://unitsofmeasure.org|g", False),
        ("le5.4|http://unitsofmeasure.org|mg", True),
        ("ap5.7||mg", True),
    ],
)
def test_quantities_are_numbers_with_units(asked: str, found: bool) -> None:
    value = {"value": Decimal("5.4"), "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    assert holds(observed(valueQuantity=value), "value-quantity", asked) is found


def test_a_composite_holds_within_one_component() -> None:
    def part(code: str, value: int) -> dict[str, Any]:
        return {"code": {"coding": [{"code": code}]}, "valueQuantity": {"value": value}}

    pressure = observed(component=[part("8480-6", 130), part("8462-4", 60)])
    assert holds(pressure, "component-code-value-quantity", "8480-6$gt120")
    assert not holds(pressure, "component-code-value-quantity", "8462-4$gt120")


def test_chains_follow_references_both_ways() -> None:
    store = ReferenceStore(UTC, NOW)
    store.put({"resourceType": "Patient", "id": "p", "name": [{"family": "Marsh"}]})
    store.put(observed(id="o", subject={"reference": "Patient/p"}, code={"coding": [{"code": "1234-5"}]}))
    assert store.search("Observation", [("subject:Patient.name", "marsh")]).matches == [("Observation", "o")]
    assert store.search("Patient", [("_has:Observation:patient:code", "1234-5")]).matches == [("Patient", "p")]
    assert store.search("Observation", [("_include", "Observation:subject")]).included == {("Patient", "p")}


def test_an_escape_the_standard_does_not_have_is_invalid() -> None:
    with pytest.raises(Invalid):
        holds({"resourceType": "Patient", "gender": "male"}, "gender", r"ma\le")
