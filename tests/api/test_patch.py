"""PATCH with JSON Patch and with FHIRPath Patch."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from osler.fhir import json
from tests.api.conftest import Api, issue, patient, unique
from tests.db.processes import PATIENCE

KIND = "application/json-patch+json"


async def patched(api: Api, path: str, *steps: dict, **headers: str):
    return await api.ask("PATCH", path, json.encode(list(steps)), content_type=KIND, **headers)


async def test_a_patch_makes_the_next_version(api: Api):
    made = await api.made(patient())
    answer = await patched(
        api, f"Patient/{made['id']}",
        {"op": "test", "path": "/active", "value": True},
        {"op": "replace", "path": "/active", "value": False},
        {"op": "add", "path": "/name/0/given/-", "value": "Mary"},
    )  # fmt: skip
    assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"2"')
    assert answer.json()["name"][0]["given"] == ["Ada", "Mary"]


async def test_others_get_turns_while_a_patch_takes_long(api: Api, monkeypatch: pytest.MonkeyPatch):
    made, loop, turn = await api.made(patient()), asyncio.get_running_loop(), threading.Event()

    def slow(resource: dict[str, Any], operations: object) -> dict[str, Any]:
        loop.call_soon_threadsafe(turn.set)
        assert turn.wait(PATIENCE), "the loop stood still"
        return {**resource, "active": False}

    monkeypatch.setattr("osler.interfaces.api.patch.apply_patch", slow)
    answer = await patched(api, f"Patient/{made['id']}", {"op": "remove", "path": "/active"})
    assert (answer.status_code, answer.json()["active"]) == (200, False)


@pytest.mark.parametrize(
    ("step", "expression"),
    [
        ({"op": "test", "path": "/active", "value": False}, "Patch[0]"),
        ({"op": "remove", "path": "/nothing"}, "Patch[0]"),
        ({"op": "replace", "path": "active", "value": 1}, "Patch[0].path"),
        ({"op": "sing", "path": "/active"}, "Patch[0]"),
        ({"op": "replace", "path": "/active", "value": "maybe"}, "Patient.active"),
        ({"op": "add", "path": "/nickname", "value": "x"}, "Patient.nickname"),
        ({"op": "replace", "path": "/id", "value": "x"}, "Patient"),
    ],
)
async def test_a_patch_that_cannot_be_done_changes_nothing(api: Api, step, expression):
    made = await api.made(patient())
    answer = await patched(api, f"Patient/{made['id']}", step)
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["expression"] == [expression]
    assert (await api.get(f"Patient/{made['id']}")).headers["etag"] == 'W/"1"'


async def test_what_is_not_json_patch_is_told_apart(api: Api):
    made = await api.made(patient())
    path = f"Patient/{made['id']}"
    issue(await api.ask("PATCH", path, {"resourceType": "Parameters"}), 400, "invalid", "Parameters")
    issue(await api.ask("PATCH", path, {"resourceType": "Patient"}), 400, "invalid")
    issue(await api.ask("PATCH", path, b"[]", content_type="text/plain"), 415, "not-supported")
    issue(await api.ask("PATCH", path, [], content_type="application/fhir+json"), 400, "invalid", "Content-Type")
    issue(await api.ask("PATCH", path, {}, content_type=KIND), 400, "invalid", "Patch")


def replacing(path: str, **value: Any) -> dict[str, Any]:
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": path},
        {"name": "value", **value},
    ]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}


async def test_a_fhirpath_patch_makes_the_next_version(api: Api):
    made = await api.made(patient())
    answer = await api.ask("PATCH", f"Patient/{made['id']}", replacing("Patient.active", valueBoolean=False))
    assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"2"')
    assert answer.json()["active"] is False
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "resource": replacing("Patient.name[0].family", valueString="King"),
                "request": {"method": "PATCH", "url": f"Patient/{made['id']}"},
            }
        ],
    }
    assert (await api.post("", bundle)).status_code == 200
    assert (await api.get(f"Patient/{made['id']}")).json()["name"][0]["family"] == "King"


async def test_a_fhirpath_patch_that_cannot_be_done_changes_nothing(api: Api):
    made = await api.made(patient())
    path = f"Patient/{made['id']}"
    for wrong in (
        replacing("Patient.nickname", valueString="x"),
        replacing("Patient.id", valueString="x"),
        replacing("Patient.active", valueString="maybe"),
        replacing("Patient.((", valueString="x"),
    ):
        assert (await api.ask("PATCH", path, wrong)).status_code == 400
    assert (await api.get(path)).headers["etag"] == 'W/"1"'


async def test_a_patch_needs_its_resource_and_its_version(api: Api):
    step = {"op": "replace", "path": "/active", "value": False}
    made = await api.made(patient())
    issue(await patched(api, "Patient/nobody", step), 404, "not-found")
    issue(await patched(api, f"Patient/{made['id']}", step, if_match='W/"7"'), 412, "conflict")
    assert (await patched(api, f"Patient/{made['id']}", step, if_match='W/"1"')).status_code == 200
    await api.ask("DELETE", f"Patient/{made['id']}")
    issue(await patched(api, f"Patient/{made['id']}", step), 410, "deleted")


async def test_a_conditional_patch_needs_exactly_one_match(api: Api):
    step, value = {"op": "replace", "path": "/active", "value": False}, unique()
    path = f"Patient?identifier={value}"
    issue(await patched(api, path, step), 404, "not-found")
    await api.made(patient(identifier=[{"value": value}]))
    assert (await patched(api, path, step)).json()["active"] is False
    await api.made(patient(identifier=[{"value": value}]))
    issue(await patched(api, path, step), 412, "multiple-matches")
    issue(await patched(api, "Patient", step), 400, "invalid")
