"""Transactions, which are all or nothing, and batches, which are not."""

from __future__ import annotations

import asyncio
import base64

import pytest

from osler.fhir import json
from tests.api.conftest import Api, bundle, entry, issue, observation, patient, unique

PATIENT, OTHER = "urn:uuid:05efabf0-4be2-4561-91ce-51548425acb9", "urn:uuid:88f151c0-a954-468a-88bd-5ae15c08e059"


def statuses(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["response"]["status"].split()[0] for each in answer.json()["entry"]]


async def count(api: Api, query: str) -> int:
    return (await api.get(f"{query}&_summary=count")).json()["total"]


async def test_references_inside_a_transaction_come_true_in_any_order(api: Api):
    answer = await api.post(
        "",
        bundle(
            "transaction",
            entry("POST", "Observation", observation(PATIENT)),
            entry("POST", "Patient", patient(), full_url=PATIENT),
        ),
    )
    assert statuses(answer) == ["201", "201"]
    first, second = (each["response"] for each in answer.json()["entry"])
    made = (await api.get(first["location"].split("/_history")[0])).json()
    assert made["subject"]["reference"] == second["location"].split("/_history")[0]
    assert (first["etag"], first["lastModified"]) == ('W/"1"', made["meta"]["lastUpdated"])


async def test_conditional_references_find_what_is_there_and_what_comes_along(api: Api):
    there, new = unique(), unique()
    old = await api.made(patient(identifier=[{"value": there}]))
    answer = await api.post(
        "",
        bundle(
            "transaction",
            entry("POST", "Observation", observation(f"Patient?identifier={there}")),
            entry("POST", "Observation", observation(f"Patient?identifier={new}")),
            entry("POST", "Patient", patient(identifier=[{"value": new}]), full_url=OTHER),
        ),
        prefer="return=representation",
    )
    subjects = [each["resource"]["subject"]["reference"] for each in answer.json()["entry"][:2]]
    assert subjects == [f"Patient/{old['id']}", f"Patient/{answer.json()['entry'][2]['resource']['id']}"]


async def test_a_wrong_last_entry_leaves_nothing_of_the_others(api: Api):
    value = unique()
    for wrong, status, code in (
        (observation(valueQuantity="x"), 400, "structure"),
        (observation("Patient/nobody"), 422, "not-found"),
        (observation(OTHER), 422, "not-found"),
    ):
        whole = bundle(
            "transaction",
            *(entry("POST", "Patient", patient(identifier=[{"value": value}])) for _ in range(3)),
            entry("POST", "Observation", wrong),
        )
        told = issue(await api.post("", whole), status, code)
        assert told["expression"][0].startswith("Bundle.entry[3].resource")
    assert await count(api, f"Patient?identifier={value}") == 0


async def test_a_transaction_does_everything_in_the_order_of_the_standard(api: Api):
    gone, kept = await api.made(patient()), await api.made(patient())
    id_ = unique("put-")
    patched = {"resourceType": "Binary", "contentType": "application/json-patch+json",
               "data": base64.b64encode(json.encode([{"op": "remove", "path": "/active"}])).decode()}  # fmt: skip
    answer = await api.post(
        "",
        bundle(
            "transaction",
            entry("GET", f"Patient/{kept['id']}"),
            entry("GET", f"Patient?_id={id_}"),
            entry("PUT", f"Patient/{id_}", patient(id=id_)),
            entry("PATCH", f"Patient/{kept['id']}", patched),
            entry("DELETE", f"Patient/{gone['id']}"),
            entry("POST", "Patient", patient(), ifNoneExist=f"_id={kept['id']}"),
        ),
    )
    assert statuses(answer) == ["200", "200", "201", "200", "204", "200"]
    read, found, *_ = answer.json()["entry"]
    assert "active" not in read["resource"]
    assert (found["resource"]["total"], found["resource"]["entry"][0]["resource"]["id"]) == (1, id_)
    assert answer.json()["entry"][5]["response"]["location"].startswith(f"Patient/{kept['id']}/_history/")


async def test_a_failing_read_fails_the_transaction(api: Api):
    value = unique()
    whole = bundle(
        "transaction",
        entry("POST", "Patient", patient(identifier=[{"value": value}])),
        entry("GET", "Patient/nobody"),
    )
    issue(await api.post("", whole), 404, "not-found", "Bundle.entry[1].request.url")
    assert await count(api, f"Patient?identifier={value}") == 0


