"""`Patient/{id}/$everything`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import BASE, Api, issue, observation, patient


@pytest.fixture(scope="session")
async def record(api: Api) -> dict[str, str]:
    """Ids by name: a patient with dated findings, who performed them and where, and somebody else's finding."""
    performer = await api.made({"resourceType": "Practitioner", "name": [{"family": "Hale"}]})
    place = await api.made({"resourceType": "Organization", "name": "Lakeside"})
    one = await api.made(patient(managingOrganization={"reference": f"Organization/{place['id']}"}))
    other = await api.made(patient())
    subject = f"Patient/{one['id']}"
    old = await api.made(observation(subject, effectiveDateTime="2011-05-01"))
    by = [{"reference": f"Practitioner/{performer['id']}"}]
    new = await api.made(observation(subject, effectiveDateTime="2021-05-01T10:00:00Z", performer=by))
    undated = await api.made(observation(subject, performer=by))
    await api.made(observation(f"Patient/{other['id']}"))
    found = {"patient": one, "performer": performer, "place": place, "old": old, "new": new, "undated": undated}
    return {name: each["id"] for name, each in found.items()}


async def everything(api: Api, record: dict[str, str], query: str = "") -> set[str]:
    """Names of what comes, over all pages, each once."""
    names = {id_: name for name, id_ in record.items()}
    url: str | None = f"{BASE}/Patient/{record['patient']}/$everything{query}"
    found: list[str] = []
    while url:
        answer = await api.get(url.removeprefix(f"{BASE}/"))
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        found += [names.get(each["resource"]["id"], "somebody else's") for each in page.get("entry", [])]
        url = next((each["url"] for each in page["link"] if each["relation"] == "next"), None)
    assert len(found) == len(set(found))
    return set(found)


async def test_it_is_the_record_and_what_the_record_refers_to(api: Api, record):
    assert await everything(api, record) == set(record)


@pytest.mark.parametrize("count", [1, 2, 4, 5, 6])
async def test_pages_of_any_size_hold_everything_once(api: Api, record, count: int):
    assert await everything(api, record, f"?_count={count}") == set(record)


async def test_it_can_be_narrowed(api: Api, record):
    assert await everything(api, record, "?_type=Observation,Practitioner") == {"old", "new", "undated", "performer"}
    assert "old" not in await everything(api, record, "?start=2015-01-01")
    assert "new" not in await everything(api, record, "?end=2015-01-01")
    assert {"new", "undated"} <= await everything(api, record, "?start=2021-05-01&end=2021-05-01")
    assert await everything(api, record, "?_since=2999-01-01") == set()


async def test_it_can_be_posted_as_parameters(api: Api, record):
    body = {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueCode": "Patient"}]}
    answer = await api.post(f"Patient/{record['patient']}/$everything", body)
    assert [each["resource"]["id"] for each in answer.json()["entry"]] == [record["patient"]]
    bare = await api.ask("POST", f"Patient/{record['patient']}/$everything")
    assert bare.json()["total"] == len(record)
    for odd in ({"resourceType": "Patient"}, [], {"resourceType": "Parameters", "parameter": [1]}):
        assert (await api.post(f"Patient/{record['patient']}/$everything", odd)).status_code == 400


async def test_it_needs_a_patient_and_parameters_that_mean_something(api: Api, record):
    issue(await api.get("Patient/nobody/$everything"), 404, "not-found")
    path = f"Patient/{record['patient']}/$everything"
    issue(await api.get(f"{path}?name=x"), 400, "invalid")
    issue(await api.get(f"{path}?_type=Foo"), 400, "invalid", "_type")
    issue(await api.get(f"{path}?start=soon"), 400, "invalid", "start")
    issue(await api.get(f"{path}?_since=soon"), 400, "invalid", "_since")
    issue(await api.get(f"{path}?_count=x"), 400, "invalid", "_count")
    for cursor in ("x", "o", "oo", "o-1", "a999999999999999999999"):
        issue(await api.get(f"{path}?_cursor={cursor}"), 400, "invalid", "_cursor")


async def test_it_goes_out_cut_down(api: Api, record):
    page = (await api.get(f"Patient/{record['patient']}/$everything?_type=Patient&_elements=active")).json()
    assert set(page["entry"][0]["resource"]) == {"resourceType", "id", "meta", "active"}


async def test_who_may_see_less_gets_less(api: Api, record):
    token = await api.new_token("system/Patient.rs system/Observation.rs")
    page = await api.ask("GET", f"Patient/{record['patient']}/$everything", token=token)
    assert {each["resource"]["resourceType"] for each in page.json()["entry"]} == {"Patient", "Observation"}
