"""A whole gate over a database of its own, for tests of what is written at the same time."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from osler.access.actors import Actor
from osler.access.audit.entry import Action
from osler.access.audit.verify import verify
from osler.access.house import House, open_house
from osler.access.records import Answer, Records, Resource
from osler.core.settings import Settings
from osler.fhir.search.parse import parse_query
from osler.store.embedded import Address
from tests.scale.invariants import broken_laws, stale_indexes

CLIENT = Actor("c", "client", "Client", ("client",), scopes=("system/*.cruds",))
Result = TypeVar("Result")


@contextlib.asynccontextmanager
async def opened(address: Address, folder: Path, **settings: Any) -> AsyncIterator[House]:
    async with open_house(Settings(data_dir=folder, **{"pool_size": 10} | settings), address, sealing=False) as house:
        yield house


async def write(house: House, work: Callable[[Records], Awaitable[Result]]) -> Result:
    return await house.gate.write(CLIENT, work, action=Action.UPDATE, what="test")


async def made(house: House, resource: dict[str, Any]) -> Resource:
    return await write(house, lambda records: records.create(resource, alone=True))


async def found(house: House, type_: str, *params: tuple[str, str]) -> Answer:
    query = parse_query(type_, list(params), zone=house.store.zone, now=house.gate.clock())
    async with house.gate.reading(CLIENT, action=Action.SEARCH) as records:
        return await records.search(query)


async def faults(house: House) -> list[str]:
    """Every broken law of the database, every stale index, and what the audit says."""
    await house.audit.sealer.seal(adopt=True)
    async with house.store.pool.connection() as conn:
        told = await broken_laws(conn) + await stale_indexes(house.store, conn)
    async with house.store.pool.connection() as conn:
        report = await verify(conn, house.audit.key)
    return told + [each.message for each in report.faults]


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": "Marsh"}]} | more


def observation(subject: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "pulse"},
        "subject": {"reference": subject},
    } | more
