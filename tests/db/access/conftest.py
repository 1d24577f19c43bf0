"""An audit in a database of the test's own, and what to fill it with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from argon2 import PasswordHasher
from pyotp.totp import TOTP

from osler.access import passwords, users
from osler.access.actors import Actor, Purpose
from osler.access.audit.entry import Action, AuditEntry
from osler.access.audit.key import AuditKey, load_key
from osler.access.audit.log import AuditLog
from osler.access.gatehouse import Gatehouse
from osler.access.sessions import Sessions
from osler.access.sign_in import SignedIn, sign_in
from osler.core.clock import SetClock
from osler.core.errors import Invalid
from osler.store.embedded import Address
from osler.store.pool import Pool
from tests.conftest import copied_database

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NURSE = Actor("nora", "user", "Nora Nurse", ("nurse",), via="session-1")


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


TABLES = (
    "audit, audit_writer, audit_actor, audit_shape, audit_key, seal, "
    "account, recovery_code, session, api_token, sign_in_failure, property, term, resource"
)


@pytest.fixture(scope="module")
async def database(postgres: Address, template: str) -> AsyncIterator[Address]:
    """A database for the tests of one file; `pool` leaves it empty."""
    async with copied_database(postgres, template) as address:
        yield address


@pytest.fixture
async def pool(database: Address) -> AsyncIterator[Pool]:
    pool = Pool(database.connect_args(), size=6)
    yield pool
    await pool.close()
    await empty(database)


async def empty(database: Address) -> None:
    connection = await asyncpg.connect(**database.connect_args())
    for table in ("audit", "seal"):
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await connection.execute(f"TRUNCATE {TABLES} RESTART IDENTITY")
    for table in ("audit", "seal"):
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    await connection.close()


@pytest.fixture
def key(tmp_path: Path) -> AuditKey:
    return load_key(tmp_path / "keys")


@pytest.fixture
async def log(pool: Pool, key: AuditKey, clock: SetClock, tmp_path: Path) -> AsyncIterator[AuditLog]:
    """A started log whose sealer only works when a test asks it to."""
    log = AuditLog(pool, key, anchor=tmp_path / "keys" / "audit.anchor", clock=clock)
    await log.start(sealing=False)
    yield log
    await log.stop()


def entry(place: int = 0, /, **changes) -> AuditEntry:
    """One of many reads, a millisecond apart."""
    return AuditEntry(
        **{
            "at": START + timedelta(milliseconds=place),
            "actor": NURSE,
            "action": Action.READ,
            "purpose": Purpose.TREATMENT,
            "what": "Observation",
            "type": 7,
            "target": 1000 + place,
            "pat": -5 - place % 10,
            "n": 1,
        }
        | changes
    )


ADMIN = Actor("admin", "user", "Ada Admin", ("administrator",))
PASSWORD = "correct horse battery"


@pytest.fixture
def house(pool: Pool, log: AuditLog, clock: SetClock) -> Gatehouse:
    return Gatehouse(pool, log, clock)


@pytest.fixture(autouse=True)
def _quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Argon2 costs is measured in its own test; here it would only be slow."""
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    monkeypatch.setattr(passwords, "_passwords", quick)
    monkeypatch.setattr(passwords, "_NOBODY", quick.hash("nobody's"))


HERE = "192.0.2.1"


class Ticks:
    """The monotonic clock of the cache, moved by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def sessions(house, ticks) -> Sessions:
    return Sessions(house, ticks=ticks)


@pytest.fixture
async def nora(house) -> users.User:
    return await users.create_user(
        house,
        ADMIN,
        login="Nora",
        password=PASSWORD,
        roles=["nurse"],
        display="Nora N",
        practitioner="pr1",
        sites=frozenset("s"),
    )


async def enter(house, password: str = PASSWORD, login: str = "nora", **named) -> SignedIn:
    return await sign_in(house, login, password, address=HERE, **named)


@pytest.fixture
async def device(house, clock, nora) -> tuple[TOTP, list[str]]:
    """Nora's device and recovery codes."""
    actor = actor_of(nora)
    secret, address = await users.begin_second_factor(house, actor)
    assert address.startswith("otpauth://")
    with pytest.raises(Invalid):
        await users.confirm_second_factor(house, actor, "000000")
    assert not (await enter(house)).needs_code
    codes = await users.confirm_second_factor(house, actor, TOTP(secret).at(clock()))
    clock.advance(timedelta(seconds=30))
    return TOTP(secret), codes


def actor_of(user: users.User) -> Actor:
    return Actor(user.id, "user", user.display, user.roles)


async def audited(house) -> list[tuple[int, int]]:
    """(action, outcome) of every audit row."""
    async with house.pool.connection() as conn:
        rows = await conn.fetch("SELECT action, outcome FROM audit ORDER BY at, writer, num")
    return [(row["action"], row["outcome"]) for row in rows]
