"""PUT: next versions, ids of the client's choosing, conditions, and two writers at once."""

from __future__ import annotations

import asyncio

from tests.api.conftest import Api, issue, observation, patient, unique


async def test_an_update_makes_the_next_version(api: Api):
    made = await api.made(patient())
    answer = await api.put(f"Patient/{made['id']}", made | {"active": False})
    assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"2"')
    assert "location" not in answer.headers
    assert (await api.get(f"Patient/{made['id']}")).json()["active"] is False


async def test_an_update_of_a_free_id_creates(api: Api):
    id_ = unique("chosen-")
    answer = await api.put(f"Patient/{id_}", patient(id=id_))
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(f"/Patient/{id_}/_history/1")
    await api.ask("DELETE", f"Patient/{id_}")
    again = await api.put(f"Patient/{id_}", patient(id=id_))
    assert (again.status_code, again.headers["etag"]) == (201, 'W/"3"')


async def test_the_id_has_to_be_the_same_in_both_places(api: Api):
    issue(await api.put("Patient/one", patient()), 400, "invalid", "Patient.id")
    issue(await api.put("Patient/one", patient(id="two")), 400, "invalid", "Patient.id")
    issue(await api.put("Patient/o_e", patient(id="o_e")), 400, "invalid", "Patient.id")
    issue(await api.put("Patient/one", observation(id="one")), 400, "invalid", "resourceType")


async def test_a_stale_version_is_refused_and_changes_nothing(api: Api):
    made = await api.made(patient())
    path = f"Patient/{made['id']}"
    assert (await api.put(path, made, if_match='W/"1"')).status_code == 200
    issue(await api.put(path, made | {"active": False}, if_match='W/"1"'), 412, "conflict")
    issue(await api.put(path, made, if_match="soon"), 400, "invalid", "If-Match")
    assert (await api.put(path, made, if_match="*")).status_code == 200
    assert (await api.get(path)).json()["active"] is True
    issue(await api.put(f"Patient/{(id_ := unique())}", patient(id=id_), if_match='W/"1"'), 404, "not-found")


async def test_of_two_writers_at_once_one_is_told(api: Api):
    made = await api.made(patient())
    changes = (made | {"birthDate": f"20{n:02}"} for n in range(8))
    answers = await asyncio.gather(*(api.put(f"Patient/{made['id']}", one, if_match='W/"1"') for one in changes))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    kept = (await api.get(f"Patient/{made['id']}")).json()
    assert kept["birthDate"] == next(a for a in answers if a.status_code == 200).json()["birthDate"]


async def test_an_id_can_be_taken_only_if_it_is_free(api: Api):
    id_ = unique("free-")
    answers = await asyncio.gather(*(api.put(f"Patient/{id_}", patient(id=id_), if_none_match="*") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 5


async def test_without_a_version_the_writers_come_one_after_the_other(api: Api):
    made = await api.made(patient())
    answers = await asyncio.gather(*(api.put(f"Patient/{made['id']}", made) for _ in range(8)))
    assert sorted(answer.headers["etag"] for answer in answers) == [f'W/"{n}"' for n in range(2, 10)]


async def test_a_conditional_update_changes_the_one_match_or_creates(api: Api):
    value = unique()
    body, path = patient(identifier=[{"value": value}]), f"Patient?identifier={value}"
    first = await api.put(path, body)
    assert first.status_code == 201
    second = await api.put(path, body | {"active": False})
    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])
    issue(await api.put(path, body | {"id": "other"}), 400, "invalid", "Patient.id")
    await api.made(body)
    issue(await api.put(path, body), 412, "multiple-matches")
    issue(await api.put("Patient", body), 400, "invalid")


async def test_a_conditional_update_without_a_match_takes_the_id_in_the_resource(api: Api):
    id_ = unique("wanted-")
    answer = await api.put(f"Patient?identifier={unique()}", patient(id=id_))
    assert (answer.status_code, answer.json()["id"]) == (201, id_)


async def test_if_match_of_any_version_needs_one_to_be_there(api: Api):
    id_, word = unique(), unique()
    issue(await api.put(f"Patient/{id_}", patient(id=id_), if_match="*"), 412, "conflict")
    issue(await api.put(f"Patient?identifier={word}", patient(), if_match="*"), 412, "conflict")
    made = await api.made(patient(identifier=[{"value": word}]))
    path = f"Patient/{made['id']}"
    assert (await api.put(f"Patient?identifier={word}", made, if_match="*")).status_code == 200
    step = [{"op": "replace", "path": "/active", "value": False}]
    sent = {"if_match": "*", "content_type": "application/json-patch+json"}
    assert (await api.ask("PATCH", path, step, **sent)).json()["active"] is False
    assert (await api.ask("DELETE", path, if_match="*")).status_code == 204
    issue(await api.put(path, made, if_match="*"), 412, "conflict")
