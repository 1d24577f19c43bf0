"""A crash is never mistaken for a theft: after every kill the audit is whole, and holds every acknowledged write."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from osler.access.audit.entry import Action
from osler.access.audit.key import load_key
from osler.access.audit.log import AuditLog
from osler.access.audit.sealer import read_anchor
from osler.access.audit.verify import AuditReport, verify
from osler.core.clock import now
from osler.core.errors import Unavailable
from osler.store.embedded import Address
from osler.store.opening import bring_up_to_date
from osler.store.pool import Pool
from tests.db.access.conftest import entry
from tests.db.processes import AWAY, PATIENCE, Holder, until, working_in
from tests.db.test_durability import KILLS, SEED, strike

LOST = (Unavailable, *AWAY)


@pytest.mark.slow
async def test_after_every_kill_the_audit_is_clean_and_holds_what_was_acknowledged(data_dir: Path, tmp_path: Path):
    chance = random.Random(SEED)
    holder = Holder(data_dir)
    url = (await holder.ready())["url"]
    await bring_up_to_date(Address(url=url), now=now())
    pool, audit_pool = Pool(url, size=4), Pool(url, size=3, settings={"synchronous_commit": "off"})
    anchor = tmp_path / "audit.anchor"
    log = AuditLog(audit_pool, load_key(tmp_path), anchor=anchor)
    await log.start(sealing=False)
    done = {"reads": 0, "writes": 0, "seals": 0}
    tasks = [asyncio.create_task(each) for each in (*_busy(log, pool, done), _sealing(log, done))]
    try:
        for _ in range(max(3, KILLS // 2)):
            before = dict(done)
            await until(lambda before=before: all(done[each] > before[each] + 5 for each in done))
            await asyncio.sleep(chance.random() * 0.2)
            holder = await strike(chance, holder)
            noted, written = read_anchor(anchor), done["writes"]
            report = await _verified(log, noted)
            assert report.clean, report.faults[:5]
            assert report.rows >= written
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await pool.close()
        await audit_pool.close()
        holder.kill()
        await until(lambda: not working_in(data_dir / "pg"))
    print(
        f"\nseed {SEED}, {max(3, KILLS // 2)} kills: {done}, {report.rows} rows by {report.writers} writers, {report.sealed} sealed"
    )


def _busy(log: AuditLog, pool: Pool, done: dict[str, int]):
    async def read(place: int) -> None:
        while True:
            try:
                await log.record(entry(place, at=now()))
                done["reads"] += 1
            except LOST:
                await asyncio.sleep(0.02)

    async def write(place: int) -> None:
        while True:
            try:
                async with log.transaction(pool) as conn:
                    await log.write(conn, entry(place, at=now(), action=Action.CREATE))
                done["writes"] += 1
            except LOST:
                await asyncio.sleep(0.02)

    return [read(1), read(2), read(3), write(1), write(2), write(3)]


async def _sealing(log: AuditLog, done: dict[str, int]) -> None:
    while True:
        try:
            await log.sealer.seal(adopt=True)
            done["seals"] += 1
        except LOST:
            pass
        await asyncio.sleep(0.01)


async def _verified(log: AuditLog, anchor: tuple[int, bytes] | None) -> AuditReport:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with log.pool.connection() as conn:
                    return await verify(conn, log.key, anchor=anchor)
            except LOST:
                await asyncio.sleep(0.05)
