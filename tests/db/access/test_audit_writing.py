"""Rows are numbered without gaps whatever becomes of the transaction, and none is answered before it is in."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from osler.access.actors import Actor
from osler.access.audit.entry import Action
from osler.access.audit.key import AuditKey
from osler.access.audit.log import AuditLog
from osler.access.audit.verify import AuditReport, verify
from osler.core.errors import Conflict, Invalid, Unavailable
from osler.store.audit import INSERT_ROW
from osler.store.embedded import Address
from osler.store.partitions import ensure_partitions
from osler.store.pool import Pool
from tests.conftest import copied_database
from tests.db.access.conftest import START, entry
from tests.db.processes import until_so


async def report_of(log: AuditLog) -> AuditReport:
    async with log.pool.connection() as conn:
        return await verify(conn, log.key)


async def rows_of(log: AuditLog) -> list[tuple[int, int]]:
    async with log.pool.connection() as conn:
        return [(r["writer"], r["num"]) for r in await conn.fetch("SELECT writer, num FROM audit ORDER BY 1, 2")]


async def test_a_write_and_its_audit_row_commit_together(log, pool):
    async with log.transaction(pool) as conn:
        await conn.execute("CREATE TABLE thing (n int)")
        await log.write(conn, entry(action=Action.CREATE))
        await log.write(conn, entry(action=Action.CREATE))
    async with pool.connection() as conn:
        row = await conn.fetchrow("SELECT * FROM audit WHERE num = 2")
        assert (row["at"], row["action"], row["target"], row["pat"], row["type"], row["n"]) == (
            START,
            4,
            1000,
            -5,
            7,
            1,
        )
        actor = await conn.fetchrow("SELECT kind, ref, display, via FROM audit_actor WHERE id = $1", row["actor"])
        assert tuple(actor) == ("user", "nora", "Nora Nurse", "session-1")
        assert await conn.fetchval("SELECT text FROM audit_shape WHERE id = $1", row["what"]) == "Observation"


async def test_a_rolled_back_write_leaves_no_row_and_no_gap(log, pool):
    for fails in (False, True, False, True, True, False):
        try:
            async with log.transaction(pool) as conn:
                await log.write(conn, entry())
                if fails:
                    raise Invalid("no")
        except Invalid:
            pass
    assert [num for _, num in await rows_of(log)] == [1, 2, 3]
    assert (await report_of(log)).clean


async def test_a_database_error_retires_the_connection_and_leaves_no_gap(log, pool):
    for statement in ("SELECT 1", "SELECT 1/0", "SELECT 1"):
        try:
            async with log.transaction(pool) as conn:
                await log.write(conn, entry())
                await conn.execute(statement)
        except asyncpg.DivisionByZeroError:
            pass
    assert [num for _, num in await rows_of(log)] == [1, 1]
    assert (await report_of(log)).clean


async def test_a_commit_that_the_database_turned_into_a_rollback_is_not_taken_for_one(log, pool):
    async def swallow() -> None:
        async with log.transaction(pool) as conn:
            await log.write(conn, entry())
            with pytest.raises(asyncpg.DivisionByZeroError):
                await conn.execute("SELECT 1/0")

    with pytest.raises(Unavailable, match="rolled the change back"):
        await swallow()
    async with log.transaction(pool) as conn:
        await log.write(conn, entry())
    await log.sealer.seal(adopt=True)
    assert len(await rows_of(log)) == 1
    assert (await report_of(log)).clean


@pytest.mark.parametrize("committed", [True, False], ids=["committed after all", "rolled back after all"])
async def test_a_commit_of_unknown_outcome_makes_no_false_alarm(log, pool, committed):
    """The connection dies around COMMIT: its writer ends there, with its last row or without."""
    async with log.transaction(pool) as conn:
        await log.write(conn, entry(0))
    await log.sealer.seal()

    cut: list[int] = []

    async def cut_off() -> None:
        async with log.transaction(pool) as conn:
            await log.write(conn, entry(1))
            if committed:
                await conn.execute("COMMIT")
            cut.append(conn.pg.get_server_pid())
            conn.pg.terminate()

    with pytest.raises(Unavailable):
        await cut_off()
    async with log.transaction(pool) as conn:
        await log.write(conn, entry(2))
    await _ended(pool, cut)
    await log.sealer.seal(adopt=True)
    assert await rows_of(log) == ([(1, 1), (1, 2), (2, 1)] if committed else [(1, 1), (2, 1)])
    report = await report_of(log)
    assert report.clean
    assert report.sealed == report.rows


async def test_an_end_that_was_never_reported_gives_the_connection_a_new_writer(log, pool):
    """A caller that forgot `committed` must not cause numbers to be skipped or used twice."""
    async with pool.connection() as conn:
        for _ in range(2):
            await log.ready(conn)
            async with conn.pg.transaction():
                await log.write(conn, entry())
    assert await rows_of(log) == [(1, 1), (2, 1)]
    assert (await report_of(log)).clean


async def test_reads_that_wait_go_in_together(log, pool):
    await asyncio.gather(*(log.record(entry(n)) for n in range(3000)))
    async with pool.connection() as conn:
        commits = await conn.fetchval("SELECT count(DISTINCT xmin::text) FROM audit")
    assert len(await rows_of(log)) == 3000
    assert commits <= 10


async def test_a_row_is_in_before_record_returns(log):
    for n in range(1, 4):
        await log.record(entry(n))
        assert len(await rows_of(log)) == n


async def test_an_answer_whose_reader_left_still_leaves_a_row(log):
    tasks = [asyncio.create_task(log.record(entry(n))) for n in range(5)]
    await asyncio.sleep(0)
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(await rows_of(log)) == 5


async def test_without_the_database_no_read_is_answered_and_afterwards_all_is_well(log, pool):
    await log.record(entry(0))
    async with pool.connection() as conn:
        await conn.execute("ALTER TABLE audit RENAME TO away")
    results = await asyncio.gather(*(log.record(entry(n)) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable] * 3
    async with pool.connection() as conn:
        await conn.execute("ALTER TABLE away RENAME TO audit")
    await log.record(entry(4))
    await log.sealer.seal(adopt=True)
    assert (await report_of(log)).clean


async def test_killed_backends_cost_their_waiters_and_nothing_else(log, pool):
    killed: list[int] = []

    async def kill() -> None:
        killer = await asyncpg.connect(**pool.connect)  # none of those that it kills
        for _ in range(6):
            await asyncio.sleep(0.02)
            found = await killer.fetch(
                "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            killed.extend(row["pid"] for row in found)
        await killer.close()

    async def read() -> int:
        done = 0
        for n in range(150):
            try:
                await log.record(entry(n))
                done += 1
            except Unavailable:
                pass
        return done

    *answered, _ = await asyncio.gather(*(read() for _ in range(4)), kill())
    await _ended(pool, killed)
    await log.sealer.seal(adopt=True)
    report = await report_of(log)
    assert report.clean
    assert report.rows >= sum(answered)
    assert report.sealed == report.rows


async def test_after_stopping_nothing_is_taken_any_more(log):
    await log.record(entry())
    await log.stop()
    with pytest.raises(Unavailable):
        await log.record(entry())


async def test_stopping_writes_and_seals_what_waits(log):
    waiting = [asyncio.create_task(log.record(entry(n))) for n in range(20)]
    await asyncio.sleep(0)
    await log.stop()
    await asyncio.gather(*waiting)
    report = await report_of(log)
    assert (report.rows, report.sealed) == (20, 20)


async def test_a_process_that_died_unsealed_is_sealed_by_the_next(pool: Pool, database: Address, key: AuditKey, clock):
    first = Pool(database.connect_args(), size=3)
    log = AuditLog(first, key, clock=clock)
    await log.start(sealing=False)
    for n in range(7):
        await log.record(entry(n))
    died = [conn.pg.get_server_pid() for conn in first._idle]
    for conn in first._idle:
        conn.pg.terminate()
    log.batcher._task.cancel()

    await _ended(pool, died)
    other = AuditLog(pool, key, clock=clock)
    await other.start(sealing=False)
    await other.sealer.seal(adopt=True)
    report = await report_of(other)
    assert (report.clean, report.rows, report.sealed) == (True, 7, 7)
    await other.stop()


async def test_rows_of_reads_that_a_crash_took_back_are_never_sealed(log: AuditLog, pool: Pool):
    async with log.pool.connection() as conn:
        writer = await log.writer(conn)
        for n in range(3):
            await conn.execute(INSERT_ROW, *writer.stamp(entry(n), *await log.interned.ids(entry(n))))
            writer.committed()
        writer.stamp(entry(3), 1, 0)
        writer.committed()  # told as committed without waiting for the disk; then the server was killed
        killed = conn.pg.get_server_pid()
        conn.pg.terminate()
    await _ended(pool, [killed])
    await log.sealer.seal()
    report = await report_of(log)
    assert (report.faults, report.rows, report.sealed) == ([], 3, 3)


async def test_two_processes_make_one_chain_of_seals(pool: Pool, database: Address, key: AuditKey):
    pools = [Pool(database.connect_args(), size=3) for _ in range(2)]
    logs = [AuditLog(pool, key) for pool in pools]
    for log in logs:
        await log.start(sealing=False)
    for n in range(30):
        await asyncio.gather(*(log.record(entry(n)) for log in logs))
        await asyncio.gather(*(log.sealer.seal() for log in logs))
    report = await report_of(logs[0])
    assert (report.clean, report.rows, report.sealed) == (True, 60, 60)
    assert report.seals == 60
    for log, pool in zip(logs, pools, strict=True):
        await log.stop()
        await pool.close()


async def test_verifying_beside_a_busy_server_raises_no_false_alarm(log, pool):
    stop = asyncio.Event()

    async def busy() -> None:
        n = 0
        while not stop.is_set():
            await log.record(entry(n := n + 1))
            async with log.transaction(pool) as conn:
                await log.write(conn, entry(n))

    async def seal() -> None:
        while not stop.is_set():
            await log.sealer.seal(adopt=True)
            await asyncio.sleep(0.003)

    tasks = [asyncio.create_task(each) for each in (busy(), busy(), seal())]
    reports: list[AuditReport] = []

    async def verified_while_rows_came() -> bool:
        reports.append(await report_of(log))
        return len(reports) >= 20 and len({report.rows for report in reports}) >= 10

    await until_so(verified_while_rows_came)
    stop.set()
    await asyncio.gather(*tasks)
    assert [report.faults for report in reports if not report.clean] == []


async def test_the_sealer_works_by_itself(pool: Pool, key: AuditKey, monkeypatch):
    monkeypatch.setattr("osler.access.audit.sealer.EVERY_SECONDS", 0.02)
    log = AuditLog(pool, key)
    await log.start()
    await log.record(entry())

    async def sealed() -> bool:
        return (await report_of(log)).sealed == 1

    await until_so(sealed)
    await log.stop()


async def test_odd_names_and_shapes_are_kept_within_bounds(log, monkeypatch):
    monkeypatch.setattr("osler.access.audit.intern.MAX_SHAPES", 3)
    await log.record(entry(actor=Actor("odd", "client", "Nul\0\n“quoted” ☃")))
    for n in range(8):
        await log.record(entry(n, what=f"Shape{n}" * 100))
    async with log.pool.connection() as conn:
        texts = [row["text"] for row in await conn.fetch("SELECT text FROM audit_shape")]
    assert max(map(len, texts)) == 200
    assert "other" in texts
    assert len(texts) <= 4
    assert (await report_of(log)).clean


async def test_rows_of_a_month_whose_partition_comes_later_stay_whole(postgres, template, key):
    async with copied_database(postgres, template) as address:
        pool = Pool(address.connect_args(), size=3)
        log = AuditLog(pool, key)
        await log.start(sealing=False)
        for days in (0, 40, 400, -400):
            await log.record(entry(at=START + timedelta(days=days)))
        async with pool.connection() as conn:
            made = await ensure_partitions(conn.pg, START)
            assert "audit_2026_04" in made
            assert await conn.fetchval("SELECT count(*) FROM audit_2026_04") == 1
            with pytest.raises(asyncpg.RaiseError):
                await conn.execute("DELETE FROM audit_2026_04")
        await log.record(entry())
        report = await report_of(log)
        assert (report.clean, report.rows) == (True, 5)
        await log.stop()
        await pool.close()


async def test_of_two_installations_that_start_at_once_on_one_database_one_is_refused(pool):
    logs = [AuditLog(pool, AuditKey(letter * 32)) for letter in (b"x", b"y")]
    results = await asyncio.gather(*(log.start(sealing=False) for log in logs), return_exceptions=True)
    assert sorted(type(result) for result in results if result) == [Conflict]
    for log in logs:
        await log.stop()


async def test_a_second_installation_with_its_own_key_is_refused(log, pool):
    with pytest.raises(Conflict):
        await AuditLog(pool, AuditKey(b"x" * 32)).start()


async def _ended(pool: Pool, backends: list[int]) -> None:
    """Waits until these have ended on the server as well, and the pool knows of those that it had."""
    watcher = await asyncpg.connect(**pool.connect)

    async def gone() -> bool:
        left = await watcher.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY ($1)", backends)
        ours = [conn.pg for conn in pool._idle if conn.pg.get_server_pid() in backends]
        return left == 0 and all(each.is_closed() for each in ours)

    await until_so(gone)
    await watcher.close()
