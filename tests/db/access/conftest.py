"""An audit in a database of the test's own, and what to fill it with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from osler.access.actors import Actor, Purpose
from osler.access.audit.entry import Action, AuditEntry
from osler.access.audit.key import AuditKey, load_key
from osler.access.audit.log import AuditLog
from osler.core.clock import SetClock
from osler.store.embedded import Address
from osler.store.pool import Pool

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NURSE = Actor("nora", "user", "Nora Nurse", ("nurse",), via="session-1")


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


@pytest.fixture
async def pool(fresh_database: Address) -> AsyncIterator[Pool]:
    pool = Pool(fresh_database.connect_args(), size=6)
    yield pool
    await pool.close()


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


def entry(n: int = 0, **changes) -> AuditEntry:
    """The n-th of many reads, a millisecond apart."""
    return AuditEntry(
        **{
            "at": START + timedelta(milliseconds=n),
            "actor": NURSE,
            "action": Action.READ,
            "purpose": Purpose.TREATMENT,
            "what": "Observation",
            "type": 7,
            "target": 1000 + n,
            "pat": -5 - n % 10,
            "n": 1,
        }
        | changes
    )
