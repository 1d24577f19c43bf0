"""Reading one resource, its versions, and what a client already has."""

from __future__ import annotations

import pytest

from tests.api.conftest import BASE, Api, issue, observation, patient, unique


async def test_a_read_gives_the_resource_as_it_was_written_with_its_version_in_the_headers(api: Api):
    made = await api.made(observation(valueQuantity={"value": 1, "unit": "mg"}))
    answer = await api.get(f"Observation/{made['id']}")
    assert (answer.status_code, answer.json()) == (200, made)
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["last-modified"].endswith(" GMT")
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"


async def test_digits_are_kept(api: Api):
    body = b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}'
    made = await api.post("Observation", body)
    assert b'"value":1.10}' in made.content
    assert b'"value":1.10}' in (await api.get(f"Observation/{made.json()['id']}")).content


async def test_what_is_not_there_is_404_and_what_was_deleted_410(api: Api):
    issue(await api.get("Patient/nobody"), 404, "not-found")
    made = await api.made(patient())
    await api.ask("DELETE", f"Patient/{made['id']}")
    issue(await api.get(f"Patient/{made['id']}"), 410, "deleted")


async def test_versions_can_be_read_by_their_number(api: Api):
    made = await api.made(patient())
    await api.put(f"Patient/{made['id']}", patient(id=made["id"], active=False))
    path = f"Patient/{made['id']}/_history"
    assert (await api.get(f"{path}/1")).json()["active"] is True
    assert (await api.get(f"{path}/2")).headers["etag"] == 'W/"2"'
    for number in ("3", "0", "x", "99999999999"):
        issue(await api.get(f"{path}/{number}"), 404, "not-found")
    await api.ask("DELETE", f"Patient/{made['id']}")
    issue(await api.get(f"{path}/3"), 410, "deleted")
    assert (await api.get(f"{path}/1")).status_code == 200


@pytest.mark.parametrize("tag", ['W/"1"', '"1"', "1", '"7", W/"1"', "*"])
async def test_a_version_that_the_client_has_is_304_without_a_body(api: Api, tag: str):
    made = await api.made(patient())
    answer = await api.get(f"Patient/{made['id']}", if_none_match=tag)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", 'W/"1"')


async def test_a_newer_version_is_sent_and_a_time_counts_only_without_a_tag(api: Api):
    made = await api.made(patient())
    path, when = f"Patient/{made['id']}", (await api.get(f"Patient/{made['id']}")).headers["last-modified"]
    assert (await api.get(path, if_none_match='W/"2"')).status_code == 200
    assert (await api.get(path, if_modified_since=when)).status_code == 304
    assert (await api.get(path, if_modified_since="Sat, 01 Jan 2000 00:00:00 GMT")).status_code == 200
    assert (await api.get(path, if_modified_since="yesterday")).status_code == 200
    assert (await api.get(path, if_modified_since=when, if_none_match='W/"2"')).status_code == 200


async def test_head_gives_the_headers_alone(api: Api):
    made = await api.made(patient())
    answer = await api.ask("HEAD", f"Patient/{made['id']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"] == 'W/"1"'


async def test_a_read_can_be_cut_down_to_elements_or_a_summary(api: Api):
    made = await api.made(patient(birthDate="1974-12-25", text={"status": "empty", "div": "<div>none</div>"}))
    path = f"Patient/{made['id']}"
    some = (await api.get(f"{path}?_elements=birthDate")).json()
    assert set(some) == {"resourceType", "id", "meta", "birthDate"}
    assert some["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert "text" not in (await api.get(f"{path}?_summary=true")).json()
    assert set((await api.get(f"{path}?_summary=text")).json()) == {"resourceType", "id", "meta", "text"}
    issue(await api.get(f"{path}?_summary=some"), 400, "invalid", "_summary")


async def test_places_that_are_not_there_say_so(api: Api):
    issue(await api.get("Foo/1"), 404, "not-supported")
    issue(await api.get("foo"), 404, "not-found")
    issue(await api.get(f"Patient/{unique()}/$nothing"), 404, "not-supported")
    issue(await api.get("Patient/a/b/c/d"), 404, "not-found")
    answer = await api.ask("DELETE", "metadata")
    issue(answer, 405, "not-supported")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    issue(await api.ask("BREW", "Patient/1"), 501, "not-supported")


async def test_addresses_are_those_the_client_used(api: Api):
    made = await api.post("Patient", patient())
    assert made.headers["location"] == f"{BASE}/Patient/{made.json()['id']}/_history/1"
    odd = await api.post("Patient", patient(), host='bad"host')
    assert '"' not in odd.headers["location"]
