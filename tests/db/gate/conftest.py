"""The gate over a database of each file's own, emptied before every test, for readers of every kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from osler.access import compile as compile_module
from osler.access.actors import Actor
from osler.access.audit.entry import Action, Outcome
from osler.access.gate import Gate
from osler.access.house import open_house
from osler.access.labels import SENSITIVE
from osler.access.policies import load_policy
from osler.access.records import Records, Resource
from osler.core.clock import SetClock
from osler.core.settings import Settings
from osler.fhir.bundle import read_bundle
from osler.fhir.search.parse import parse_query
from osler.store.embedded import Address
from tests.conftest import copied_database

NOW = datetime(2026, 3, 2, 9, 30, 0, 123000, UTC)
BASE = "http://osler.test/fhir"
_TABLES = "resource, strings, numbers, dates, refs, history, change, panel, follower"

ROLES = {
    "everyone": "[[rules]]\nallow = ['view', 'edit', 'delete']\ntypes = ['*']",
    "panel": "[[rules]]\nallow = ['view', 'edit', 'delete']\ntypes = ['*']\npanel = '{actor.practitioner}'",
    "women": "[[rules]]\nallow = ['view', 'edit', 'delete']\ntypes = ['Patient']\nwhere = ['gender=female']"
    "\n[[rules]]\nallow = ['view', 'edit', 'delete']\ntypes = ['Observation', 'Group']",
    "clerk": "[[rules]]\nallow = ['view', 'edit', 'delete']\ntypes = ['Patient', 'Observation', 'Group']"
    "\nhidden = ['Patient.telecom', 'Observation.value', 'Observation.component.code']",
    "reader": "[[rules]]\nallow = ['view']\ntypes = ['*']",
    "blind": "[[rules]]\nallow = ['create', 'update', 'delete']\ntypes = ['*']",
    "blind clerk": "[[rules]]\nallow = ['create', 'update', 'delete']\ntypes = ['*']\nhidden = ['Patient.telecom']",
    "creator": "[[rules]]\nallow = ['create', 'read', 'search']\ntypes = ['*']",
    "own": "[[rules]]\nallow = ['view', 'edit', 'delete']\ntypes = ['*']\npatients = ['{patient}']",
    "nothing": "",
}


def _policy(name: str, rules: str) -> str:
    """All but the reader get what is labeled."""
    reveals = [] if name == "reader" else list(SENSITIVE)
    return f"name = '{name}'\ntitle = 'T'\npurposes = ['TREAT']\npermissions = []\nreveals = {reveals}\n{rules}"


@pytest.fixture(autouse=True)
def _roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles of the tests' own, beside the built-in ones."""
    policies = {name: load_policy(_policy(name, rules)) for name, rules in ROLES.items()}
    built_in = compile_module.role
    monkeypatch.setattr(compile_module, "role", lambda name: policies.get(name) or built_in(name))
    compile_module.visibility_for.cache_clear()


@pytest.fixture(scope="module")
async def database(postgres: Address, template: str) -> AsyncIterator[Address]:
    async with copied_database(postgres, template) as address:
        yield address


@pytest.fixture(scope="module")
async def opened(database: Address, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Gate, SetClock]]:
    clock = SetClock(NOW)
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), database_url=database.to_url(), base_url="http://osler.test"
    )
    async with open_house(settings, database, clock=clock, sealing=False) as house:
        yield house.gate, clock


@pytest.fixture
async def gate(opened: tuple[Gate, SetClock]) -> Gate:
    gate, clock = opened
    async with gate.store.pool.connection() as conn:
        await conn.execute(f"TRUNCATE {_TABLES}")
    clock.advance(timedelta(hours=1))
    return gate


def actor(*roles: str, **more: Any) -> Actor:
    return Actor("-".join(roles), "user", "Somebody", roles or ("everyone",), **more)


