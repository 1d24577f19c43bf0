"""Histories of one resource, of a type and of everything."""

from __future__ import annotations

from tests.api.conftest import BASE, Api, issue, patient, unique
from tests.db.settled import settled


async def lived(api: Api) -> str:
    """The id of a patient that was created, changed and deleted."""
    made = await api.made(patient())
    await api.put(f"Patient/{made['id']}", made | {"active": False})
    await api.ask("DELETE", f"Patient/{made['id']}")
    return made["id"]


async def test_a_history_tells_what_was_done_newest_first(api: Api):
    id_ = await lived(api)
    history = (await api.get(f"Patient/{id_}/_history")).json()
    assert (history["type"], history["total"]) == ("history", 3)
    told = [(e["request"]["method"], e["request"]["url"], e["response"]["status"], "resource" in e)
            for e in history["entry"]]  # fmt: skip
    assert told == [
        ("DELETE", f"Patient/{id_}", "204 No Content", False),
        ("PUT", f"Patient/{id_}", "200 OK", True),
        ("POST", "Patient", "201 Created", True),
    ]
    assert [each["response"]["etag"] for each in history["entry"]] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert {each["fullUrl"] for each in history["entry"]} == {f"{BASE}/Patient/{id_}"}


async def test_a_resource_whose_id_the_client_chose_was_put(api: Api):
    id_ = unique("put-")
    await api.put(f"Patient/{id_}", patient(id=id_))
    first = (await api.get(f"Patient/{id_}/_history")).json()["entry"][0]
    assert first["request"] == {"method": "PUT", "url": f"Patient/{id_}"}


async def pages(api: Api, path: str) -> list[dict]:
    found: list[dict] = []
    url: str | None = f"{BASE}/{path}"
    while url:
        page = (await api.get(url.removeprefix(f"{BASE}/"))).json()
        found += page.get("entry", [])
        url = next((each["url"] for each in page["link"] if each["relation"] == "next"), None)
    return found


async def test_pages_of_a_history_hold_each_version_once(api: Api):
    id_ = await lived(api)
    found = await pages(api, f"Patient/{id_}/_history?_count=1")
    assert [each["response"]["etag"] for each in found] == ['W/"3"', 'W/"2"', 'W/"1"']


async def test_a_history_can_begin_at_a_time(api: Api):
    id_ = await lived(api)
    changed = (await api.get(f"Patient/{id_}/_history")).json()["entry"][0]["response"]["lastModified"]
    later = (await api.get(f"Patient/{id_}/_history?_since={changed}")).json()
    assert later["entry"][0]["response"]["etag"] == 'W/"3"'
    assert (await api.get(f"Patient/{id_}/_history?_since=2999-01-01")).json().get("entry") is None
    issue(await api.get(f"Patient/{id_}/_history?_since=soon"), 400, "invalid", "_since")


async def test_a_history_can_be_of_what_was_current_at_a_time(api: Api):
    id_ = await lived(api)
    entries = (await api.get(f"Patient/{id_}/_history")).json()["entry"]
    at = entries[1]["response"]["lastModified"]
    await settled(api.app.state.context.gate.store.pool)
    for path in (f"Patient/{id_}/_history?_at={at}", f"Patient/_history?_at={at}", f"_history?_at={at}"):
        found = [each for each in await pages(api, path) if each["fullUrl"].endswith(id_)]
        assert 'W/"2"' in [each["response"]["etag"] for each in found]
        assert all(each["response"]["lastModified"] <= at for each in found)
    assert (await api.get(f"Patient/{id_}/_history?_at=1999")).json().get("entry") is None
    issue(await api.get(f"Patient/{id_}/_history?_at=soon"), 400, "invalid", "_at")


async def test_histories_of_a_type_and_of_everything_go_page_by_page(fresh_api: Api):
    ids = [await lived(fresh_api) for _ in range(2)]
    await fresh_api.made({"resourceType": "Basic", "code": {"text": "x"}})
    await settled(fresh_api.app.state.context.gate.store.pool)
    of_type = await pages(fresh_api, "Patient/_history?_count=4")
    assert [each["fullUrl"].rpartition("/")[2] for each in of_type] == [ids[1]] * 3 + [ids[0]] * 3
    everything = await pages(fresh_api, "_history?_count=3")
    assert len(everything) == 7
    assert everything[0]["resource"]["resourceType"] == "Basic"


async def test_what_has_no_history_and_what_is_not_supported(api: Api):
    issue(await api.get("Patient/nobody/_history"), 404, "not-found")
    issue(await api.get("Patient/_history?name=x"), 400, "invalid")
    issue(await api.get("Patient/_history?_list=1"), 501, "not-supported")
    issue(await api.get("Foo/_history"), 404, "not-supported")
    assert (await api.get("Patient/_history?name=x&_count=1", prefer="handling=lenient")).status_code == 200
