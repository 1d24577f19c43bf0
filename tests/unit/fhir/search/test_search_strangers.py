"""A subject who is no patient of this record is somebody all the same."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from osler.fhir.definitions import definitions
from osler.fhir.search.extract import index_values
from osler.fhir.search.extract.whom import elements_about
from osler.fhir.search.held import UNKNOWN_PATIENT

BASE = "http://osler.test/fhir"
MRN = {"system": "urn:mrn", "value": "m1"}


def patients_of(resource: dict[str, Any]) -> list[str]:
    return index_values({"id": "x", **resource}, zone=UTC, base_url=BASE).patients


def observation(subject: Any, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "subject": subject, **more}


def inside(type_: str, id_: str = "c") -> dict[str, Any]:
    return {"contained": [{"resourceType": "Device", "id": "d"}, {"resourceType": type_, "id": id_}]}


@pytest.mark.parametrize(
    "resource",
    [
        observation({"identifier": MRN}),
        observation({"identifier": MRN, "type": "Patient"}),
        observation({"display": "a neighbor"}),
        observation({"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}),
        observation({"reference": "http://elsewhere.test/fhir/Patient/a"}),
        observation({"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}),
        observation({"reference": "#c"}, **inside("Patient")),
        observation({"reference": "#gone"}, **inside("Group")),
        observation({"identifier": MRN}, performer=[{"reference": "Practitioner/d"}]),
        {"resourceType": "Coverage", "beneficiary": {"identifier": MRN}},
        {"resourceType": "Device", "patient": {"identifier": MRN}},
        {"resourceType": "Task", "for": {"identifier": MRN}, "focus": {"reference": "Observation/o"}},
        {"resourceType": "EnrollmentRequest", "candidate": {"identifier": MRN}},
        {"resourceType": "Account", "subject": [{"reference": "Location/l"}, {"identifier": MRN}]},
    ],
)  # fmt: skip
def test_who_is_named_and_not_known_is_unknown(resource: dict[str, Any]):
    assert patients_of(resource) == [UNKNOWN_PATIENT]


@pytest.mark.parametrize(
    ("resource", "patients"),
    [
        (observation({"reference": "Patient/a", "identifier": MRN}), ["a"]),
        (observation({"reference": f"{BASE}/Patient/a/_history/2"}), ["a"]),
        (observation({"identifier": MRN}, performer=[{"reference": "Patient/b"}]), ["b"]),
        (observation({"identifier": MRN, "type": "Group"}), []),
        (observation({"reference": "http://elsewhere.test/fhir/Location/a"}), []),
        (observation({"reference": "#c"}, **inside("Group")), []),
        (observation({"reference": "Device/a"}), []),
        ({"resourceType": "Observation", "performer": [{"identifier": MRN}]}, []),
        ({"resourceType": "Account", "subject": [{"reference": "Patient/a"}, {"identifier": MRN}]}, ["a"]),
        ({"resourceType": "PlanDefinition", "subjectReference": {"identifier": MRN}}, []),
    ],
)
def test_who_is_known_or_no_patient_is_not(resource: dict[str, Any], patients: list[str]):
    assert patients_of(resource) == patients


def test_every_type_that_can_be_about_a_patient_says_so_in_one_element():
    """Those of a compartment that say it in no such element say it in lists of participants, members and actors."""
    listed = {type_ for type_ in definitions().compartment("Patient") if not elements_about(type_)}
    assert listed == {
        "Appointment", "AppointmentResponse", "AuditEvent", "Group", "Patient", "Person", "Provenance", "Schedule", "SupplyRequest",
    }  # fmt: skip
    assert all(len(elements_about(type_)) <= 1 for type_ in definitions().resource_types)
