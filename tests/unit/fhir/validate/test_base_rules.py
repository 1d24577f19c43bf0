"""What R4 itself demands, whatever the profile."""

from __future__ import annotations

from typing import Any

import pytest

from osler.fhir.json import decode
from osler.fhir.structure import faults
from osler.fhir.validate import Validator

VALIDATOR = Validator()
OBSERVATION: dict[str, Any] = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


def _errors(resource: Any) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in VALIDATOR.issues(resource) if each.severity == "error"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"status": None, "code": None}, [("Observation.status", "required"), ("Observation.code", "required")]),
        ({"status": None, "_status": ABSENT}, []),
        ({"status": "finished"}, [("Observation.status", "code-invalid")]),
        ({"subject": {"reference": "Practitioner/1"}}, [("Observation.subject", "structure")]),
        ({"subject": {"reference": "http://a.example.org/fhir/Practitioner/1"}}, [("Observation.subject", "structure")]),
        ({"subject": {"type": "Practitioner", "display": "x"}}, [("Observation.subject", "structure")]),
        ({"subject": {"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}}, []),
        ({"subject": {"reference": "#gone"}}, [("Observation.subject", "invariant")]),
        ({"focus": [{"reference": "Practitioner/1"}]}, []),
        ({"component": [{"valueString": "x"}]}, [("Observation.component[0].code", "required")]),
        ({"referenceRange": [{"appliesTo": [{"text": "x"}]}]}, [("Observation.referenceRange[0]", "invariant")]),
        ({"valueQuantity": {"value": 1, "code": "mg"}}, [("Observation.valueQuantity", "invariant")]),
        ({"valueQuantity": {"value": 1, "comparator": "~"}}, [("Observation.valueQuantity.comparator", "code-invalid")]),
        ({"effectivePeriod": {"start": "2024-02-02", "end": "2024-02-01"}}, [("Observation.effectivePeriod", "invariant")]),
        ({"effectiveDateTime": "2023-02-29"}, [("Observation.effectiveDateTime", "value")]),
        ({"effectivePeriod": {"start": "2024-02-30T10:00:00Z", "end": "2024-01"}}, [("Observation.effectivePeriod.start", "value")]),
        ({"code": {"id": "x"}}, [("Observation.code", "invariant")]),
        ({"_status": {"id": "x"}}, []),
        ({"status": None, "_status": {"id": "x"}}, [("Observation.status", "invariant")]),
        ({"language": "en-US"}, []),
        ({"language": "English, I think"}, [("Observation.language", "code-invalid")]),
        ({"valueRange": {"low": {"comparator": "<"}}}, [("Observation.valueRange.low", "invariant"), ("Observation.valueRange.low.comparator", "structure")]),
    ],
)  # fmt: skip
def test_an_observation(changes: dict[str, Any], told: list[tuple[str, str]]) -> None:
    resource = {key: value for key, value in (OBSERVATION | changes).items() if value is not None}
    assert _errors(resource) == told


def test_a_choice_that_is_required_may_be_any_of_its_types() -> None:
    request = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"display": "x"}}
    assert _errors(request) == [("MedicationRequest.medication[x]", "required")]
    assert _errors(request | {"medicationReference": {"display": "x"}}) == []


def test_a_faulty_shape_is_all_that_is_told() -> None:
    resource = {"resourceType": "Observation", "colour": "red", "component": [{}]}
    assert [each.path for each in VALIDATOR.issues(resource)] == [each.path for each in faults(resource)]


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, {"resourceType": "Nothing"}, {"resourceType": ["Patient"]}])
def test_what_is_no_resource_is_refused(value: Any) -> None:
    assert _errors(value)


def test_contained_resources_are_checked_as_resources() -> None:
    contained = {"resourceType": "Patient", "id": "p", "gender": "both", "name": [{"use": "real"}]}
    found = _errors(OBSERVATION | {"contained": [contained], "subject": {"reference": "#p"}})
    assert found == [
        ("Observation.contained[0].gender", "code-invalid"),
        ("Observation.contained[0].name[0].use", "code-invalid"),
    ]


