"""What the pages write claims the US Core profiles that it meets, and is valid against them, as it was and withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from osler.access.actors import SYSTEM
from osler.access.ask import ask
from osler.access.audit.entry import Action
from osler.access.rules import Rules
from tests.practice import Person, Practice, undo_of

CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
NOW = {"taken_on": "01-Nov-2026", "taken_at": "11:40"}
SIGNS = {
    "systolic": "128", "diastolic": "76", "heart_rate": "71", "respiration": "14", "spo2": "98", "temperature": "36.8",
    "weight": "70.5", "height": "171", "pain": "3", "sure": "yes", **NOW,
}  # fmt: skip
SIGN_PROFILES = {
    "blood-pressure", "heart-rate", "respiratory-rate", "pulse-oximetry", "body-temperature", "body-weight", "body-height",
    "bmi", "vital-signs",
}  # fmt: skip
PROBLEMS = [
    {"problem": "Hypertension", "problem_code": "http://hl7.org/fhir/sid/icd-10-cm|I10", "status": "active", "onset": "2020"},
    {"problem": "A knee that gives way", "status": "resolved", "onset": "Mar-2019", "abated": "01-Jun-2020"},
]  # fmt: skip
ALLERGIES = [
    {"substance": "House dust", "kind": "environment"},
    {
        "substance": "Penicillin G", "substance_code": "http://www.nlm.nih.gov/research/umls/rxnorm|7980", "kind": "medication",
        "reaction": "Hives", "reaction_code": "http://snomed.info/sct|247472004", "criticality": "high",
    },
]  # fmt: skip


@pytest.fixture
def patient(practice: Practice) -> str:
    return practice.patients[5]


async def written(practice: Practice, type_: str, patient: str, before: set[str]) -> list[dict[str, Any]]:
    """What of this type is there now and was not before."""
    async with practice.app.state.context.gate.reading(SYSTEM) as records:
        found = await ask(records, type_, patient=f"Patient/{patient}", _sort="-_lastUpdated", _count="50")
    return [each.json() for each in found if each.id not in before]


async def ids(practice: Practice, type_: str, patient: str) -> set[str]:
    return {each["id"] for each in await written(practice, type_, patient, set())}


def claims(resource: dict[str, Any]) -> set[str]:
    """The profiles claimed, every one of them fulfilled."""
    Rules(claims="always").refuse(resource, alone=True)
    claimed = resource["meta"].get("profile", [])
    assert all(each.startswith(CORE) for each in claimed)
    return {each.removeprefix(CORE) for each in claimed}


async def send(person: Person, patient: str, form: str, fields: dict[str, str]) -> str:
    path, chart = f"/patients/{patient}/{form}", f"/patients/{patient}"
    answer = await person.send(path, on=chart, **fields, **await person.form(path))
    assert answer.status_code == 200, answer.text
    return undo_of(answer.text)


async def test_vital_signs(practice: Practice, okafor: Person, patient: str) -> None:
    before = await ids(practice, "Observation", patient)
    undo = await send(okafor, patient, "vitals/add", SIGNS)
    for _ in range(2):
        found = await written(practice, "Observation", patient, before)
        assert sorted(name for each in found for name in claims(each)) == sorted(SIGN_PROFILES)
        await okafor.send(undo, on=f"/patients/{patient}")
    assert {each["status"] for each in await written(practice, "Observation", patient, before)} == {"entered-in-error"}


@pytest.mark.parametrize("fields", PROBLEMS)
async def test_a_problem(practice: Practice, okafor: Person, patient: str, fields: dict[str, str]) -> None:
    before = await ids(practice, "Condition", patient)
    undo = await send(okafor, patient, "problems/add", fields)
    for _ in range(2):
        [found] = await written(practice, "Condition", patient, before)
        assert claims(found) == {"condition-problems-health-concerns"}
        await okafor.send(undo, on=f"/patients/{patient}")


@pytest.mark.parametrize("fields", ALLERGIES)
async def test_an_allergy(practice: Practice, okafor: Person, patient: str, fields: dict[str, str]) -> None:
    before = await ids(practice, "AllergyIntolerance", patient)
    undo = await send(okafor, patient, "allergies/add", fields)
    for _ in range(2):
        [found] = await written(practice, "AllergyIntolerance", patient, before)
        assert claims(found) == {"allergyintolerance"}
        await okafor.send(undo, on=f"/patients/{patient}")


async def test_no_known_allergies(practice: Practice, okafor: Person) -> None:
    patient = practice.patients[1]  # who was never asked
    before = await ids(practice, "AllergyIntolerance", patient)
    answer = await okafor.send(f"/patients/{patient}/allergies/none", on=f"/patients/{patient}")
    assert answer.status_code == 200, answer.text
    [found] = await written(practice, "AllergyIntolerance", patient, before)
    assert claims(found) == {"allergyintolerance"}
    await okafor.send(undo_of(answer.text), on=f"/patients/{patient}")


@pytest.mark.parametrize(("title", "claimed"), [("Progress note", {"documentreference"}), ("My own words", set())])
async def test_a_note_from_its_draft_to_its_end(
    practice: Practice, okafor: Person, patient: str, title: str, claimed: set[str]
) -> None:
    chart, before = f"/patients/{patient}", await ids(practice, "DocumentReference", patient)
    key = title.split()[0].lower()
    draft = await okafor.http.post(f"{chart}/notes/new/{key}/draft", data={"title": title, "text": "Half"})
    [found] = await written(practice, "DocumentReference", patient, before)
    assert claims(found) == claimed
    note = f"{chart}/notes/{found['id']}"
    other = {"title": "Telephone note", "text": "Half", "version": draft.json()["version"].partition(".")[2]}
    again = await okafor.http.post(f"{note}/draft", data=other)
    assert claims((await written(practice, "DocumentReference", patient, before))[0]) == {"documentreference"}
    fields = {"title": title, "text": "Whole", "version": str(again.json()["version"])}
    signed = await okafor.http.post(f"{note}/sign", data=fields)
    assert signed.status_code == 303, signed.text
    assert claims((await written(practice, "DocumentReference", patient, before))[0]) == claimed
    sent = await okafor.send(f"{note}/addendum", text="And more", **await okafor.form(f"{note}/addendum"))
    assert sent.status_code in (200, 303), sent.text
    both = await written(practice, "DocumentReference", patient, before)
    assert [claims(each) for each in both] == [claimed, claimed]
    gone = await okafor.send(f"{note}/withdraw", reason="Not this patient", **await okafor.form(f"{note}/withdraw"))
    assert gone.status_code in (200, 303), gone.text
    ended = {each["id"]: each for each in await written(practice, "DocumentReference", patient, before)}
    assert ended[found["id"]]["status"] == "entered-in-error"
    assert claims(ended[found["id"]]) == claimed


async def test_who_wrote_it_and_for_whom(practice: Practice, okafor: Person, patient: str) -> None:
    """US Core asks on whose behalf a practitioner acted: that of the organization of their one active role."""
    await send(okafor, patient, "problems/add", PROBLEMS[1])
    made = await latest_provenance(practice)
    assert claims(made) == {"provenance"}
    [agent] = made["agent"]
    role = await role_of(practice, agent["who"]["reference"])
    assert agent["onBehalfOf"] == {"reference": role["organization"]["reference"]}


@pytest.mark.parametrize("change", [{"active": False}, {"organization": {"display": "Somewhere"}}])
async def test_who_works_for_nobody_that_is_known_claims_no_profile(
    practice: Practice, park: Person, patient: str, change: dict[str, Any]
) -> None:
    await send(park, patient, "vitals/add", {"heart_rate": "71", **NOW})
    who = (await latest_provenance(practice))["agent"][0]["who"]["reference"]
    before = await role_of(practice, who)
    await put(practice, {**before, **change})
    try:
        await send(park, patient, "vitals/add", {"heart_rate": "72", **NOW})
        made = await latest_provenance(practice)
        assert claims(made) == set()
        assert "onBehalfOf" not in made["agent"][0]
    finally:
        await put(practice, before)


async def latest_provenance(practice: Practice) -> dict[str, Any]:
    async with practice.app.state.context.gate.reading(SYSTEM) as records:
        found = await ask(records, "Provenance", _sort="-_lastUpdated", _count="1")
    return found[0].json()


async def role_of(practice: Practice, practitioner: str) -> dict[str, Any]:
    async with practice.app.state.context.gate.reading(SYSTEM) as records:
        [found] = await ask(records, "PractitionerRole", practitioner=practitioner)
    return found.json()


async def put(practice: Practice, resource: dict[str, Any]) -> None:
    gate = practice.app.state.context.gate
    await gate.write(
        SYSTEM, lambda records: records.update(resource, resource["id"]), action=Action.UPDATE, what="test"
    )
