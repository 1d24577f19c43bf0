"""Search parameters that a site defines through the API."""

from __future__ import annotations

import asyncio
from typing import Any

from osler.store.custom import index_custom
from tests.api.conftest import Api, unique
from tests.db.processes import PATIENCE


def parameter(code: str, expression: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter", "url": f"http://osler.test/{code}", "name": "Test", "description": "A test.",
        "status": "active", "code": code, "type": "token", "base": ["Patient"], "expression": expression,
    } | more  # fmt: skip


async def index(api: Api) -> None:
    """Until nothing is left: a round waits for those who write, and the audit's sealer may be one at any moment."""
    store = api.app.state.context.gate.store
    async with asyncio.timeout(PATIENCE):
        while True:
            await index_custom(store, seconds=30, grace=0)
            if all(state.done and not state.gone for state in store.custom.states.values()):
                return
            await asyncio.sleep(0.02)


async def said(api: Api, type_: str) -> list[str]:
    rest = (await api.get("metadata")).json()["rest"][0]
    return next([p["name"] for p in each["searchParam"]] for each in rest["resource"] if each["type"] == type_)


async def test_from_its_definition_to_its_retirement(api: Api):
    code, word = unique("color"), unique("green")
    await api.made({"resourceType": "Patient", "extension": [{"url": "http://osler.test/c", "valueCode": word}]})
    definition = await api.made(parameter(code, "Patient.extension('http://osler.test/c').value.ofType(code)"))
    answer = await api.get(f"Patient?{code}={word}")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["issue"][0]["code"] == "transient"
    assert f"{code} of Patient is indexing, 0 %" in answer.text
    assert code not in await said(api, "Patient")
    await index(api)
    assert code in await said(api, "Patient")
    bundle = (await api.get(f"Patient?{code}={word}")).json()
    assert len(bundle["entry"]) == 1
    retired = definition | {"status": "retired"}
    assert (await api.put(f"SearchParameter/{definition['id']}", retired)).status_code == 200
    assert (await api.get(f"Patient?{code}={word}")).status_code == 400
    await index(api)
    assert code not in await said(api, "Patient")


async def test_what_cannot_be_searched_by_is_refused_with_its_place(api: Api):
    refused = {
        "SearchParameter.code": parameter("gender", "Patient.gender"),
        "SearchParameter.expression": parameter(unique("c"), "Patient.nothing"),
        "SearchParameter.base[0]": parameter(unique("c"), "Observation.code"),
        "SearchParameter.type": parameter(unique("c"), "Patient.gender", type="special"),
    }
    for place, definition in refused.items():
        answer = await api.post("SearchParameter", definition)
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["issue"][0]["expression"] == [place]
        assert (await api.post("SearchParameter", definition | {"status": "draft"})).status_code == 201


async def test_two_of_one_code_are_refused(api: Api):
    code = unique("twice")
    await api.made(parameter(code, "Patient.gender"))
    answer = await api.post("SearchParameter", parameter(code, "Patient.language"))
    assert answer.status_code in (400, 422)
    assert "Another active SearchParameter has this code" in answer.text


async def test_a_transaction_is_refused_with_the_place_in_it(api: Api):
    entry = {"resource": parameter("gender", "Patient.gender"), "request": {"method": "POST", "url": "SearchParameter"}}
    answer = await api.post("", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
    assert answer.status_code in (400, 422)
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[0].resource.code"]


async def test_who_may_not_write_search_parameters_cannot_define_any(api: Api):
    definition = parameter(unique("c"), "Patient.gender")
    for role in ("physician", "nurse", "front_desk"):
        token = await api.new_token("system/*.cruds", roles=(role,))
        assert (await api.post("SearchParameter", definition, token=token)).status_code == 403
    reader = await api.new_token("system/*.rs")
    assert (await api.post("SearchParameter", definition, token=reader)).status_code == 403
    admin = await api.new_token("system/*.cruds", roles=("administrator",))
    assert (await api.post("SearchParameter", definition | {"status": "draft"}, token=admin)).status_code == 201