class Somebody:
    """One actor before the gate, a request at a time."""

    def __init__(self, gate: Gate, who: Actor) -> None:
        self.gate, self.who = gate, who

    async def write(self, work: Callable[[Records], Awaitable[Any]], action: Action = Action.UPDATE) -> Any:
        return await self.gate.write(self.who, work, action=action, what="test")

    async def create(self, resource: dict[str, Any], *, alone: bool = False) -> Resource:
        return await self.write(lambda records: records.create(resource, alone=alone), Action.CREATE)

    async def put(self, resource: dict[str, Any], **more: Any) -> tuple[Resource, bool]:
        return await self.write(lambda records: records.update(resource, resource["id"], **more))

    async def patch(
        self, type_: str, id_: str, change: Callable[[dict[str, Any]], dict[str, Any]], **more: Any
    ) -> Resource:
        return await self.write(lambda records: records.patch(type_, id_, change, **more))

    async def delete(self, type_: str, id_: str, **more: Any) -> Resource | None:
        return await self.write(lambda records: records.delete(type_, id_, **more), Action.DELETE)

    async def find_one(self, type_: str, criteria: str) -> Resource | None:
        return await self.write(lambda records: records.find_one(type_, criteria))

    async def transact(
        self, *entries: dict[str, Any], patch: Callable[..., dict[str, Any]] | None = None
    ) -> dict[int, Any]:
        _, read = read_bundle(
            {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}, base_url="http://osler.test"
        )
        return await self.write(lambda records: records.transaction(read, patch or _unpatched), Action.TRANSACTION)

    async def look(self, question: Callable[[Records], Awaitable[Any]]) -> Any:
        async with self.gate.reading(self.who) as records:
            return await question(records)

    async def read(self, type_: str, id_: str) -> dict[str, Any]:
        return (await self.look(lambda records: records.read(type_, id_))).json()

    async def search(
        self, type_: str, *params: tuple[str, str], compartment: tuple[str, str] | None = None, **named: str
    ) -> Any:
        pairs = [*params, *named.items()]
        query = parse_query(type_, pairs, zone=UTC, now=NOW, base_url=BASE, compartment=compartment)
        return await self.look(lambda records: records.search(query))

    async def ids(self, type_: str, *params: tuple[str, str], **named: str) -> set[str]:
        return {each.id for each in (await self.search(type_, *params, **named)).matches}


def _unpatched(entry: Any, resource: dict[str, Any]) -> dict[str, Any]:
    return entry.resource["change"](resource)


@pytest.fixture
def everyone(gate: Gate) -> Somebody:
    """Who may see and do all."""
    return Somebody(gate, actor("everyone", via="admin"))


@pytest.fixture
def somebody(gate: Gate) -> Callable[..., Somebody]:
    return lambda *roles, **more: Somebody(gate, actor(*roles, **more))


async def audit(gate: Gate) -> list[tuple[Action, Outcome, int, int, int, int, int]]:
    """(action, outcome, n, type, target, patient, writer) of every row since the last look, in the order of writing."""
    async with gate.audit.pool.connection() as conn:
        rows = await conn.fetch(
            "SELECT action, outcome, n, type, target, pat, writer FROM audit WHERE at >= $1"
            " ORDER BY at, xmin::text::bigint, writer, num",
            gate.clock(),
        )
    return [(Action(row["action"]), Outcome(row["outcome"]), *tuple(row)[2:]) for row in rows]


async def rows(gate: Gate, sql: str, *args: Any) -> list[tuple[Any, ...]]:
    async with gate.store.pool.connection() as conn:
        return [tuple(row) for row in await conn.fetch(sql, *args)]


def patient(id_: str = "", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient"} | ({"id": id_} if id_ else {}) | {"name": [{"family": "Marsh"}]} | more


def observation(subject: str = "", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
    }
    return made | ({"subject": {"reference": subject}} if subject else {}) | more


def at_site(*sites: str) -> dict[str, Any]:
    return {"meta": {"tag": [{"system": "urn:osler:site", "code": site} for site in sites]}}


def entry(method: str, url: str, resource: Any = None, **request: str) -> dict[str, Any]:
    return {"request": {"method": method, "url": url, **request}} | (
        {"resource": resource} if resource is not None else {}
    )
