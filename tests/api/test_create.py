"""POST: new resources, and conditional ones."""

from __future__ import annotations

import asyncio

import pytest

from tests.api.conftest import Api, issue, observation, patient, unique


async def test_a_create_chooses_the_id_and_says_where_the_version_is(api: Api):
    answer = await api.post("Patient", patient(id="mine", meta={"versionId": "9", "tag": [{"code": "t"}]}))
    made = answer.json()
    assert answer.status_code == 201
    assert made["id"] != "mine"
    assert (made["meta"]["versionId"], made["meta"]["tag"]) == ("1", [{"code": "t"}])
    assert answer.headers["location"].endswith(f"/Patient/{made['id']}/_history/1")


async def test_what_comes_back_is_what_was_preferred(api: Api):
    minimal = await api.post("Patient", patient(), prefer="return=minimal")
    assert (minimal.status_code, minimal.content) == (201, b"")
    assert minimal.headers["etag"] == 'W/"1"'
    told = (await api.post("Patient", patient(), prefer="return=OperationOutcome")).json()
    assert (told["resourceType"], told["issue"][0]["severity"]) == ("OperationOutcome", "information")
    whole = await api.post("Patient", patient(), prefer="return=representation")
    assert whole.json()["resourceType"] == "Patient"


@pytest.mark.parametrize(
    ("body", "code", "expression"),
    [
        (b"", "invalid", None),
        (b"[]", "invalid", None),
        (b"{", "invalid", None),
        (b'{"resourceType":"Patient","resourceType":"Patient"}', "invalid", None),
        (b"\xff", "invalid", None),
        (b'{"resourceType":"Observation"}', "invalid", "resourceType"),
        (b'{"name":[]}', "invalid", "resourceType"),
        (b'{"resourceType":"Patient","nickname":"x"}', "structure", "Patient.nickname"),
        (b'{"resourceType":"Patient","active":"yes"}', "structure", "Patient.active"),
        (b'{"resourceType":"Patient","name":{"family":"x"}}', "structure", "Patient.name"),
        (
            b'{"resourceType":"Patient","contact":[{"name":{"family":1}}]}',
            "structure",
            "Patient.contact[0].name.family",
        ),
    ],
)
async def test_a_body_that_is_no_such_resource_is_refused_with_the_place_of_the_fault(api: Api, body, code, expression):
    issue(await api.post("Patient", body), 400, code, expression)


async def test_malformed_json_is_told_with_line_and_column(api: Api):
    told = issue(await api.post("Patient", b'{"resourceType":"Patient",\n "active" true}'), 400, "invalid")
    assert "line 2, column" in told["diagnostics"]


async def test_every_fault_is_told_at_once(api: Api):
    answer = await api.post("Patient", patient(active=1, nickname="x"))
    assert {each["expression"][0] for each in answer.json()["issue"]} == {"Patient.active", "Patient.nickname"}


async def test_a_reference_to_nothing_is_refused(api: Api):
    issue(await api.post("Observation", observation("Patient/nobody")), 422, "not-found")


async def test_a_condition_that_finds_one_makes_no_other(api: Api):
    mine = {"identifier": [{"system": "urn:mine", "value": unique()}]}
    condition = f"identifier=urn:mine|{mine['identifier'][0]['value']}"
    first = await api.post("Patient", patient(**mine), if_none_exist=condition)
    second = await api.post("Patient", patient(**mine), if_none_exist=condition)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    await api.post("Patient", patient(**mine))
    issue(await api.post("Patient", patient(**mine), if_none_exist=condition), 412, "multiple-matches")


async def test_a_condition_without_criteria_is_refused(api: Api):
    issue(await api.post("Patient", patient(), if_none_exist=""), 400, "invalid")
    for shaping in ("_count=1", "identifier=a&_count=1", "_include=*"):
        refused = issue(await api.post("Patient", patient(), if_none_exist=shaping), 400, "invalid")
        assert "shapes" in refused["details"]["text"]
    issue(await api.post("Patient", patient(), if_none_exist="nickname=x"), 400, "invalid")


async def test_of_many_who_create_by_the_same_condition_one_does(api: Api):
    value = unique()
    body, condition = patient(identifier=[{"value": value}]), f"identifier={value}"
    answers = await asyncio.gather(*(api.post("Patient", body, if_none_exist=condition) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
