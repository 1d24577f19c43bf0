"""Every request through the gate leaves one row, in its own transaction when it writes, and begins again when others collide."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from osler.access import gate as gate_module
from osler.access.actors import Actor, Purpose
from osler.access.audit.entry import Action, Outcome
from osler.access.gate import Gate, outcome_of
from osler.core.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    OslerError,
    Referenced,
    TooCostly,
    Unauthenticated,
    Unavailable,
    Unsupported,
    VersionConflict,
)
from osler.fhir.search.parse import parse_query
from osler.store import write
from osler.store.pool import Collision
from tests.db.gate.conftest import NOW, UTC, Somebody, audit, entry, observation, patient, rows
from tests.db.settled import settled


def shape(found: list[tuple]) -> list[tuple[Action, Outcome, int]]:
    return [row[:3] for row in found]


async def test_a_write_alone_and_the_long_way_leave_the_same(everyone: Somebody, somebody):
    gate = everyone.gate
    await everyone.put(patient("p"))
    found = []
    for alone in (True, False):
        made = await everyone.create(observation("Patient/p"), alone=alone)
        found.append(made)
        ((action, outcome, n, type_, target, patient_, _),) = (await audit(gate))[-1:]
        h = gate.store.hasher
        assert (action, outcome, n) == (Action.CREATE, Outcome.DONE, 1)
        assert (type_, target, patient_) == (
            gate.store.type_id("Observation"), h.self_of("Observation", made.id), h.self_of("Patient", "p"),
        )  # fmt: skip
    columns = "pat, upd, d_lo, d_hi, ver, type, sv, deleted, pats, org, lab, cardinality(tok)"
    first, second = await rows(gate, f"SELECT {columns} FROM resource WHERE id = ANY ($1)", [each.id for each in found])
    assert first == second
    one, other = (each.json() | {"id": ""} for each in found)
    assert one == other


async def test_only_who_is_not_restricted_takes_the_short_way(everyone: Somebody, somebody):
    units: list[bool] = []

    async def work(records):
        await records.create(patient(gender="female"), alone=True)
        units.append(records._unit.finished)

    await everyone.write(work)
    await somebody("women").write(work)

    async def after_another(records):
        await records.find("Patient", "none")
        await work(records)

    await everyone.write(after_another)
    assert units == [True, False, False]


async def test_refusals_leave_a_row_that_says_how_it_ended(everyone: Somebody, somebody):
    gate = everyone.gate
    await everyone.put(patient("p"))
    await everyone.put(observation("Patient/p", id="o"))
    before = len(await audit(gate))
    attempts: list[tuple[Any, Outcome]] = [
        (lambda: everyone.create(patient(gender=5)), Outcome.INVALID),
        (lambda: everyone.create(observation("Patient/none")), Outcome.INVALID),
        (lambda: everyone.create(observation("Patient/none"), alone=True), Outcome.INVALID),
        (lambda: everyone.put(patient("p"), if_match=9), Outcome.CONFLICT),
        (lambda: everyone.delete("Patient", "p"), Outcome.CONFLICT),
        (lambda: everyone.patch("Patient", "none", lambda p: p), Outcome.NOT_FOUND),
        (lambda: everyone.read("Patient", "none"), Outcome.NOT_FOUND),
        (lambda: everyone.look(lambda r: r.read_version("Patient", "p", 5)), Outcome.NOT_FOUND),
        (lambda: everyone.transact(entry("PATCH", "Patient/none", {})), Outcome.NOT_FOUND),
        (lambda: somebody("reader").create(patient()), Outcome.FORBIDDEN),
        (lambda: somebody("nothing").ids("Patient"), Outcome.FORBIDDEN),
    ]
    for attempt, _ in attempts:
        with pytest.raises(OslerError):
            await attempt()
    found = (await audit(gate))[before:]
    assert sorted(row[1] for row in found) == sorted(outcome for _, outcome in attempts)
    assert {row[2] for row in found} == {0}


async def test_who_may_not_come_in_at_all_leaves_a_row_too(gate: Gate):
    strangers = (Actor("x", "user", "X"), Actor("y", "user", "Y", ("everyone",)))
    with pytest.raises(Forbidden):
        async with gate.reading(strangers[0]):
            raise AssertionError
    with pytest.raises(Forbidden):
        async with gate.reading(strangers[1], purpose=Purpose.PAYMENT):
            raise AssertionError
    with pytest.raises(Forbidden):
        await gate.write(strangers[0], lambda r: r.create(patient()), action=Action.CREATE)
    await gate.record(strangers[0], Action.READ, Outcome.UNAUTHENTICATED)
    assert [row[1] for row in await audit(gate)] == [Outcome.FORBIDDEN] * 3 + [Outcome.UNAUTHENTICATED]


async def test_a_read_counts_what_was_handed_out_and_names_the_patient(everyone: Somebody):
    gate, h = everyone.gate, everyone.gate.store.hasher
    await everyone.put(patient("p"))
    await everyone.put(observation("Patient/p", id="o"))
    await everyone.put(observation("Patient/p", id="o"))
    await settled(gate.store.pool)
    before = len(await audit(gate))
    await everyone.read("Observation", "o")
    await everyone.look(lambda r: r.read_version("Observation", "o", 1))
    await everyone.look(lambda r: r.list_versions("Observation", "o"))
    await everyone.search("Observation", _include="Observation:subject")
    await everyone.look(lambda r: r.list_changes())
    query = parse_query("Observation", [], zone=UTC, now=NOW)
    assert await everyone.look(lambda r: r.count(query)) == 1

    async def about(records):
        records.about_patient("p")

    await everyone.look(about)
    found = [row for row in await audit(gate) if row[0] is Action.READ]
    assert len(await audit(gate)) == before + len(found)
    pat = h.self_of("Patient", "p")
    told = sorted((n, patient_) for _, _, n, _, _, patient_, _ in found)
    assert told == sorted([(1, pat), (1, pat), (2, pat), (2, 0), (3, 0), (0, 0), (0, pat)])


async def test_the_row_of_a_write_comes_and_goes_with_its_transaction(everyone: Somebody):
    gate = everyone.gate

    async def work(records):
        await records.create(patient())
        conn = records._unit.conn
        assert await conn.fetchval("SELECT count(*) FROM resource") == 1
        raise Invalid("on second thought")

    with pytest.raises(Invalid):
        await everyone.write(work)
    assert await rows(gate, "SELECT count(*) FROM resource") == [(0,)]
    assert [row[1] for row in await audit(gate)] == [Outcome.INVALID]
    xmin = "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM resource UNION ALL SELECT xmin FROM audit WHERE at >= $1 AND outcome = 0) x"
    for alone in (True, False):
        await rows(gate, "TRUNCATE resource")
        gate.clock.advance(NOW - NOW.replace(hour=8))  # type: ignore[attr-defined]
        await everyone.create(patient(), alone=alone)
        assert await rows(gate, xmin, gate.clock()) == [(1,)]


async def test_writers_who_collide_start_again_and_leave_one_row_each(everyone: Somebody):
    gate = everyone.gate
    results = await asyncio.gather(*(everyone.put(patient("p", birthDate=f"19{n}")) for n in range(50, 56)))
    assert sorted(stored.version for stored, _ in results) == [1, 2, 3, 4, 5, 6]
    assert sorted(new for _, new in results) == [False] * 5 + [True]
    assert shape(await audit(gate)) == [(Action.UPDATE, Outcome.DONE, 1)] * 6


async def test_who_only_collides_is_told_to_try_again(everyone: Somebody):
    tries: list[int] = []

    async def work(records):
        tries.append(1)
        await records.create(patient())
        raise Collision

    with pytest.raises(Unavailable) as refused:
        await everyone.write(work)
    assert (len(tries), refused.value.retry_after) == (gate_module._ATTEMPTS, 1)
    assert [row[1] for row in await audit(everyone.gate)] == [Outcome.CONFLICT]
    assert await rows(everyone.gate, "SELECT count(*) FROM resource") == [(0,)]


async def test_numbers_of_a_writer_have_no_gap_whatever_happens(everyone: Somebody, monkeypatch):
    gate = everyone.gate

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("in the middle")

    written = asyncio.Event()

    async def slow(records):
        await records.create(patient())
        written.set()
        await asyncio.Event().wait()

    for n in range(3):
        written.clear()
        await everyone.create(patient(), alone=bool(n % 2))
        with pytest.raises(Invalid):
            await everyone.create(observation("Patient/none"), alone=bool(n % 2))
        with pytest.raises(Unavailable):
            await everyone.write(_colliding)
        with monkeypatch.context() as patched:
            patched.setattr(write, "insert", broken)
            with pytest.raises(RuntimeError):
                await everyone.create(patient(), alone=bool(n % 2))
        task = asyncio.create_task(everyone.write(slow))
        await written.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(TooCostly):
            await everyone.write(_too_long)
    numbers = await rows(gate, "SELECT writer, min(num), max(num), count(*) FROM audit GROUP BY writer")
    assert all(first == 1 and last == count for _, first, last, count in numbers), numbers
    assert await rows(gate, "SELECT count(*) FROM resource") == [(3,)]


async def _colliding(records):
    await records.create(patient())
    raise Collision


async def _too_long(records):
    await records.create(patient())
    conn = await records.connection()
    await conn.execute("SET LOCAL statement_timeout = 10")
    await conn.execute("SELECT pg_sleep(5)")


async def test_a_question_inside_a_write_sees_what_was_written(everyone: Somebody):
    async def work(records):
        assert records.writing
        made = await records.create(patient(gender="female"))
        query = parse_query("Patient", [("gender", "female")], zone=UTC, now=NOW)
        assert [each.id for each in (await records.search(query)).matches] == [made.id]
        assert await records.count(query) == 1
        assert (await records.read("Patient", made.id)).body == made.body
        return made.id

    id_ = await everyone.write(work)
    assert (await everyone.read("Patient", id_))["id"] == id_

    async def alone_then_read(records):
        made = await records.create(patient(), alone=True)
        return (await records.read("Patient", made.id)).id == made.id

    assert await everyone.write(alone_then_read)
    await everyone.look(lambda records: _not_writing(records))


async def _not_writing(records):
    assert not records.writing


async def test_the_gate_is_ready_when_both_pools_answer(gate: Gate):
    await gate.check_ready()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Gone("x"), Outcome.NOT_FOUND), (NotFound("x"), Outcome.NOT_FOUND), (Forbidden("x"), Outcome.FORBIDDEN),
        (Unauthenticated("x"), Outcome.UNAUTHENTICATED), (VersionConflict("x"), Outcome.CONFLICT), (Referenced("x"), Outcome.CONFLICT),
        (Conflict("x"), Outcome.CONFLICT), (Invalid("x"), Outcome.INVALID), (Unsupported("x"), Outcome.INVALID),
        (TooCostly("x"), Outcome.INVALID), (Unavailable("x"), Outcome.UNAVAILABLE), (RuntimeError("x"), Outcome.UNAVAILABLE),
        (asyncio.CancelledError(), Outcome.UNAVAILABLE),
    ],
)  # fmt: skip
def test_every_error_has_its_outcome(error, outcome):
    assert outcome_of(error) is outcome
