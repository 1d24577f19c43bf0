"""DELETE, by id and by condition."""

from __future__ import annotations

from tests.api.conftest import Api, issue, observation, patient, unique


async def test_a_delete_leaves_history_and_nothing_else(api: Api):
    made = await api.made(patient())
    answer = await api.ask("DELETE", f"Patient/{made['id']}")
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (204, b"", 'W/"2"')
    assert (await api.get(f"Patient?_id={made['id']}")).json()["total"] == 0
    assert (await api.get(f"Patient/{made['id']}/_history")).json()["total"] == 2


async def test_deleting_what_is_not_there_changes_nothing_and_succeeds(api: Api):
    assert (await api.ask("DELETE", f"Patient/{unique()}")).status_code == 204
    told = await api.ask("DELETE", f"Patient/{unique()}", prefer="return=OperationOutcome")
    assert (told.status_code, told.json()["resourceType"]) == (200, "OperationOutcome")


async def test_what_others_refer_to_stays(api: Api):
    made = await api.made(patient())
    finding = await api.made(observation(f"Patient/{made['id']}"))
    issue(await api.ask("DELETE", f"Patient/{made['id']}"), 409, "conflict")
    assert (await api.get(f"Patient/{made['id']}")).status_code == 200
    await api.ask("DELETE", f"Observation/{finding['id']}")
    assert (await api.ask("DELETE", f"Patient/{made['id']}")).status_code == 204


async def test_a_stale_version_is_not_deleted(api: Api):
    made = await api.made(patient())
    issue(await api.ask("DELETE", f"Patient/{made['id']}", if_match='W/"2"'), 412, "conflict")
    assert (await api.ask("DELETE", f"Patient/{made['id']}", if_match='W/"1"')).status_code == 204


async def test_a_condition_deletes_one_match_or_nothing(api: Api):
    value = unique()
    path = f"Patient?identifier={value}"
    assert (await api.ask("DELETE", path)).status_code == 204
    one = await api.made(patient(identifier=[{"value": value}]))
    two = await api.made(patient(identifier=[{"value": value}]))
    issue(await api.ask("DELETE", path), 412, "multiple-matches")
    await api.ask("DELETE", f"Patient/{one['id']}")
    assert (await api.ask("DELETE", path)).status_code == 204
    assert (await api.get(f"Patient/{two['id']}")).status_code == 410
    issue(await api.ask("DELETE", "Patient"), 400, "invalid")
    issue(await api.ask("DELETE", "Patient?_count=1"), 400, "invalid")
