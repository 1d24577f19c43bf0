"""US Core 6.1.0: the required elements of each profile that a resource claims."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.demo.reading import of_type

REQUIRED: dict[str, tuple[str, ...]] = {
    "us-core-patient": ("identifier", "name", "gender"),
    "us-core-encounter": ("status", "class", "type", "subject"),
    "us-core-condition-problems-health-concerns": ("category", "code", "subject"),
    "us-core-condition-encounter-diagnosis": ("category", "code", "subject", "encounter"),
    "us-core-allergyintolerance": ("code", "patient", "clinicalStatus", "verificationStatus"),
    "us-core-medicationrequest": (
        "status",
        "intent",
        "medicationCodeableConcept",
        "subject",
        "requester",
        "authoredOn",
    ),
    "us-core-immunization": ("status", "vaccineCode", "patient", "occurrenceDateTime", "primarySource"),
    "us-core-observation-lab": ("status", "category", "code", "subject", "effectiveDateTime", "valueQuantity"),
    "us-core-blood-pressure": ("status", "category", "code", "subject", "effectiveDateTime", "component"),
    "us-core-body-weight": ("status", "category", "code", "subject", "effectiveDateTime", "valueQuantity"),
    "us-core-smokingstatus": ("status", "category", "code", "subject", "effectiveDateTime", "valueCodeableConcept"),
    "us-core-observation-screening-assessment": ("status", "category", "code", "subject"),
    "us-core-diagnosticreport-lab": ("status", "category", "code", "subject", "effectiveDateTime", "issued", "result"),
    "us-core-documentreference": ("status", "type", "category", "subject", "content", "author"),
    "us-core-careteam": ("subject", "participant"),
    "us-core-careplan": ("status", "intent", "category", "subject", "text"),
    "us-core-goal": ("lifecycleStatus", "description", "subject", "target"),
    "us-core-procedure": ("status", "code", "subject", "performedDateTime"),
    "us-core-servicerequest": ("status", "intent", "code", "subject"),
    "us-core-coverage": ("status", "beneficiary", "relationship", "payor"),
    "us-core-provenance": ("target", "recorded", "agent"),
    "us-core-organization": ("active", "name"),
    "us-core-practitioner": ("identifier", "name"),
    "us-core-practitionerrole": ("practitioner", "organization", "telecom"),
    "us-core-location": ("name",),
}


@pytest.mark.parametrize("profile", REQUIRED)
def test_a_resource_has_what_its_profile_requires(profile: str, resources: list[dict[str, Any]]) -> None:
    claimed = [
        resource
        for resource in resources
        if any(url.endswith(f"/{profile}") for url in resource["meta"].get("profile", ()))
    ]
    assert claimed
    for resource in claimed:
        assert [name for name in REQUIRED[profile] if name not in resource] == []


def test_patients_carry_race_ethnicity_and_birth_sex(resources: list[dict[str, Any]]) -> None:
    for patient in of_type(resources, "Patient"):
        urls = {extension["url"].rsplit("/", 1)[-1] for extension in patient["extension"]}
        assert {"us-core-race", "us-core-ethnicity", "us-core-birthsex"} <= urls


def test_blood_pressure_has_both_components(resources: list[dict[str, Any]]) -> None:
    found = [r for r in of_type(resources, "Observation") if "component" in r]
    assert found
    for observation in found:
        assert [part["code"]["coding"][0]["code"] for part in observation["component"]] == ["8480-6", "8462-4"]


def test_pulse_oximetry_carries_both_of_its_codes(resources: list[dict[str, Any]]) -> None:
    found = [r for r in of_type(resources, "Observation") if r["code"]["text"] == "SpO₂"]
    assert found
    assert {tuple(c["code"] for c in r["code"]["coding"]) for r in found} == {("59408-5", "2708-6")}


def test_a_report_groups_the_results_of_its_panel(batches: list[list[dict[str, Any]]]) -> None:
    for batch in batches[1:]:
        results = {f"Observation/{r['id']}": r for r in of_type(batch, "Observation")}
        for report in of_type(batch, "DiagnosticReport"):
            for member in report["result"]:
                assert results[member["reference"]]["effectiveDateTime"] == report["effectiveDateTime"]
