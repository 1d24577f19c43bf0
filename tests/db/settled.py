"""When what was written can be read from the feed of changes."""

from __future__ import annotations

import asyncio

from osler.store.pool import Pool
from tests.db.processes import PATIENCE

_WAITING = """SELECT EXISTS (SELECT 1 FROM change, pg_current_snapshot() s
WHERE change.tx >= pg_snapshot_xmin(s) AND change.tx < pg_snapshot_xmax(s))"""


async def settled(pool: Pool) -> None:
    """Waits until every change shows: the feed holds back what any transaction of the server that still runs is older
    than, and applications of other tests keep their own databases up all the time."""
    async with pool.connection() as conn, asyncio.timeout(PATIENCE):
        while True:
            if not await conn.fetchval(_WAITING):
                return
            await asyncio.sleep(0.02)
