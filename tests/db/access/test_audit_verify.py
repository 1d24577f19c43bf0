"""A hundred thousand accesses verify clean and small; what is then changed, removed or added is located."""

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


async def verified(conn: Connection, key: AuditKey, anchor: Path | None = None) -> AuditReport:
    return await verify(conn, key, anchor=anchor and read_anchor(anchor))


async def tamper(conn: Connection, *statements: str) -> None:
    """What somebody with the database's password can do, but who has not read the key."""
    tables = "audit", "seal", "audit_actor", "audit_shape"
    for statement in (
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
        *statements,
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables),
    ):
        await conn.execute(statement)


def found(report: AuditReport) -> set[tuple[str, int]]:
    return {(fault.kind, fault.num) for fault in report.faults}


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


@pytest.mark.slow
async def test_a_flipped_byte_a_deleted_row_and_a_swapped_pair_are_each_located_among_a_hundred_thousand(big_audit):
    pool, key, anchor = big_audit
    async with pool.connection() as conn:
        await tamper(
            conn,
            "UPDATE audit SET target = target # 1 WHERE num = 12345",
            "DELETE FROM audit WHERE num = 54321",
            "UPDATE audit SET num = 86421 + 86422 - num WHERE num IN (86421, 86422)",
        )
        report = await verified(conn, key, anchor)
    assert found(report) == {("changed", 12345), ("missing", 54321), ("changed", 86421), ("changed", 86422)}
    assert {fault.writer for fault in report.faults} == {1}
    assert all(fault.at is not None for fault in report.faults)


@pytest.fixture
async def audit(log: AuditLog) -> AuditLog:
    """Thirty accesses by one writer, sealed at 10, 20 and 25."""
    for first, last in ((0, 10), (10, 20), (20, 25)):
        for n in range(first, last):
            await log.record(entry(n))
        await log.sealer.seal()
    for n in range(25, 30):
        await log.record(entry(n))
    return log


async def after(audit: AuditLog, *statements: str) -> AuditReport:
    async with audit.pool.connection() as conn:
        await tamper(conn, *statements)
        return await verified(conn, audit.key)


async def test_an_untouched_audit_is_clean_and_says_how_much_is_sealed(audit):
    report = await after(audit)
    assert report.clean
    assert (report.rows, report.sealed, report.seals, report.writers) == (30, 25, 3, 1)


@pytest.mark.parametrize(
    "column", ["at", "target", "pat", "mac", "actor", "what", "n", "action", "purpose", "outcome", "type"]
)
async def test_one_flipped_bit_in_any_column_is_located(audit, column):
    flip = "at + interval '1 microsecond'" if column == "at" else f"{column} # 1::{_TYPES[column]}"
    assert found(await after(audit, f"UPDATE audit SET {column} = {flip} WHERE num = 7")) == {("changed", 7)}


_TYPES = dict.fromkeys(("target", "pat", "mac"), "bigint") | dict.fromkeys(("actor", "what", "n"), "integer")
_TYPES |= dict.fromkeys(("action", "purpose", "outcome", "type"), "smallint")


async def test_a_flipped_bit_in_the_number_or_writer_shows_the_row_and_the_hole_it_left(audit):
    assert found(await after(audit, "UPDATE audit SET num = 4096 + 7 WHERE num = 7")) == {
        ("changed", 4103),
        ("missing", 7),
    }
    assert ("missing", 9) in found(await after(audit, "UPDATE audit SET writer = writer + 64 WHERE num = 9"))


@pytest.mark.parametrize("at", ["infinity", "-infinity", "294276-12-31 23:59:59+00", "4713-01-01 00:00:00+00 BC"])
async def test_a_time_beyond_every_calendar_is_located_too(audit, at):
    assert found(await after(audit, f"UPDATE audit SET at = '{at}' WHERE num = 7")) == {("changed", 7)}


@pytest.mark.parametrize("num", [1, 9, 10, 11, 25])
async def test_a_deleted_row_is_located(audit, num):
    assert found(await after(audit, f"DELETE FROM audit WHERE num = {num}")) == {("missing", num)}


async def test_a_run_of_deleted_rows_is_told_once(audit):
    report = await after(audit, "DELETE FROM audit WHERE num BETWEEN 5 AND 22")
    assert found(report) == {("missing", 5)}
    assert report.faults[0].message == "Rows 5 to 22 of writer 1 are missing."


async def test_a_tail_cut_off_below_the_last_seal_is_located(audit):
    report = await after(audit, "DELETE FROM audit WHERE num >= 24")
    assert found(report) == {("missing", 24)}
    assert report.faults[0].message == "Rows 24 to 25 of writer 1 are missing."


async def test_a_writer_that_vanished_whole_is_located(audit):
    assert found(await after(audit, "DELETE FROM audit")) == {("missing", 1)}


