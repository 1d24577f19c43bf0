"""A practice to test pages in: the application over a real database with a few patients of the synthetic clinic."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from argon2 import PasswordHasher

from osler.access import passwords
from osler.access.actors import SYSTEM
from osler.access.bulk import Item, Loader
from osler.access.maintenance import Job, maintenance
from osler.access.users import create_user
from osler.app import Application, create_app
from osler.core.settings import Settings
from osler.demo import generate, staff
from osler.store.embedded import Address

ZONE = "America/New_York"
ORIGIN = "http://osler.test"
PASSWORD = "correct horse battery"
DELGADO, NEW, NO_ALLERGIES = "delgado", 1, 2
"""The showpiece's id, and the numbers of a patient who was never asked and of one without allergies."""
OPENED = datetime(2026, 11, 18, 10, 40, tzinfo=ZoneInfo(ZONE))
"""A Wednesday morning: so that nothing depends on the day or hour at which the tests are run."""
_began = time.monotonic()


def present() -> datetime:
    """What time it is in the practice."""
    return (OPENED + timedelta(seconds=time.monotonic() - _began)).astimezone(UTC)


@dataclass
class Practice:
    """The running application. `patients` are ids by their number in the synthetic clinic."""

    app: Application
    patients: list[str]

    @contextlib.asynccontextmanager
    async def person(self, login: str = "okafor") -> AsyncIterator[Person]:
        """Somebody of the staff at a browser, signed in."""
        async with self.browser() as http:
            answer = await http.post("/sign-in", data={"username": login, "password": PASSWORD, "next": "/"})
            assert answer.status_code == 303, answer.text
            yield Person(http)

    @contextlib.asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"origin": ORIGIN}) as http:
            yield http

    async def audited(self) -> list[dict[str, Any]]:
        """Every audit row so far, oldest first."""
        pool = self.app.state.context.gate.audit.pool
        async with pool.connection() as conn:
            rows = await conn.fetch(
                "SELECT s.text AS what, a.action, a.outcome, a.target, a.pat, a.n FROM audit a"
                " LEFT JOIN audit_shape s ON s.id = a.what ORDER BY a.at, a.num"
            )
        return [dict(row) for row in rows]

    def self_of(self, type_: str, id_: str) -> int:
        return self.app.state.context.gate.store.hasher.self_of(type_, id_)


@dataclass
class Person:
    http: httpx.AsyncClient

    async def page(self, path: str, status: int = 200) -> str:
        answer = await self.http.get(path)
        assert answer.status_code == status, (
            f"{answer.status_code} {answer.headers.get('location')} {answer.text[:500]}"
        )
        return answer.text

    async def panel(self, path: str) -> str:
        """A form, as the side panel asks for it."""
        answer = await self.http.get(path, headers={"HX-Request": "true", "HX-Target": "panel"})
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, path: str, *, on: str = "", **fields: str) -> httpx.Response:
        """A form of the side panel, sent by htmx from the page `on`."""
        headers = {"HX-Request": "true", "HX-Target": "panel", "HX-Current-URL": f"{ORIGIN}{on}"}
        return await self.http.post(path, data=fields, headers=headers)

    async def form(self, path: str) -> dict[str, str]:
        """The hidden fields of a form."""
        text = await self.panel(path)
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))


def undo_of(text: str) -> str:
    """Where the message of an answer leads to take it back."""
    found = re.search(r'action="(/patients/[^"]+/undo/[^"]+)"', text)
    assert found, text
    return found[1]


@contextlib.asynccontextmanager
async def open_practice(address: Address, folder: Path, count: int = 5) -> AsyncIterator[Practice]:
    """Everything of the clinic that pages need, with `count` patients besides the showpiece."""
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    usual, passwords._passwords = passwords._passwords, quick
    settings = Settings(data_dir=folder, database_url=address.to_url(), zone=ZONE, demo=True, access_log=False)
    app = create_app(settings, clock=present)
    try:
        async with app.router.lifespan_context(app):
            yield Practice(app, await _fill(app, count))
    finally:
        passwords._passwords = usual


async def _fill(app: Application, count: int) -> list[str]:
    context = app.state.context
    now = present().astimezone(ZoneInfo(ZONE))
    ids: list[str] = []
    async with maintenance(context.gate.audit, Job.DEMO, SYSTEM) as door:
        loader = Loader(context.gate, door, SYSTEM)
        for batch in generate(1, count + 1, today=now.date(), zone=ZONE, now=now):
            await loader.load([Item(each, each["id"], "demo") for each in batch], last=True)
            ids += [each["id"] for each in batch if each["resourceType"] == "Patient"]
    for account in staff():
        await create_user(
            app.state.office.gatehouse, SYSTEM, login=account.login, password=PASSWORD, roles=(account.role,),
            display=account.name, practitioner=account.practitioner,
        )  # fmt: skip
    return ids
