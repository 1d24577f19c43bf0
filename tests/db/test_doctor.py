"""What the doctor finds in a record that is in use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from osler.core.settings import Settings
from osler.store import diagnosis
from osler.store.diagnosis import diagnose
from osler.store.embedded import Address
from tests.db.processes import ask

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def test_the_doctor_says_fourteen_days_before_which_token_ends(fresh_database: Address, data_dir: Path):
    settings = Settings(data_dir=data_dir, database_url=fresh_database.to_url())
    tomorrow = NOW + timedelta(days=1)
    add = "INSERT INTO api_token (id, name, hash, scopes, roles, created_at, created_by, expires_at, revoked_at) VALUES"
    for id_, name, ends, revoked in (
        ("t1", "Analyzer", tomorrow, None), ("t2", "Distant", NOW + timedelta(days=15), None),
        ("t3", "Gone", NOW - timedelta(days=1), None), ("t4", "Revoked", tomorrow, NOW), ("t5", "Endless", None, None),
    ):  # fmt: skip
        made, until, taken = (f"'{each.isoformat()}'" if each else "NULL" for each in (NOW, ends, revoked))
        await ask(
            fresh_database.to_url(),
            f"{add} ('{id_}', '{name}', '{id_}', '{{}}', '{{}}', {made}, 'me', {until}, {taken})",
        )

    async def told(now: datetime) -> list[tuple[bool, str]]:
        return [(each.good, each.message) for each in await diagnose(settings, now=now) if each.subject == "tokens"]

    assert await told(NOW) == [(False, "Analyzer (t1) ends on 2026-11-22")]
    assert await told(NOW - timedelta(days=20)) == [(True, "none ends within 14 days")]


@pytest.mark.parametrize(
    ("host", "base_url", "good"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("0.0.0.0", "", False),
        ("0.0.0.0", "https://osler.example.org", True),
    ],
)
def test_links_that_follow_each_request_are_a_problem_where_others_connect(host: str, base_url: str, good: bool):
    assert diagnosis._address(Settings(host=host, base_url=base_url)).good is good


@pytest.mark.parametrize(("theirs", "good", "apart"), [(30, True, "0.0"), (-10, False, "10.0"), (70, False, "10.0")])
async def test_an_answer_that_took_a_minute_says_nothing_of_the_clocks(
    theirs: int, good: bool, apart: str, monkeypatch: pytest.MonkeyPatch
):
    ours = iter((NOW, NOW + timedelta(minutes=1)))

    class Minute(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return next(ours)

    class Server:
        async def fetchval(self, _sql: str) -> datetime:
            return NOW + timedelta(seconds=theirs)

    monkeypatch.setattr(diagnosis, "datetime", Minute)
    found = await diagnosis._clock(Server())  # type: ignore[arg-type]
    assert (found.good, found.message) == (good, f"{apart} s between this machine and the database server")
