"""A store over a database of each file's own, emptied before every test."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from osler.fhir.bundle import read_bundle
from osler.fhir.search.parse import parse_query
from osler.store import transaction, write
from osler.store.embedded import Address
from osler.store.pool import Collision, Connection
from osler.store.search import Page, search
from osler.store.store import Store, open_store
from osler.store.stored import Stored
from osler.store.visibility import EVERYTHING, Visibility
from tests.conftest import copied_database

NOW = datetime(2026, 3, 2, 9, 30, 0, 123000, UTC)
BASE = "http://osler.test/fhir"
LOINC = "http://loinc.org"
_TABLES = "resource, strings, numbers, dates, refs, history, change, panel, follower, dictionary"


@pytest.fixture(scope="module")
async def database(postgres: Address, template: str) -> AsyncIterator[Address]:
    async with copied_database(postgres, template) as address:
        yield address


@pytest.fixture(scope="module")
async def opened(database: Address) -> AsyncIterator[Store]:
    store = await open_store(database.connect_args(), size=6, zone="America/New_York", base_url=BASE)
    yield store
    await store.close()


@pytest.fixture
async def store(opened: Store) -> Store:
    async with opened.pool.connection() as conn:
        await conn.execute(f"TRUNCATE {_TABLES}")
    return opened


class Clinic:
    """Short ways to write and look, for one reader."""

    def __init__(self, store: Store, visibility: Visibility = EVERYTHING) -> None:
        self.store, self.visibility = store, visibility
        self.now = NOW

    def of(self, visibility: Visibility) -> Clinic:
        clinic = Clinic(self.store, visibility)
        clinic.now = self.now
        return clinic

    @contextlib.asynccontextmanager
    async def unit(self) -> AsyncIterator[Connection]:
        async with self.store.transaction() as conn:
            yield conn

    async def create(self, resource: dict[str, Any], id_: str) -> Stored:
        async with self.unit() as conn:
            (rid,) = await self.store.take_rids(1)
            row = await write.prepare(self.store, resource, id_=id_, version=1, updated=self.now, rid=rid)
            await write.insert(self.store, conn, row, self.visibility)
            return write.stored(row)

    async def update(self, resource: dict[str, Any], id_: str) -> Stored:
        async with self.unit() as conn:
            current = await write.lock(self.store, conn, resource["resourceType"], id_, self.visibility, "update")
            assert current is not None
            row = await write.prepare(
                self.store, resource, id_=id_, version=current.version + 1, updated=self.now, rid=current.rid
            )
            await write.replace(self.store, conn, row, self.visibility)
            return write.stored(row)

    async def delete(self, type_: str, id_: str) -> Stored:
        async with self.unit() as conn:
            current = await write.lock(self.store, conn, type_, id_, self.visibility, "delete")
            assert current is not None
            erased = await write.erase(self.store, conn, [current], self.now)
            await write.check_unreferenced(self.store, conn, erased)
            return erased[0]

    async def transact(self, *entries: dict[str, Any], may_choose_id: bool = True) -> dict[int, transaction.Outcome]:
        """A transaction bundle, begun again on collisions as the gate does."""
        _, read = read_bundle({"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}, base_url=BASE)
        for _ in range(4):
            with contextlib.suppress(Collision):
                async with self.unit() as conn:
                    return await transaction.run(
                        self.store, conn, read, self.visibility, updated=self.now, accept=lambda _, r: r,
                        patch=_unpatched, may_choose_id=lambda _: may_choose_id,
                    )  # fmt: skip
        raise AssertionError("always collided")

    async def page(self, type_: str, *params: tuple[str, str], **named: str) -> Page:
        """A search; names are written with underscores for hyphens but at the beginning."""
        pairs = [*params, *((name[0] + name[1:].replace("_", "-"), value) for name, value in named.items())]
        query = parse_query(
            type_, pairs, zone=self.store.zone, now=self.now, base_url=BASE, custom=self.store.custom.params
        )
        async with self.store.pool.connection() as conn:
            return await search(self.store, conn, query, self.visibility)

    async def ids(self, type_: str, *params: tuple[str, str], **named: str) -> set[str]:
        return {hit.stored.id for hit in (await self.page(type_, *params, **named)).matches}

    async def rows(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        async with self.store.pool.connection() as conn:
            return [tuple(row) for row in await conn.fetch(sql, *args)]


def _unpatched(entry: Any, current: Stored) -> dict[str, Any]:
    change: Callable[[dict[str, Any]], dict[str, Any]] = (entry.resource or {})["change"]
    return change(current.json())


@pytest.fixture
def clinic(store: Store) -> Clinic:
    return Clinic(store)


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": "Marsh", "given": ["Ada"]}]} | more


def practitioner(npi: str = "1", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "identifier": [identifier(npi)]} | more


def identifier(value: str, system: str = "http://hl7.org/fhir/sid/us-npi") -> dict[str, Any]:
    return {"system": system, "value": value}


def observation(subject: str = "", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "8867-4"}]},
    }
    if subject:
        made["subject"] = {"reference": subject}
    return made | more


def to(reference: str) -> dict[str, str]:
    return {"reference": reference}


def entry(method: str, url: str, resource: Any = None, *, full_url: str = "", **request: str) -> dict[str, Any]:
    made: dict[str, Any] = {"request": {"method": method, "url": url, **request}}
    if resource is not None:
        made["resource"] = resource
    return {"fullUrl": full_url} | made if full_url else made


Work = Callable[[], Awaitable[Any]]
