"""The API over a real database: one for most tests, which each make what they look at; a fresh one for those that count."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from osler.access.actors import SYSTEM
from osler.access.tokens import create_token
from osler.app import Application, create_app
from osler.core.settings import Settings
from osler.fhir import json
from osler.store.embedded import Address
from tests.api.wire import Wire, wired
from tests.conftest import copied_database

BASE = "http://osler.test/fhir"
_numbers = itertools.count(1)


def unique(word: str = "x") -> str:
    """A word that no other test has used."""
    return f"{word}{next(_numbers)}"


class Api:
    """A client with a token that may do everything. `http` has no token."""

    def __init__(self, app: Application, token: str, address: Address) -> None:
        self.app = app
        self.token = token
        self.address = address
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE)  # type: ignore[arg-type]

    async def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> httpx.Response:
        """`headers` are written with underscores. A body that is not bytes is sent as FHIR JSON."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent.setdefault("authorization", f"Bearer {token or self.token}")
        if body is not None:
            sent.setdefault("content-type", "application/fhir+json")
        content = body if body is None or isinstance(body, bytes) else json.encode(body)
        return await self.http.request(method, f"{BASE}/{path}".rstrip("/"), content=content, headers=sent)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.ask("GET", path, **headers)

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.ask("POST", path, body, **headers)

    async def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.ask("PUT", path, body, **headers)

    async def made(self, resource: dict[str, Any]) -> dict[str, Any]:
        """The resource as it was stored."""
        answer = await self.post(resource["resourceType"], resource)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def new_token(self, scope: str, **more: Any) -> str:
        house = self.app.state.context.gatehouse
        return (await create_token(house, SYSTEM, name="test", scopes=scope, **more))[0]

    async def audited(self) -> list[tuple[str, int, int]]:
        """(shape, action, outcome) of every audit row so far, oldest first."""
        pool = self.app.state.context.gate.audit.pool
        async with pool.connection() as conn:
            rows = await conn.fetch(
                "SELECT s.text AS what, a.action, a.outcome FROM audit a LEFT JOIN audit_shape s ON s.id = a.what ORDER BY a.at, a.num"
            )
        return [(row["what"] or "", row["action"], row["outcome"]) for row in rows]


@contextlib.asynccontextmanager
async def serving(address: Address, folder: Path, **settings: Any) -> AsyncIterator[Api]:
    app = create_app(Settings(data_dir=folder, database_url=address.to_url(), **settings))
    async with app.router.lifespan_context(app):
        house = app.state.context.gatehouse
        token, _ = await create_token(house, SYSTEM, name="tests", scopes="system/*.cruds")
        api = Api(app, token, address)
        async with api.http:
            yield api


@pytest.fixture(scope="session")
async def api(postgres: Address, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    async with copied_database(postgres, template) as address, serving(address, tmp_path_factory.mktemp("api")) as api:
        yield api


@pytest.fixture(scope="module")
async def wire(postgres: Address, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    """A served record, in whose log no test may leave a failure that nobody expected."""
    async with copied_database(postgres, template) as address, wired(tmp_path_factory.mktemp("wire"), address) as wire:
        yield wire
        assert "failed unexpectedly" not in wire.served.log.read_text()


@pytest.fixture
async def fresh_api(fresh_database: Address, tmp_path: Path) -> AsyncIterator[Api]:
    async with serving(fresh_database, tmp_path) as api:
        yield api


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "active": True, "name": [{"family": "Marsh", "given": ["Ada"]}]} | more


def observation(subject: str = "", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
    }
    if subject:
        made["subject"] = {"reference": subject}
    return made | more


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(method: str, url: str, resource: Any = None, *, full_url: str = "", **request: str) -> dict[str, Any]:
    made: dict[str, Any] = {"request": {"method": method, "url": url, **request}}
    if resource is not None:
        made["resource"] = resource
    return {"fullUrl": full_url} | made if full_url else made


def issue(answer: httpx.Response, status: int, code: str, expression: str | None = None) -> dict[str, Any]:
    """The first issue of a refusal, which has this status and type of issue."""
    assert answer.status_code == status, answer.text
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    first = outcome["issue"][0]
    assert first["code"] == code, outcome
    assert first["severity"] in ("error", "fatal")
    assert first["details"]["text"]
    if expression is not None:
        assert first["expression"] == [expression], outcome
    return first
