"""A hundred thousand accesses verify clean and small; whatever is then changed, removed or added is found and located."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from osler.access.audit.key import AuditKey, load_key
from osler.access.audit.log import AuditLog
from osler.access.audit.sealer import read_anchor
from osler.access.audit.verify import AuditReport, verify
from osler.core.errors import Conflict
from osler.store.embedded import Address
from osler.store.pool import Connection, Pool
from tests.conftest import copied_database
from tests.db.access.conftest import entry

ROWS = 100_000
SEALED_EVERY = 10_000


@pytest.fixture(scope="module")
async def big_audit(postgres: Address, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple]:
    """A pool and key of an audit with ROWS accesses and ten seals, none of which a test may leave changed."""
    keys = tmp_path_factory.mktemp("audit")
    async with copied_database(postgres, template) as address:
        pool = Pool(address.connect_args(), size=4)
        log = AuditLog(pool, load_key(keys), anchor=keys / "audit.anchor")
        await log.start(sealing=False)
        begun = time.perf_counter()
        for first in range(0, ROWS, SEALED_EVERY):
            for chunk in range(first, first + SEALED_EVERY, 500):
                await asyncio.gather(*(log.record(entry(n)) for n in range(chunk, chunk + 500)))
            await log.sealer.seal()
        print(f"\n{ROWS / (time.perf_counter() - begun):,.0f} audited accesses a second, 500 at a time")
        yield pool, log.key, keys / "audit.anchor"
        await log.stop()
        await pool.close()


@pytest.fixture
async def tampered(big_audit: tuple) -> AsyncIterator[Connection]:
    """A connection that may do what no one should; it is all rolled back."""
    pool: Pool = big_audit[0]
    async with pool.connection() as conn:
        await conn.execute("ALTER TABLE audit DISABLE TRIGGER USER")
        await conn.execute("ALTER TABLE seal DISABLE TRIGGER USER")
        yield conn


async def verified(conn: Connection, key: AuditKey, anchor: Path | None = None) -> AuditReport:
    return await verify(conn, key, anchor=anchor and read_anchor(anchor))


@pytest.mark.slow
async def test_a_hundred_thousand_accesses_are_clean_and_cost_less_than_120_bytes_each(big_audit):
    pool, key, anchor = big_audit
    async with pool.connection() as conn:
        begun = time.perf_counter()
        report = await verified(conn, key, anchor)
        seconds = time.perf_counter() - begun
        sizes = "audit_default", "audit_writer", "audit_actor", "audit_shape", "seal"
        size = sum([await conn.fetchval("SELECT pg_total_relation_size($1::regclass)", name) for name in sizes])
    print(f"\naudit: {size / ROWS:.1f} bytes a request, all tables and indexes; verified {ROWS / seconds:,.0f} rows/s")
    assert report.clean
    assert (report.rows, report.sealed, report.seals) == (ROWS, ROWS, 10)
    assert size / ROWS <= 120
    assert seconds < 10