@pytest.mark.parametrize(("one", "other"), [(3, 4), (2, 17)])
async def test_a_swapped_pair_is_located(audit, one, other):
    swapped = f"UPDATE audit SET num = {one} + {other} - num WHERE num IN ({one}, {other})"
    assert found(await after(audit, swapped)) == {("changed", one), ("changed", other)}


async def test_rows_whose_content_was_swapped_under_their_numbers_are_located(audit):
    swapped = (
        "UPDATE audit a SET (target, mac) = (SELECT target, mac FROM audit b WHERE b.num = 7 - a.num) "
        "WHERE num IN (3, 4)"
    )
    assert found(await after(audit, swapped)) == {("changed", 3), ("changed", 4)}


async def test_a_forged_row_is_located(audit):
    forged = (
        "INSERT INTO audit SELECT 31, at, target + 1, pat, mac, writer, actor, what, n, action, purpose, outcome, type"
    )
    assert found(await after(audit, f"{forged} FROM audit WHERE num = 30")) == {("changed", 31)}


async def test_a_row_copied_whole_is_located(audit):
    assert found(await after(audit, "INSERT INTO audit SELECT * FROM audit WHERE num = 12")) == {("twice", 12)}


async def test_a_row_from_before_a_roll_back_cannot_stand_in_for_another(audit, key):
    """With the macs of a whole run known, rows still cannot be moved to another writer's name."""
    moved = "INSERT INTO audit_writer (opened_at, pid, started_at) VALUES (now(), 1, now())"
    report = await after(audit, moved, "UPDATE audit SET writer = 2 WHERE num > 25")
    assert {("changed", 26)} <= found(report)


@pytest.mark.parametrize(
    "change",
    [
        "rows = rows + 1",
        "at = at + interval '1 second'",
        "uptos = ARRAY[19]::bigint[]",
        "heads = ARRAY[1]::bigint[]",
        "writers = ARRAY[2]",
        "mac = '\\x00'",
        "heads = '{}'",
        "uptos = ARRAY[NULL]::bigint[]",
    ],
)
async def test_a_changed_seal_is_located_and_blames_no_other(audit, change):
    assert found(await after(audit, f"UPDATE seal SET {change} WHERE num = 2")) == {("seal", 2)}


async def test_a_deleted_seal_is_located(audit):
    assert found(await after(audit, "DELETE FROM seal WHERE num = 2")) == {("seal", 2)}


async def test_last_seals_cut_off_together_with_their_rows_are_missed_by_the_anchor_alone(audit, tmp_path):
    cut = "DELETE FROM seal WHERE num = 3", "DELETE FROM audit WHERE num > 20"
    assert (await after(audit, *cut)).clean
    async with audit.pool.connection() as conn:
        report = await verified(conn, audit.key, tmp_path / "keys" / "audit.anchor")
    assert found(report) == {("anchor", 3)}


async def test_a_renamed_or_removed_actor_and_shape_are_located(audit):
    assert found(await after(audit, "UPDATE audit_actor SET display = 'Somebody Else'")) == {("name", 1)}
    assert found(await after(audit, "DELETE FROM audit_actor")) == {("name", 1)}
    assert found(await after(audit, "UPDATE audit_shape SET text = 'Patient'")) == {("name", 1)}


async def test_the_audit_cannot_be_changed_by_accident(audit):
    async with audit.pool.connection() as conn:
        for statement in (
            "UPDATE audit SET n = 0",
            "DELETE FROM audit",
            "TRUNCATE audit",
            "DELETE FROM seal",
            "TRUNCATE seal",
        ):
            with pytest.raises(Exception, match="only ever added to"):
                await conn.execute(statement)


async def test_another_key_is_refused_instead_of_calling_every_row_changed(audit, tmp_path):
    other = load_key(tmp_path / "elsewhere")
    async with audit.pool.connection() as conn:
        with pytest.raises(Conflict, match="another key"):
            await verify(conn, other)
    with pytest.raises(Conflict, match="another key"):
        await AuditLog(audit.pool, other).start()


async def test_a_history_written_anew_by_somebody_with_the_key_contradicts_the_seals(audit):
    """Such a row proves itself; that it is not the one that was sealed, the running hash says."""
    async with audit.pool.connection() as conn:
        columns = "num, timestamptz_send(at), target + 1, pat, writer, actor, what, n, action, purpose, outcome, type"
        row = await conn.fetchrow(f"SELECT {columns} FROM audit WHERE num = 7")
    report = await after(audit, f"UPDATE audit SET target = target + 1, mac = {audit.key.row(*row)} WHERE num = 7")
    assert found(report) == {("seal", 10)}


async def test_many_faults_are_all_counted_and_the_first_are_named(audit, monkeypatch):
    monkeypatch.setattr("osler.access.audit.verify.MAX_FAULTS", 5)
    report = await after(audit, "UPDATE audit SET n = n + 1")
    assert (report.fault_count, [fault.num for fault in report.faults]) == (30, [1, 2, 3, 4, 5])
