"""A write with anything wrong in it writes nothing at all, and of two at once one wins."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.api.wire import OBSERVATION, PATIENT, Wire, refused

PATCH = "application/json-patch+json"


def entry(method: str, url: Any, resource: Any = PATIENT, **request: Any) -> dict[str, Any]:
    return {"resource": resource, "request": {"method": method, "url": url, **request}}


GOOD = entry("POST", "Patient")
BUNDLES: dict[str, Any] = {
    "no bundle": PATIENT,
    "no type": {"resourceType": "Bundle", "entry": [GOOD]},
    "a list as its type": {"resourceType": "Bundle", "type": ["transaction"], "entry": [GOOD]},
} | {
    name: {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    for name, entries in {
        "text for entries": "x",
        "a number for entries": 5,
        "an object for entries": {"a": 1},
        "entries that are none": [GOOD, 1, "a", None, []],
        "a request that is none": [GOOD, {"resource": PATIENT, "request": "x"}],
        "an address that is a number": [GOOD, entry("GET", 5)],
        "a full address that is a number": [GOOD, GOOD | {"fullUrl": 5}],
        "a method that is a list": [GOOD, entry(["POST"], "Patient")],  # type: ignore[arg-type]
        "an unknown method": [GOOD, entry("STEAL", "Patient")],
        "a version that is a number": [GOOD, entry("POST", "Patient", ifMatch=5)],
        "a condition that is a number": [GOOD, entry("POST", "Patient", ifNoneExist=5)],
        "a condition that is not UTF-8": [GOOD, entry("PUT", "Patient?identifier=%ff")],
        "a condition without criteria": [GOOD, entry("PUT", "Patient?_count=5")],
        "one id twice": [GOOD, *[entry("PUT", "Patient/d", PATIENT | {"id": "d"})] * 2],
        "one id twice, once by condition": [
            GOOD, entry("PUT", "Patient/d", PATIENT | {"id": "d"}), entry("PUT", "Patient?identifier=d", PATIENT | {"id": "d"}),
        ],
        "one condition twice": [GOOD, *[entry("PUT", "Patient?identifier=qqq")] * 2],
        "one full address twice": [GOOD, *[GOOD | {"fullUrl": "urn:uuid:1"}] * 2],
        "the last entry wrong": [*[GOOD] * 50, entry("POST", "Patient", {"resourceType": "Patient", "active": "yes"})],
        "a bundle in a bundle": [GOOD, entry("POST", "", {"resourceType": "Bundle", "type": "batch"})],
        "an address elsewhere": [GOOD, entry("POST", "http://elsewhere.test/Patient")],
        "a path that climbs": [GOOD, entry("DELETE", "../../Patient/x")],
    }.items()
}  # fmt: skip


@pytest.mark.parametrize("bundle", BUNDLES.values(), ids=BUNDLES)
async def test_a_transaction_with_anything_wrong_writes_nothing(wire: Wire, bundle: Any):
    before = await wire.count()
    refused(await wire.post("/fhir", bundle), 400)
    assert await wire.count() == before


@pytest.mark.parametrize("reference", ["Patient/nobody", "urn:uuid:9", "Patient?identifier=nobody"])
async def test_a_transaction_whose_last_reference_leads_nowhere_writes_nothing(wire: Wire, reference: str):
    before = await wire.count()
    wrong = entry("POST", "Observation", OBSERVATION | {"subject": {"reference": reference}})
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [*[GOOD] * 5, wrong]}
    assert refused(await wire.post("/fhir", bundle), 422)["expression"] == ["Bundle.entry[5].resource"]
    assert await wire.count() == before


async def test_a_transaction_whose_read_finds_nothing_writes_nothing(wire: Wire):
    before = await wire.count()
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [GOOD, entry("GET", "Patient/nobody", None)]}
    refused(await wire.post("/fhir", bundle), 404)
    assert await wire.count() == before


async def test_who_changed_an_old_version_is_told_which_one_is_stored(wire: Wire):
    stored = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)
    place = f"/fhir/Patient/{stored['id']}"
    assert (await wire.ask("PUT", place, stored, if_match='W/"1"')).status == 200
    for stale in ('W/"1"', 'W/"7"', 'W/"999999999"'):
        refused(await wire.ask("PUT", place, stored, if_match=stale), 412)
        refused(await wire.ask("DELETE", place, if_match=stale), 412)
    for nonsense in ("abc", "**", 'W/"-1"', "9" * 40):
        refused(await wire.ask("PUT", place, stored, if_match=nonsense), 400)
    assert json.loads((await wire.ask("GET", place)).body)["meta"]["versionId"] == "2"


PATCHES: dict[str, bytes] = {
    "not JSON": b"x",
    "an object": b"{}",
    "no operation": b"[5]",
    "a place that is not there": b'[{"op":"add","path":"/name/99999999999999999999","value":1}]',
    "a test that fails": b'[{"op":"replace","path":"/gender","value":"male"},{"op":"test","path":"/gender","value":"other"}]',
    "nothing left": b'[{"op":"replace","path":"","value":5}]',
    "another id": b'[{"op":"replace","path":"/id","value":"x"}]',
    "a bomb": json.dumps([{"op": "copy", "from": "/name", "path": "/name/-"}] * 60).encode(),
    "a depth": json.dumps([{"op": "add", "path": "/extension" * 3000, "value": []}]).encode(),
}


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES)
async def test_a_patch_that_cannot_be_done_changes_nothing(wire: Wire, patch: bytes):
    id_ = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)["id"]
    refused(await wire.ask("PATCH", f"/fhir/Patient/{id_}", patch, content_type=PATCH), 400)
    assert json.loads((await wire.ask("GET", f"/fhir/Patient/{id_}")).body)["meta"]["versionId"] == "1"


@pytest.mark.parametrize("condition", ["", "nothing=1", "name:contains=", "identifier=%ff", "identifier=" + "a" * 5000])
async def test_a_condition_that_makes_no_sense_creates_nothing(wire: Wire, condition: str):
    before = await wire.count()
    reply = await wire.post("/fhir/Patient", PATIENT, if_none_exist=condition)
    assert (reply.status == 201) == (len(condition) > 4000), reply.body
    if reply.status != 201:
        refused(reply, 400)
        assert await wire.count() == before


async def test_two_writers_at_once_have_one_winner(wire: Wire):
    stored = json.loads((await wire.post("/fhir/Patient", PATIENT)).body)
    asked = (wire.ask("PUT", f"/fhir/Patient/{stored['id']}", stored, if_match='W/"1"') for _ in range(6))
    assert sorted(reply.status for reply in await asyncio.gather(*asked)) == [200, 412, 412, 412, 412, 412]
    once = PATIENT | {"identifier": [{"system": "urn:once", "value": "1"}]}
    asked = (wire.post("/fhir/Patient", once, if_none_exist="identifier=urn:once|1") for _ in range(6))
    replies = await asyncio.gather(*asked)
    assert sorted(reply.status for reply in replies) == [200] * 5 + [201]
    assert len({json.loads(reply.body)["id"] for reply in replies}) == 1
