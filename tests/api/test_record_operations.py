"""`$lastn`, `$meta` and `$diff`."""

from __future__ import annotations

from typing import Any

import pytest

from osler.access.records import Answer, Records
from osler.fhir import json
from osler.fhir.patch_fhirpath import apply_fhirpath_patch, read_fhirpath_patch
from osler.fhir.search.query import Query
from tests.api.conftest import Api, issue, observation, patient
from tests.api.test_search import ids

LOINC = "http://loinc.org"


def reading(subject: str, on: str, *codes: str, text: str = "") -> dict[str, Any]:
    code: dict[str, Any] = {"coding": [{"system": LOINC, "code": each} for each in codes]} if codes else {"text": text}
    category = [{"coding": [{"code": "vital-signs"}]}]
    return observation(f"Patient/{subject}", effectiveDateTime=on, code=code, category=category)


async def lived(api: Api) -> tuple[str, dict[str, str]]:
    """A patient and, by name, the observations about them."""
    subject = (await api.made(patient()))["id"]
    wanted = {
        "old pulse": reading(subject, "2024-01-01", "8867-4"),
        "pulse": reading(subject, "2024-03-01", "8867-4"),
        "weight": reading(subject, "2024-02-01", "29463-7"),
        "weight too": reading(subject, "2024-02-02", "3141-9", "29463-7"),
        "words": reading(subject, "2023-01-01", text="how it went"),
    }
    return subject, {name: (await api.made(each))["id"] for name, each in wanted.items()}


async def test_lastn_gives_the_newest_of_each_kind(api: Api):
    subject, made = await lived(api)
    answer = (await api.get(f"Observation/$lastn?patient={subject}&category=vital-signs")).json()
    assert ids(answer) == [made["pulse"], made["weight too"], made["words"]]
    assert (answer["type"], answer["total"]) == ("searchset", 3)
    two = (await api.get(f"Observation/$lastn?patient={subject}&category=vital-signs&max=2")).json()
    assert len(ids(two)) == 5
    some = await api.get(f"Observation/$lastn?subject=Patient/{subject}&code={LOINC}|8867-4")
    assert ids(some.json()) == [made["pulse"]]
    sent = {"resourceType": "Parameters", "parameter": [{"name": "max", "valuePositiveInt": 2}]}
    posted = await api.post(f"Observation/$lastn?patient={subject}&code=8867-4", sent)
    assert ids(posted.json()) == [made["pulse"], made["old pulse"]]


async def test_lastn_can_be_counted(api: Api):
    subject, _ = await lived(api)
    answer = (await api.get(f"Observation/$lastn?patient={subject}&category=vital-signs&_summary=count")).json()
    assert (answer["total"], "entry" in answer) == (3, False)


async def test_lastn_is_for_those_who_see_code_and_date(api: Api, monkeypatch: pytest.MonkeyPatch):
    asked: list[Query] = []
    search = Records.search

    async def spy(records: Records, query: Query) -> Answer:
        asked.append(query)
        return await search(records, query)

    monkeypatch.setattr(Records, "search", spy)
    assert (await api.get("Observation/$lastn?patient=1&category=vital-signs")).status_code == 200
    assert asked[0].used >= {"Observation.code", "Observation.date", "Observation.category"}


async def test_lastn_needs_a_patient_and_a_kind(api: Api):
    issue(await api.get("Observation/$lastn?category=vital-signs"), 400, "invalid")
    issue(await api.get("Observation/$lastn?patient=1"), 400, "invalid")
    issue(await api.get("Observation/$lastn?patient=1&code=x&_sort=date"), 400, "invalid")
    for most in ("0", "-1", "x", "1001"):
        issue(await api.get(f"Observation/$lastn?patient=1&code=x&max={most}"), 400, "invalid", "max")
    token = await api.new_token("system/Patient.rs")
    issue(await api.ask("GET", "Observation/$lastn?patient=1&code=x", token=token), 403, "forbidden")


