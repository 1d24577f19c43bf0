"""R4's rules hold for everything that is written, what a resource claims of itself for what is written by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api, issue, patient

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
CLAIM = {"meta": {"profile": [US_CORE]}}
NO_GENDER = patient(**CLAIM, identifier=[{"system": "urn:mrn", "value": "1"}])


def observation(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "weight"}, **changes}


@pytest.mark.parametrize(
    ("wrong", "code", "where"),
    [
        ({"resourceType": "Observation", "code": {"text": "weight"}}, "required", "Observation.status"),
        (observation(status="done"), "code-invalid", "Observation.status"),
        (observation(dataAbsentReason={"text": "x"}, valueString="y"), "invariant", "Observation"),
        (observation(effectiveDateTime="2026-02-30"), "value", "Observation.effectiveDateTime"),
        (observation(subject={"reference": "Medication/x"}), None, "Observation.subject"),
    ],
)
async def test_what_breaks_a_rule_of_r4_is_refused_alone_and_in_bundles(api: Api, wrong, code, where):
    answer = await api.post("Observation", wrong)
    assert answer.status_code == 400
    told = answer.json()["issue"]
    assert [each["expression"] for each in told] == [[where]]
    assert code is None or told[0]["code"] == code
    bundle = {"resourceType": "Bundle", "type": "transaction",
              "entry": [{"resource": wrong, "request": {"method": "POST", "url": "Observation"}}]}  # fmt: skip
    answer = await api.post("", bundle)
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["expression"] == [f"Bundle.entry[0].resource{where.removeprefix('Observation')}"]


async def test_what_is_not_what_it_claims_is_refused_when_it_comes_by_itself(api: Api):
    issue(await api.post("Patient", NO_GENDER), 422, "required", "Patient.gender")
    made = await api.made(NO_GENDER | {"gender": "female"})
    made.pop("gender")
    issue(await api.ask("PUT", f"Patient/{made['id']}", made), 422, "required", "Patient.gender")
    assert (await api.get(f"Patient/{made['id']}")).headers["etag"] == 'W/"1"'


async def test_with_others_it_is_kept(api: Api):
    """A history from elsewhere must not be lost to one slip in what it claims."""
    entry = {"resource": NO_GENDER, "request": {"method": "POST", "url": "Patient"}}
    for kind in ("transaction", "batch"):
        answer = await api.post("", {"resourceType": "Bundle", "type": kind, "entry": [entry]})
        assert answer.json()["entry"][0]["response"]["status"] == "201 Created", answer.text


async def test_a_claim_that_nobody_here_can_check_is_no_obstacle(api: Api):
    await api.made(patient(meta={"profile": ["http://example.org/StructureDefinition/unknown"]}))