async def test_versions_are_held_to_in_a_transaction(api: Api):
    made = await api.made(patient())
    url = f"Patient/{made['id']}"
    issue(await api.post("", bundle("transaction", entry("PUT", url, made, ifMatch='W/"5"'))), 412, "conflict")
    assert statuses(await api.post("", bundle("transaction", entry("PUT", url, made, ifMatch='W/"1"')))) == ["200"]


async def test_one_resource_is_changed_once(api: Api):
    made = await api.made(patient())
    url = f"Patient/{made['id']}"
    issue(await api.post("", bundle("transaction", entry("PUT", url, made), entry("DELETE", url))), 400, "invariant")


async def test_a_batch_answers_each_entry_by_itself(api: Api):
    made, value = await api.made(patient()), unique()
    answer = await api.post(
        "",
        bundle(
            "batch",
            entry("POST", "Patient", patient(identifier=[{"value": value}])),
            entry("POST", "Patient", patient(active="yes")),
            entry("GET", f"Patient/{made['id']}"),
            entry("GET", f"Patient/{made['id']}", ifNoneMatch='W/"1"'),
            entry("GET", "Patient?nickname=x"),
            entry("GET", f"Patient?identifier={unique()}"),
            entry("DELETE", "Patient/nobody"),
            entry("GET", "Foo/1"),
            entry("GET", f"Patient/{made['id']}/_history"),
            entry("GET", "metadata"),
            entry("PUT", "Patient/one", patient(id="two")),
            {"resource": patient()},
        ),
    )
    assert statuses(answer) == ["201", "400", "200", "304", "400", "200", "204", "404", "200", "200", "400", "400"]
    entries = answer.json()["entry"]
    assert entries[1]["response"]["outcome"]["issue"][0]["expression"] == ["Patient.active"]
    assert (entries[2]["resource"], entries[2]["response"]["etag"]) == (made, 'W/"1"')
    assert entries[2]["response"]["lastModified"] == made["meta"]["lastUpdated"]
    assert entries[0]["response"]["location"].startswith("Patient/")
    assert await count(api, f"Patient?identifier={value}") == 1


async def test_the_answers_to_one_bundle_have_a_bound(api: Api, monkeypatch: pytest.MonkeyPatch):
    made, value = await api.made(patient()), unique()
    monkeypatch.setattr("osler.interfaces.api.bundle.MOST_BYTES", 1)
    reads = [entry("GET", f"Patient/{made['id']}") for _ in range(8)]
    late = entry("POST", "Patient", patient(identifier=[{"value": value}]))
    answer = await api.post("", bundle("batch", *reads, late))
    assert statuses(answer)[0] == "200"
    assert statuses(answer)[-1] == "422"
    issue(await api.post("", bundle("transaction", *reads, late)), 422, "too-costly")
    assert await count(api, f"Patient?identifier={value}") == 0


async def test_what_is_no_bundle_is_refused(api: Api):
    issue(await api.post("", patient()), 400, "invalid", "Bundle.type")
    issue(await api.post("", bundle("collection")), 400, "invalid", "Bundle.type")
    issue(await api.post("", [1]), 400, "invalid")
    issue(await api.post("", bundle("transaction", {"resource": patient()})), 400, "invalid", "Bundle.entry[0].request")
    strange = (
        1,
        None,
        entry("POST", "Patient", patient()) | {"fullUrl": 1},
        entry("PUT", "Patient/1", patient(), ifMatch=1),
    )
    for odd in ({"entry": {}}, {"entry": "x"}, *({"entry": [each]} for each in strange)):
        issue(await api.post("", {"resourceType": "Bundle", "type": "transaction"} | odd), 400, "structure")
    empty = await api.post("", bundle("transaction"))
    assert (empty.status_code, empty.json()["type"]) == (200, "transaction-response")


async def test_transactions_that_meet_on_one_condition_make_one_resource(api: Api):
    value = unique()
    whole = bundle("transaction", entry("POST", "Patient", patient(identifier=[{"value": value}]),
                                        ifNoneExist=f"identifier={value}"))  # fmt: skip
    answers = await asyncio.gather(*(api.post("", whole) for _ in range(6)))
    assert sorted(statuses(answer)[0] for answer in answers) == ["200"] * 5 + ["201"]


async def test_hundreds_of_entries_are_answered_in_their_order(api: Api):
    entries = [entry("POST", "Patient", patient(), full_url=PATIENT)]
    entries += [entry("POST", "Observation", observation(PATIENT, note=[{"text": str(n)}])) for n in range(400)]
    answer = await api.post("", bundle("transaction", *entries), prefer="return=representation")
    notes = [each["resource"]["note"][0]["text"] for each in answer.json()["entry"][1:]]
    assert notes == [str(n) for n in range(400)]
