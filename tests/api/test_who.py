"""Who may ask: tokens, sessions, scopes and permissions."""

from __future__ import annotations

import pytest

from osler.access.actors import SYSTEM
from osler.access.sessions import COOKIE, csrf_token
from osler.access.sign_in import sign_in
from osler.access.users import create_user
from tests.api.conftest import BASE, Api, bundle, entry, issue, observation, patient, unique

PASSWORD = "a-long-enough-password-of-nora"


@pytest.mark.parametrize("given", ["", "Basic abc", "Bearer", "Bearer osl_x", "Bearer " + "x" * 53, "Bearer osl_\xe4"])
async def test_without_a_good_token_nothing_is_answered(api: Api, given: str):
    headers = {"authorization": given.encode("latin-1")} if given else {}
    answer = await api.http.get(f"{BASE}/Patient/{unique()}", headers=headers)
    issue(answer, 401, "login")
    assert answer.headers["www-authenticate"] == 'Bearer realm="Osler"'


async def test_without_a_token_no_body_is_read(api: Api):
    answer = await api.http.post(f"{BASE}/Patient", content=b"{", headers={"content-type": "text/plain"})
    issue(answer, 401, "login")


async def test_only_the_capabilities_are_for_everybody(api: Api):
    assert (await api.http.get(f"{BASE}/metadata")).status_code == 200
    for path in ("Patient", "_history", "Foo", "", "Patient/1/$everything"):
        assert (await api.http.get(f"{BASE}/{path}")).status_code == 401


async def test_scopes_narrow_what_a_token_may_do(api: Api):
    made = await api.made(patient())
    reading = await api.new_token("system/Patient.rs")
    assert (await api.ask("GET", f"Patient/{made['id']}", token=reading)).status_code == 200
    issue(await api.ask("PUT", f"Patient/{made['id']}", made, token=reading), 403, "forbidden")
    issue(await api.ask("POST", "Patient", patient(), token=reading), 403, "forbidden")
    issue(await api.ask("GET", "Observation", token=reading), 403, "forbidden")
    issue(await api.ask("GET", "Observation/1", token=reading), 404, "not-found")


async def test_what_is_hidden_is_as_if_it_were_not_there(api: Api):
    mine, other = await api.made(patient()), await api.made(patient(identifier=[{"value": (value := unique())}]))
    finding = await api.made(observation(f"Patient/{other['id']}"))
    token = await api.new_token("patient/*.cruds", patient=mine["id"])

    async def ask(method: str, path: str, body=None, **headers: str):
        return await api.ask(method, path, body, token=token, **headers)

    hidden, free = f"Patient/{other['id']}", f"Patient/{unique('free-')}"
    for path in (hidden, free):
        id_ = path.partition("/")[2]
        issue(await ask("GET", path), 404, "not-found")
        issue(await ask("GET", f"{path}/_history"), 404, "not-found")
        issue(await ask("GET", f"{path}/_history/1"), 404, "not-found")
        issue(await ask("GET", f"{path}/$everything"), 404, "not-found")
        issue(await ask("PUT", path, patient(id=id_)), 404, "not-found")
        issue(await ask("DELETE", path), 404, "not-found")
        issue(await ask("POST", "Observation", observation(path)), 422, "not-found")
        whole = bundle("transaction", entry("PUT", path, patient(id=id_)))
        issue(await ask("POST", "", whole), 404, "not-found")
        assert (await ask("GET", f"{path}/Observation")).json()["total"] == 0
    assert (await ask("GET", f"Observation?_id={finding['id']}")).json()["total"] == 0
    assert (await ask("GET", f"Patient?identifier={value}&_summary=count")).json()["total"] == 0
    assert (await ask("GET", "Patient")).json()["total"] == 1


async def test_a_token_bound_to_one_role_stays_in_it(api: Api):
    auditor = await api.new_token("system/*.cruds", roles=("auditor",))
    issue(await api.ask("GET", "Observation", token=auditor), 403, "forbidden")


async def signed_in(api: Api) -> str:
    """The cookie of a nurse."""
    house = api.app.state.context.gatehouse
    login = unique("nora")
    await create_user(house, SYSTEM, login=login, password=PASSWORD, roles=("nurse",))
    return (await sign_in(house, login, PASSWORD, address="192.0.2.1")).cookie


async def test_a_session_reads_with_its_cookie_and_changes_only_with_its_token(api: Api):
    cookie = await signed_in(api)
    headers = {"cookie": f"other=1; {COOKIE}={cookie}"}
    assert (await api.http.get(f"{BASE}/Patient?_id={unique()}", headers=headers)).status_code == 200
    body = {"json": patient(), "headers": headers}
    issue(await api.http.post(f"{BASE}/Patient", **body), 403, "forbidden")
    body["headers"] = headers | {"x-csrf-token": csrf_token(cookie)}
    assert (await api.http.post(f"{BASE}/Patient", **body)).status_code == 201
    issue(await api.http.get(f"{BASE}/Patient", headers={"cookie": f"{COOKIE}=wrong"}), 401, "login")