def test_a_contained_resource_has_to_be_used() -> None:
    unused = OBSERVATION | {"contained": [{"resourceType": "Patient", "id": "p"}]}
    assert _errors(unused) == [("Observation", "invariant")]
    refers_back = {"resourceType": "Provenance", "id": "p", "target": [{"reference": "#"}], "recorded": "2024-01-01T00:00:00Z",
                   "agent": [{"who": {"display": "x"}}]}  # fmt: skip
    assert _errors(OBSERVATION | {"contained": [refers_back]}) == []


def test_entries_of_a_bundle_are_checked_with_their_own_claims() -> None:
    claim = {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]}
    entries = [
        {"resource": {"resourceType": "Patient", "meta": claim, "gender": "male"}},
        {"resource": OBSERVATION | {"status": "?"}},
    ]
    found = _errors({"resourceType": "Bundle", "type": "collection", "entry": entries})
    assert found == [
        ("Bundle.entry[0].resource.identifier", "required"),
        ("Bundle.entry[0].resource.name", "required"),
        ("Bundle.entry[1].resource.status", "code-invalid"),
    ]


def test_rules_of_r4_in_fhirpath() -> None:
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": OBSERVATION}]}
    assert _errors(bundle) == [("Bundle", "invariant")]
    allergy = {"resourceType": "AllergyIntolerance", "patient": {"display": "x"}}
    assert _errors(allergy) == [("AllergyIntolerance", "invariant")]


def test_missing_narrative_is_only_a_warning_and_none_of_contained_resources() -> None:
    told = [(each.severity, each.rule) for each in VALIDATOR.issues(OBSERVATION)]
    assert told == [("warning", "dom-6")]
    assert VALIDATOR.issues(OBSERVATION, with_warnings=False) == []
    contained = OBSERVATION | {"contained": [{"resourceType": "Patient", "id": "p"}], "subject": {"reference": "#p"}}
    assert [each.path for each in VALIDATOR.issues(contained)] == ["Observation"]


def test_messages_hold_nothing_of_the_resource() -> None:
    secret = "Zebra"
    resource = decode(
        '{"resourceType":"Patient","gender":"Zebra","birthDate":"Zebra","name":[{"use":"Zebra","period":{"start":"Zebra"}}],'
        '"text":{"status":"Zebra","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><Zebra>x</Zebra></div>"},'
        '"extension":[{"url":"http://Zebra"}],"modifierExtension":[{"url":"http://Zebra","valueString":"Zebra"}],'
        '"generalPractitioner":[{"reference":"#Zebra"}],"maritalStatus":{"coding":[{"code":"Zebra"}]}}'
    )
    found = VALIDATOR.issues(resource)
    assert len(found) > 6
    assert [each for each in found if secret in each.message + each.path + each.rule] == []


@pytest.mark.parametrize(("format", "is_one"), [("json", True), ("application/fhir+json", True), ("jason", False)])
def test_a_statement_may_name_formats_as_format_does(format: str, is_one: bool) -> None:
    statement = {
        "resourceType": "CapabilityStatement", "status": "active", "date": "2024-01-01", "kind": "requirements",
        "fhirVersion": "4.0.1", "format": [format],
        "rest": [{"mode": "server"}], "description": "x",
    }  # fmt: skip
    told = [each.path for each in VALIDATOR.issues(statement) if each.severity == "error"]
    assert told == ([] if is_one else ["CapabilityStatement.format[0]"])


@pytest.mark.parametrize(("group", "is_one"), [("fhir", True), ("cgp", True), ("no group", False)])
def test_work_groups_are_told_by_their_form(group: str, is_one: bool) -> None:
    extension = {"url": "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg", "valueCode": group}
    definition = {"resourceType": "ValueSet", "status": "draft", "extension": [extension]}
    told = [each.path for each in VALIDATOR.issues(definition) if each.severity == "error"]
    assert told == ([] if is_one else ["ValueSet.extension[0].valueCode"])
