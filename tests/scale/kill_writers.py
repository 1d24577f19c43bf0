"""Clinics that write without end through the API: creates, updates, deletes, transactions, conditional creates, races.

A writer owns what it creates and knows its versions; shared resources are raced for with If-Match and If-None-Exist.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from typing import Any

from osler.fhir import json
from tests.scale.kill_client import Client, Reply
from tests.scale.kill_ledger import Ledger, identifier

MARK = "Zwiebelfisch"
"""The family name of every patient here: it must never be seen in a log."""
SHARED = 6
"""Conditions and contended resources that all writers share."""
_WEIGHTS = {
    "create": 30,
    "observe": 25,
    "update": 20,
    "bundle": 20,
    "delete": 8,
    "condition": 8,
    "contend": 8,
    "read": 8,
}


def patient(marker: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [identifier(marker)],
        "name": [{"family": MARK, "given": [marker]}],
    }


def observation(marker: str, subject: str, encounter: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "identifier": [identifier(marker)],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": subject},
        "effectiveDateTime": "2026-03-02T09:20:00Z",
        "valueQuantity": {"value": 71, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }
    return made | ({"encounter": {"reference": encounter}} if encounter else {})


class Writer:
    """One connection with one request at a time. `pause()` waits until it is between two."""

    def __init__(
        self,
        number: int,
        seed: int,
        port: int,
        token: str,
        ledger: Ledger,
        go: asyncio.Event,
        count: itertools.count[int],
    ) -> None:
        self.chance = random.Random(f"{seed}/{number}")
        self.client = Client(port, token)
        self.ledger = ledger
        self.requests = 0
        self._go, self._count, self._name = go, count, f"w{number}"
        self._patients: dict[str, int] = {}
        self._observations: dict[str, int] = {}
        self._busy = asyncio.Lock()

    async def work(self) -> None:
        actions, weights = list(_WEIGHTS), list(_WEIGHTS.values())
        while True:
            await self._go.wait()
            async with self._busy:
                action = self.chance.choices(actions, weights)[0]
                answered = await getattr(self, f"_{action}")(f"{self._name}-{next(self._count)}")
                self.requests += 1
            await asyncio.sleep(0 if answered else 0.05)

    async def pause(self) -> None:
        async with self._busy:
            self.client.close()

    # Each gives whether an answer came. -----------------------------------------------------------------------------

    async def _create(self, op: str) -> bool:
        return await self._post(op, patient(op), self._patients)

    async def _observe(self, op: str) -> bool:
        if not self._patients:
            return await self._create(op)
        subject = f"Patient/{self.chance.choice(list(self._patients))}"
        return await self._post(op, observation(op, subject), self._observations)

    async def _post(self, op: str, resource: dict[str, Any], owned: dict[str, int]) -> bool:
        reply = await self.client.ask("POST", f"/fhir/{resource['resourceType']}", resource)
        if self._judge(op, reply, 1) and reply.whole:
            stored = self._keep(reply, resource)
            owned[stored["id"]] = 1
        return bool(reply.status)

    async def _update(self, op: str) -> bool:
        if not self._patients:
            return await self._create(op)
        id_ = self.chance.choice(list(self._patients))
        version = self._patients.pop(id_)
        resource = patient(op) | {"id": id_}
        reply = await self.client.ask("PUT", f"/fhir/Patient/{id_}", resource, {"if-match": f'W/"{version}"'})
        if self._judge(op, reply, 1) and reply.whole:
            self._patients[id_] = int(self._keep(reply, resource)["meta"]["versionId"])
            if self._patients[id_] != version + 1:
                self.ledger.strange.append(f"{op}: version {self._patients[id_]} after {version}")
        return bool(reply.status)

    async def _delete(self, op: str) -> bool:
        if not self._observations:
            return await self._observe(op)
        id_ = self.chance.choice(list(self._observations))
        version = ("Observation", id_, self._observations.pop(id_) + 1)
        self.ledger.doubtful_deletes.add(version)
        reply = await self.client.ask("DELETE", f"/fhir/Observation/{id_}")
        if reply.acknowledged:
            self.ledger.acknowledge(version, None)
            self.ledger.doubtful_deletes.discard(version)
        elif reply.status != 503 and reply.status:
            self._stranger(op, reply)
        return bool(reply.status)

    async def _bundle(self, op: str) -> bool:
        """A new patient with a visit and what was observed, and a change to somebody known; references in any order."""
        entries = [
            self._entry(observation(f"{op}.{n}", "urn:uuid:p", "urn:uuid:e"), f"o{n}")
            for n in range(self.chance.randint(1, 6))
        ]
        visit = {
            "resourceType": "Encounter", "identifier": [identifier(f"{op}.e")], "status": "finished",
            "class": {"code": "AMB"}, "subject": {"reference": "urn:uuid:p"},
        }  # fmt: skip
        entries += [self._entry(visit, "e"), self._entry(patient(f"{op}.p"), "p")]
        changed = self._patients.popitem() if self._patients and self.chance.random() < 0.5 else None
        if changed:
            request = {"method": "PUT", "url": f"Patient/{changed[0]}", "ifMatch": f'W/"{changed[1]}"'}
            entries.append({"resource": patient(f"{op}.c") | {"id": changed[0]}, "request": request})
        self.chance.shuffle(entries)
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        reply = await self.client.ask("POST", "/fhir", bundle, {"prefer": "return=representation"})
        if self._judge(op, reply, len(entries)) and reply.whole:
            for each in json.decode(reply.body)["entry"]:
                self._acknowledge(each["resource"])
            if changed:
                self._patients[changed[0]] = changed[1] + 1
        return bool(reply.status)

    def _entry(self, resource: dict[str, Any], name: str) -> dict[str, Any]:
        return {
            "fullUrl": f"urn:uuid:{name}",
            "resource": resource,
            "request": {"method": "POST", "url": resource["resourceType"]},
        }

    async def _condition(self, op: str) -> bool:
        """Whoever comes first creates it; the others get the same one."""
        name = f"{int(op.rpartition('-')[2]) // 400}-{self.chance.randrange(SHARED)}"
        resource = patient(op)
        resource["identifier"].append({"system": "urn:osler:test:shared", "value": name})
        condition = {"if-none-exist": f"identifier=urn:osler:test:shared|{name}"}
        reply = await self.client.ask("POST", "/fhir/Patient", resource, condition)
        if reply.status == 200:
            self.ledger.refused.add(op)
        elif not self._judge(op, reply, 1):
            return bool(reply.status)
        if reply.whole:
            stored = self._keep(reply, resource if reply.status == 201 else None)
            self.ledger.conditions.setdefault(name, set()).add(stored["id"])
        return True

    async def _contend(self, op: str) -> bool:
        """Everybody changes the same few resources; who read an old version is refused."""
        id_ = f"shared-{self.chance.randrange(SHARED)}"
        seen = await self.client.ask("GET", f"/fhir/Patient/{id_}")
        if not seen.whole or seen.status not in (200, 404):
            return bool(seen.status)
        headers = {"if-match": seen.headers["etag"]} if seen.status == 200 else {}
        resource = patient(op) | {"id": id_}
        reply = await self.client.ask("PUT", f"/fhir/Patient/{id_}", resource, headers)
        if reply.status == 412:
            self.ledger.refused.add(op)
        elif self._judge(op, reply, 1) and reply.whole:
            self._keep(reply, resource)
        return bool(reply.status)

    async def _read(self, op: str) -> bool:
        """What was acknowledged is there at once, also over another worker."""
        if not self._patients:
            return True
        id_ = self.chance.choice(list(self._patients))
        reply = await self.client.ask("GET", f"/fhir/Patient/{id_}")
        if reply.refused:
            self._stranger(op, reply)
        return bool(reply.status)

    # ------------------------------------------------------------------------------------------------------------------

    def _judge(self, op: str, reply: Reply, versions: int) -> bool:
        """Notes what an answer promises; whether it was a promise."""
        if reply.acknowledged:
            self.ledger.done[op] = versions
            return True
        if reply.refused:
            self.ledger.refused.add(op)
            self._stranger(op, reply)
        else:
            self.ledger.doubtful[op] = versions
            if reply.status not in (0, 503):
                self._stranger(op, reply)
        return False

    def _keep(self, reply: Reply, sent: dict[str, Any] | None) -> dict[str, Any]:
        stored = json.decode(reply.body)
        self._acknowledge(stored)
        if sent is not None and {**stored, "id": "", "meta": {}} != {**sent, "id": "", "meta": {}}:
            self.ledger.strange.append(f"{stored['resourceType']} was acknowledged with other content than was sent")
        return stored

    def _acknowledge(self, stored: dict[str, Any]) -> None:
        version = (stored["resourceType"], stored["id"], int(stored["meta"]["versionId"]))
        self.ledger.acknowledge(version, json.encode(stored))

    def _stranger(self, op: str, reply: Reply) -> None:
        self.ledger.strange.append(f"{op} was answered {reply.status}: {reply.body[:300]!r}")