def tag(code: str, **more: str) -> dict[str, str]:
    return {"system": "http://example.org/tags", "code": code, **more}


def metadata(**lists: Any) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": lists}]}


async def test_meta_is_added_to_and_taken_from(api: Api):
    made = await api.made(patient(meta={"tag": [tag("a")]}))
    path = f"Patient/{made['id']}"

    def held(answer: Any) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        return answer.json()["parameter"][0]["valueMeta"]

    assert held(await api.get(f"{path}/$meta"))["tag"] == [tag("a")]
    more = metadata(tag=[tag("a", display="again"), tag("b")], profile=["http://example.org/p"])
    added = held(await api.post(f"{path}/$meta-add", more))
    assert (added["tag"], added["profile"], added["versionId"]) == ([tag("a"), tag("b")], ["http://example.org/p"], "2")
    assert held(await api.post(f"{path}/$meta-add", more))["versionId"] == "2"
    assert made["id"] in ids((await api.get("Patient?_tag=b&_profile=http://example.org/p")).json())
    left = held(
        await api.post(f"{path}/$meta-delete", metadata(tag=[tag("a"), tag("c")], profile=["http://example.org/p"]))
    )
    assert left["tag"] == [tag("b")]
    assert "profile" not in left
    assert held(await api.post(f"{path}/$meta-delete", metadata(tag=[tag("z")])))["versionId"] == "3"


async def test_meta_refuses_what_it_cannot_do(api: Api):
    made = await api.made(patient())
    path = f"Patient/{made['id']}"
    issue(await api.get("Patient/nobody/$meta"), 404, "not-found")
    issue(await api.post(f"{path}/$meta-add", {"resourceType": "Parameters"}), 400, "invalid")
    issue(await api.post(f"{path}/$meta-add", metadata(versionId="9")), 400, "invalid")
    reader = await api.new_token("system/Patient.rs")
    issue(await api.ask("POST", f"{path}/$meta-add", metadata(tag=[tag("x")]), token=reader), 403, "forbidden")
    issue(await api.post(f"{path}/$meta-add", metadata(tag=[tag("x")]), if_match='W/"7"'), 412, "conflict")


async def test_diff_is_the_patch_from_one_version_to_the_next(api: Api):
    made = await api.made(patient(gender="male"))
    path = f"Patient/{made['id']}"
    second = (await api.put(path, made | {"gender": "female", "birthDate": "1980"})).json()
    third = (await api.put(path, second | {"active": False})).json()
    step = (await api.get(f"{path}/$diff")).json()
    assert len(step["parameter"]) == 1
    whole = (await api.get(f"{path}/$diff?fromVersion=1&includeMeta=true")).text
    patch = json.decode(whole.encode())
    assert apply_fhirpath_patch(made, read_fhirpath_patch(patch)) == third
    back = (await api.get(f"$diff?from={path}/_history/3&to={path}/_history/2")).json()
    assert back["parameter"][0]["part"][1]["valueString"] == "Patient.active"
    other = await api.made(patient(gender="male"))
    assert "parameter" not in (await api.get(f"$diff?from={path}/_history/1&to=Patient/{other['id']}")).json()


async def test_diff_refuses_what_it_cannot_compare(api: Api):
    made = await api.made(patient())
    path = f"Patient/{made['id']}"
    issue(await api.get(f"{path}/$diff"), 404, "not-found")
    issue(await api.get(f"{path}/$diff?fromVersion=x"), 400, "invalid", "fromVersion")
    issue(await api.get(f"{path}/$diff?fromVersion=9"), 404, "not-found")
    issue(await api.get(f"$diff?from={path}"), 400, "invalid", "to")
    issue(await api.get(f"$diff?from={path}&to=http://x/Patient/1"), 400, "invalid", "to")
    seen = await api.made(observation())
    issue(await api.get(f"$diff?from={path}&to=Observation/{seen['id']}"), 400, "invalid", "to")
