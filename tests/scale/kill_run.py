"""Kill points: `python -m tests.scale.kill_run [POINTS] [SEED]` strikes a serving Osler until it has had so many.

In each round eight writers work over the API; something is killed with SIGKILL at a moment of the seed's choosing, now
and then again while the rest recovers; when the server is ready again, everything that was acknowledged must be there,
word for word, every law of the database must hold, and the audit must be whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from osler.access.audit.key import load_key
from osler.access.audit.sealer import read_anchor
from osler.access.audit.verify import verify
from osler.access.opening import ANCHOR
from osler.core.errors import Unavailable
from osler.store.embedded import Address
from osler.store.embedded.attach import find_running
from osler.store.pool import Pool
from osler.store.store import Store, open_store
from osler.store.write import unpack
from tests.db.processes import PATIENCE
from tests.scale.invariants import broken_laws, stale_indexes
from tests.scale.kill_ledger import Ledger, Version
from tests.scale.kill_served import STRIKES, Served
from tests.scale.kill_writers import MARK, Writer

WRITERS = 8
POINTS_A_LIFE = 25
AGAIN = 0.2
"""How often something is killed again before the server has recovered."""


@dataclass
class Tally:
    """What a run came to."""

    points: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    requests: int = 0
    doubtful: int = 0
    versions: int = 0
    audit_rows: int = 0
    recovery: list[float] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.points.items()))
        longest = max(self.recovery, default=0.0)
        mean = sum(self.recovery) / max(1, len(self.recovery))
        return (
            f"{self.points.total()} kill points ({kinds}); {self.requests} requests, {self.acknowledged} versions acknowledged, "
            f"{self.doubtful} requests left without an answer, {self.versions} versions in the record, {self.audit_rows} audit rows; "
            f"ready again after {mean:.1f} s on average, {longest:.1f} s at most; {time.monotonic() - self.began:.0f} s"
        )


async def run(points: int, seed: int, folder: Path, *, life: int = POINTS_A_LIFE) -> Tally:
    """Raises AssertionError with everything wrong at the first kill point after which something is."""
    tally = Tally()
    for number in itertools.count():
        left = points - tally.points.total()
        if left <= 0:
            return tally
        life_seed = seed * 1000 + number
        print(f"life {number}: seed {life_seed}, {tally.points.total()} points so far", flush=True)
        async with _living(folder / f"life{number}", life_seed) as life_:
            await life_.strikes(min(left, life), tally)
    raise AssertionError


@contextlib.asynccontextmanager
async def _living(data_dir: Path, seed: int) -> AsyncIterator[Life]:
    served = Served(data_dir)
    served.start()
    try:
        await served.ready()
        token = await asyncio.to_thread(served.token)
        address = await _running(data_dir)
        store = await open_store(address.connect_args(), size=2)
        try:
            yield Life(served, store, token, seed)
        finally:
            await store.close()
    finally:
        await served.end()
    shutil.rmtree(data_dir)


async def _running(data_dir: Path) -> Address:
    async with asyncio.timeout(PATIENCE):
        while True:
            if address := await find_running(data_dir):
                return address
            await asyncio.sleep(0.1)


class Life:
    """One data folder, from its making to the end of its kill points."""

    def __init__(self, served: Served, store: Store, token: str, seed: int) -> None:
        self.served, self.store, self.seed = served, store, seed
        self.chance = random.Random(seed)
        self.ledger = Ledger()
        self._record = 0, 0
        self._go = asyncio.Event()
        count = itertools.count()
        self.writers = [Writer(n, seed, served.port, token, self.ledger, self._go, count) for n in range(WRITERS)]

    async def strikes(self, points: int, tally: Tally) -> None:
        tasks = [asyncio.create_task(each.work()) for each in self.writers]
        done = 0
        try:
            while done < points:
                done += await self._round(points - done, tasks, tally)
            faults = await self._once_there(lambda: stale_indexes_of(self.store))
            assert not faults, self._told(faults, "at the end")
            assert MARK not in self.served.log.read_text(errors="replace"), "a patient's name is in the log"
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for each in self.writers:
                each.client.close()
        tally.requests += sum(each.requests for each in self.writers)
        tally.acknowledged += self.ledger.versions
        tally.doubtful += len(self.ledger.doubtful)
        tally.versions += self._record[0]
        tally.audit_rows += self._record[1]

    async def _round(self, left: int, tasks: list[asyncio.Task[None]], tally: Tally) -> int:
        self._go.set()
        await asyncio.sleep(0.1 + self.chance.random() * 0.5)
        struck = [self._strike(tally)]
        while len(struck) < left and self.chance.random() < AGAIN:
            await asyncio.sleep(self.chance.random() * 1.5)
            struck.append(self._strike(tally))
        await asyncio.sleep(self.chance.random() * 0.2)
        failed = [each.exception() for each in tasks if each.done()]
        assert not failed, failed
        self._go.clear()
        await asyncio.gather(*(each.pause() for each in self.writers))
        tally.recovery.append(await self.served.ready())
        faults = await self._look(tally)
        assert not faults, self._told(faults, f"after {' and '.join(struck)}")
        return len(struck)

    def _strike(self, tally: Tally) -> str:
        what = self.chance.choices(list(STRIKES), list(STRIKES.values()))[0]
        tally.points[what] += 1
        self.served.strike(what, self.chance)
        return what

    async def _look(self, tally: Tally) -> list[str]:
        """Everything that is wrong with the record now."""

        async def look() -> list[str]:
            found = await versions(self.store)
            async with self.store.pool.connection() as conn:
                faults = self.ledger.faults(found) + await broken_laws(conn)
            audit, rows = await _audit_faults(self.store.pool, self.served.data_dir / "keys")
            self._record = len(found), rows
            return faults + audit

        return await self._once_there(look)

    async def _once_there(self, look: Callable[[], Awaitable[list[str]]]) -> list[str]:
        """The database may go once more before it has all started."""
        while True:
            try:
                return await look()
            except Unavailable:
                await asyncio.sleep(0.1)

    def _told(self, faults: list[str], when: str) -> str:
        more = f"\n… and {len(faults) - 20} more" if len(faults) > 20 else ""
        return f"seed {self.seed}, {when}:\n" + "\n".join(faults[:20]) + more


async def versions(store: Store) -> dict[Version, bytes | None]:
    """Every version of the record, with its body; None for deletions."""
    query = (
        "SELECT type, id, ver, deleted, body FROM resource UNION ALL SELECT type, id, ver, deleted, body FROM history"
    )
    async with store.pool.connection() as conn:
        rows = await conn.fetch(query)
        return {
            (store.type_name(row["type"]), row["id"], row["ver"]): None
            if row["deleted"]
            else await unpack(store, row["body"])
            for row in rows
        }


async def stale_indexes_of(store: Store) -> list[str]:
    async with store.pool.connection() as conn:
        return await stale_indexes(store, conn)


async def _audit_faults(pool: Pool, keys: Path) -> tuple[list[str], int]:
    anchor = read_anchor(keys / ANCHOR)  # before the rows: it may only be older than they are
    async with pool.connection() as conn:
        report = await verify(conn, load_key(keys), anchor=anchor)
    return [f"AUDIT: {each.message}" for each in report.faults[:5]], report.rows


def main() -> None:
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    print(f"{points} kill points, seed {seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="osler-kills-"))
    print(asyncio.run(run(points, seed, folder)))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
