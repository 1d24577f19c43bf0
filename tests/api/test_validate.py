"""$validate: everything that is wrong is told, nothing is written."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Api, issue, patient

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"


async def told(api: Api, path: str, body: Any, **headers: str) -> dict[str, list[str]]:
    """Severity of each issue by its expression."""
    answer = await api.post(path, body, **headers)
    assert answer.status_code == 200, answer.text
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    return {(each.get("expression") or [""])[0]: each["severity"] for each in outcome["issue"]}


async def test_a_resource_is_validated_against_what_it_claims(api: Api):
    claiming = patient(meta={"profile": [US_CORE]}, identifier=[{"system": "urn:mrn", "value": "1"}])
    assert (await told(api, "Patient/$validate", claiming))["Patient.gender"] == "error"
    assert "error" not in (await told(api, "Patient/$validate", claiming | {"gender": "other"})).values()


async def test_a_profile_can_be_named_in_the_address_or_among_the_parameters(api: Api):
    bare = patient()
    assert "error" not in (await told(api, "Patient/$validate", bare)).values()
    assert (await told(api, f"Patient/$validate?profile={US_CORE}", bare))["Patient.gender"] == "error"
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "resource", "resource": bare}, {"name": "profile", "valueUri": US_CORE}],
    }
    assert (await told(api, "Patient/$validate", parameters))["Patient.gender"] == "error"


async def test_all_that_breaks_r4_is_told_at_once(api: Api):
    wrong = {"resourceType": "Observation", "status": "done", "valueString": "x", "dataAbsentReason": {"text": "y"}}
    found = await told(api, "Observation/$validate", wrong)
    assert {"Observation.status", "Observation.code", "Observation"} <= set(found)


async def test_what_is_stored_can_be_validated_and_the_modes_ask_for_ids(api: Api):
    made = await api.made(patient())
    path = f"Patient/{made['id']}/$validate"
    answer = await api.get(path)
    assert "error" not in {each["severity"] for each in answer.json()["issue"]}
    assert (await told(api, f"{path}?profile={US_CORE}", None))["Patient.gender"] == "error"
    assert (await told(api, f"{path}?mode=update", made | {"id": "another"}))["Patient.id"] == "error"
    assert (await told(api, "Patient/$validate?mode=update", patient()))["Patient.id"] == "error"
    assert (await api.get(f"Patient/{made['id']}")).headers["etag"] == 'W/"1"'


async def test_what_cannot_be_asked_is_said(api: Api):
    issue(await api.post("Patient/$validate", {"resourceType": "Observation"}), 400, "invalid", "resourceType")
    issue(await api.get("Patient/nobody/$validate"), 404, "not-found")
    assert (await api.post("Patient/$validate", b"{")).status_code == 400
    assert (await told(api, "Patient/$validate?mode=sing", patient()))["mode"] == "error"
