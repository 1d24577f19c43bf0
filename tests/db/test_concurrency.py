"""What holds however writers get in each other's way. OSLER_TEST_SEED sets another seed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from osler.access.audit.log import commit
from osler.access.house import House
from osler.access.records import Records, Resource
from osler.core.errors import OslerError, TooCostly, Unavailable
from osler.fhir.bundle import read_bundle
from osler.store.embedded import Address
from osler.store.pool import Pool
from tests.db.house import faults, found, made, observation, opened, patient, write
from tests.db.processes import is_stopped, until, until_so

SEED = int(os.environ.get("OSLER_TEST_SEED", "2026"))
INTERLEAVINGS = 500


@pytest.fixture
async def house(fresh_database: Address, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(fresh_database, tmp_path) as house:
        yield house


@pytest.fixture
async def other(house: House, fresh_database: Address, tmp_path: Path) -> AsyncIterator[House]:
    """A second process's view of the same database."""
    async with opened(fresh_database, tmp_path) as other:
        yield other


async def outcomes(*attempts: Any) -> Counter[str]:
    """How many ended how: `done`, or the kind of error."""
    results = await asyncio.gather(*attempts, return_exceptions=True)
    strange = [each for each in results if isinstance(each, BaseException) and not isinstance(each, OslerError)]
    assert not strange, strange
    return Counter(type(each).__name__ if isinstance(each, OslerError) else "done" for each in results)


# -- references ------------------------------------------------------------------------------------------------------


def transaction(*entries: dict[str, Any]):
    _, read = read_bundle({"resourceType": "Bundle", "type": "transaction", "entry": list(entries)})
    return lambda records: records.transaction(read, lambda _entry, resource: resource)


def post(resource: dict[str, Any], **request: str) -> dict[str, Any]:
    return {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"], **request}}


async def attack(house: House, chance: random.Random, target: Resource, elsewhere: Resource) -> Counter[str]:
    """One resource is deleted at the moment that others begin to point at it, in every way there is."""

    async def at_some_moment(work: Any) -> Any:
        await asyncio.sleep(chance.random() * 0.01)
        return await write(house, work)

    async def move(records: Records) -> Any:
        return await records.update(observation(target.reference, id=elsewhere.id), elsewhere.id)

    ways = [
        lambda records: records.create(observation(target.reference), alone=True),
        lambda records: records.create(
            observation("Patient/" + target.id, performer=[{"reference": target.reference}])
        ),
        transaction(post(observation(target.reference)), post(observation(target.reference))),
        move,
    ]
    attempts = [at_some_moment(way) for way in chance.sample(ways, 2)]
    attempts.append(at_some_moment(lambda records: records.delete("Patient", target.id)))
    return await outcomes(*attempts)


@pytest.mark.slow
async def test_no_reference_ever_leads_nowhere(house: House):
    print(f"seed {SEED}")
    chance, ended = random.Random(SEED), Counter[str]()
    for _ in range(INTERLEAVINGS // 10):
        targets = [await made(house, patient()) for _ in range(10)]
        anchor = await made(house, patient())
        moving = [await made(house, observation(anchor.reference)) for _ in range(10)]
        pairs = zip(targets, moving, strict=True)
        for each in await asyncio.gather(*(attack(house, chance, *pair) for pair in pairs)):
            ended += each
    print(dict(ended))
    assert await faults(house) == []
    assert ended["Referenced"] > 20  # both orders came about, or nothing was shown
    assert ended["Invalid"] > 20
    assert set(ended) <= {"done", "Referenced", "Invalid", "Unavailable"}
    assert ended["Unavailable"] < INTERLEAVINGS // 20


# -- conditions ------------------------------------------------------------------------------------------------------

CRITERIA = "identifier=urn:ward|bed-7"
BED = {"resourceType": "Location", "identifier": [{"system": "urn:ward", "value": "bed-7"}]}


def conditional_create(records: Records):
    async def work() -> Resource:
        return await records.find_one("Location", CRITERIA) or await records.create(BED)

    return work()


def conditional_update(records: Records):
    async def work() -> Resource:
        present = await records.find_one("Location", CRITERIA)
        if present is None:
            return await records.create(BED)
        return (await records.update(BED | {"id": present.id}, present.id))[0]

    return work()


async def conditional_entry(records: Records) -> Resource | None:
    written = await transaction(post(BED, ifNoneExist=CRITERIA))(records)
    return written[0].stored


@pytest.mark.parametrize("ways", [[conditional_create], [conditional_update], [conditional_entry],
                                  [conditional_create, conditional_update, conditional_entry]])  # fmt: skip
async def test_a_condition_raced_for_by_eight_makes_exactly_one(house: House, other: House, ways):
    for _ in range(5):
        tasks = [write((house, other)[n % 2], ways[n % len(ways)]) for n in range(8)]
        results = await asyncio.gather(*tasks)
        assert len({each.id for each in results if each}) == 1
        there = await found(house, "Location", ("identifier", "urn:ward|bed-7"))
        assert [each.id for each in there.matches] == [results[0].id]
        await write(house, lambda records, id_=results[0].id: records.delete("Location", id_))
    assert await faults(house) == []


async def test_eight_who_changed_the_same_version_have_exactly_one_winner(house: House, other: House):
    for _ in range(10):
        stored = await made(house, patient())

        def change(n: int, stored: Resource = stored):
            return lambda records: records.update(patient(id=stored.id, multipleBirthInteger=n), stored.id, if_match=1)

        ended = await outcomes(*(write((house, other)[n % 2], change(n)) for n in range(8)))
        assert ended == {"done": 1, "VersionConflict": 7}
    assert await faults(house) == []


async def test_eight_who_make_the_same_id_make_one_resource_of_eight_versions(house: House, other: House):
    def put(n: int):
        return lambda records: records.update(patient(id="chosen", multipleBirthInteger=n), "chosen")

    results = await asyncio.gather(*(write((house, other)[n % 2], put(n)) for n in range(8)))
    assert sorted(stored.version for stored, _ in results) == list(range(1, 9))
    assert [created for _, created in sorted(results, key=lambda each: each[0].version)] == [True] + [False] * 7
    assert await faults(house) == []


async def test_deletes_and_updates_of_one_resource_queue_up(house: House):
    stored = await made(house, patient())
    works = [
        lambda records, n=n: (
            records.update(patient(id=stored.id, multipleBirthInteger=n), stored.id)
            if n % 2
            else records.delete("Patient", stored.id)
        )
        for n in range(12)
    ]
    assert await outcomes(*(write(house, work) for work in works)) == {"done": 12}
    assert await faults(house) == []


# -- transactions that meet ------------------------------------------------------------------------------------------


async def test_two_who_wait_for_each_other_both_get_through(house: House):
    one, two = await made(house, patient()), await made(house, patient())
    both, attempts = asyncio.Barrier(2), Counter[str]()

    async def in_order(records: Records, first: Resource, second: Resource) -> None:
        attempts[first.id] += 1
        await records.update(patient(id=first.id), first.id)
        if attempts[first.id] == 1:
            await both.wait()
        await records.update(patient(id=second.id), second.id)

    await asyncio.gather(write(house, lambda r: in_order(r, one, two)), write(house, lambda r: in_order(r, two, one)))
    assert attempts.total() >= 3  # who begins again may collide again
    there = await found(house, "Patient")
    assert [each.version for each in there.matches] == [3, 3]
    assert await faults(house) == []


async def test_bundles_that_share_resources_in_any_order_are_each_done_once(house: House):
    shared = [await made(house, patient()) for _ in range(4)]
    chance = random.Random(SEED)

    def bundle() -> Any:
        chosen = chance.sample(shared, 3)
        puts = [
            {"resource": patient(id=each.id), "request": {"method": "PUT", "url": each.reference}} for each in chosen
        ]
        return transaction(*puts, post(observation(chosen[0].reference)))

    ended = Counter[str]()
    for _ in range(5):  # eight at once: more would wait for each other for longer than they may on a slow machine
        ended += await outcomes(*(write(house, bundle()) for _ in range(8)))
    there = await found(house, "Patient", ("_count", "10"))
    assert sum(each.version - 1 for each in there.matches) == 3 * ended["done"]
    assert ended["done"] == 40
    assert await faults(house) == []


async def test_what_cannot_get_through_is_given_up_with_nothing_changed(house: House):
    async def always_collides(records: Records) -> None:
        await records.create(patient())
        conn = await records.connection()
        await conn.execute("INSERT INTO property VALUES ('zone', 'twice')")

    with pytest.raises(Unavailable) as refused:
        await write(house, always_collides)
    assert refused.value.retry_after == 1
    assert (await found(house, "Patient")).matches == []
    assert await faults(house) == []


# -- connections that die --------------------------------------------------------------------------------------------

SLOW_COMMIT = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON resource DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle();
"""


STRIKE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE application_name = 'osler' AND datname = current_database() AND state = 'active' AND query ~ 'COMMIT|create_resource'
ORDER BY random() LIMIT 1
"""


@pytest.mark.parametrize("alone", [True, False])
async def test_a_commit_whose_connection_dies_is_never_answered_as_done(
    house: House, fresh_database: Address, alone: bool
):
    """Connections are killed in the middle of commits, which a trigger makes long: one of every six at most."""
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    async with house.store.pool.connection() as conn:
        await conn.execute(SLOW_COMMIT)
    done: list[str] = []
    ended = Counter[str]()

    async def create(n: int) -> None:
        try:
            stored = await write(house, lambda r: r.create(patient(multipleBirthInteger=n), alone=alone))
        except Unavailable:
            ended["Unavailable"] += 1
        else:
            done.append(stored.id)

    killer = await asyncpg.connect(**fresh_database.connect_args())

    async def struck(writing: list[asyncio.Task[None]]) -> bool:
        return await killer.fetchval(STRIKE) or all(map(asyncio.Task.done, writing))

    n = 0
    while n < 120 or (n < 1200 and (ended["Unavailable"] <= 3 or len(done) <= 20)):
        writing = [asyncio.create_task(create(number)) for number in range(n, n + 6)]
        await asyncio.sleep(chance.random() * 0.02)
        await until_so(lambda writing=writing: struck(writing))
        await asyncio.gather(*writing)
        n += 6
    await killer.close()
    await miss_the_dead(house.store.pool, house.audit.pool)
    there = await found(house, "Patient", ("_count", "2000"))
    assert {each.id for each in there.matches} >= set(done)
    print(len(done), dict(ended), len(there.matches))
    assert ended["Unavailable"] > 3
    assert len(done) > 20
    assert await faults(house) == []


async def miss_the_dead(*pools: Pool) -> None:
    """Has every connection used once: one that was killed while nobody used it is known to be gone only then."""

    async def use(pool: Pool) -> None:
        with contextlib.suppress(Unavailable):
            async with pool.connection() as conn:
                await conn.execute("SELECT pg_sleep(0.05)")

    await asyncio.gather(*(use(pool) for pool in pools for _ in range(pool.size)))


async def test_a_commit_that_the_database_answers_with_a_rollback_is_not_done(house: House):
    async with house.store.pool.connection() as conn:
        await conn.execute("BEGIN; INSERT INTO property VALUES ('half', 'done')")
        with pytest.raises(asyncpg.DivisionByZeroError):
            await conn.execute("SELECT 1 / 0")
        with pytest.raises(Unavailable):
            await commit(conn)
    async with house.store.pool.connection() as conn:
        assert not await conn.fetchval("SELECT 1 FROM property WHERE name = 'half'")


# -- connections that saw an error -----------------------------------------------------------------------------------


async def backend(house: House) -> int:
    async with house.store.pool.connection() as conn:
        return conn.pg.get_server_pid()


async def fails(house: House, sql: str) -> None:
    async with house.store.pool.connection() as conn:
        await conn.execute(sql)


@pytest.mark.parametrize(
    "sql", ["SELECT 1 / 0", "SELECT nothing", "BEGIN; SELECT 1", "SET LOCAL statement_timeout = 10; SELECT pg_sleep(9)"]
)
async def test_a_connection_that_saw_an_error_is_not_used_again(house: House, sql: str):
    before = await backend(house)
    assert await backend(house) == before  # the same one is taken again when nothing was wrong
    with contextlib.suppress(OslerError, asyncpg.PostgresError):
        await fails(house, sql)
    assert await backend(house) != before


async def test_what_keeps_the_database_busy_for_too_long_is_too_costly(fresh_database: Address, tmp_path: Path):
    async with opened(fresh_database, tmp_path, request_seconds=77) as house:
        async with house.store.pool.connection() as conn:
            assert await conn.fetchval("SHOW statement_timeout") == "77s"
        with pytest.raises(TooCostly):
            await fails(house, "SET statement_timeout = 10; SELECT pg_sleep(9)")


async def test_a_lock_that_is_not_had_in_time_is_unavailable(house: House):
    stored = await made(house, patient())
    async with house.store.transaction() as conn:
        await conn.execute("SELECT 1 FROM resource FOR UPDATE")
        with pytest.raises(Unavailable, match="took too long"):
            await fails(house, "SET lock_timeout = 10; UPDATE resource SET ver = 9")
    assert [each.version for each in (await found(house, "Patient")).matches] == [stored.version]


async def test_a_connection_whose_task_was_cancelled_is_not_used_again(house: House):
    before = await backend(house)
    task = asyncio.create_task(fails(house, "SELECT pg_sleep(9)"))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await backend(house) != before


async def test_after_a_begin_that_timed_out_the_next_write_is_really_there(house: House, other: House):
    """asyncpg takes the BEGIN after it for a savepoint, whose COMMIT commits nothing: on that connection, that is."""

    async def begin_in_vain() -> None:
        async with house.store.pool.connection() as conn:
            pid = conn.pg.get_server_pid()
            os.kill(pid, signal.SIGSTOP)
            try:
                await until(lambda: is_stopped(pid))
                async with asyncio.timeout(0.2):
                    await conn.execute("BEGIN")
            finally:
                os.kill(pid, signal.SIGCONT)

    with pytest.raises(Unavailable):
        await begin_in_vain()
    stored = await write(house, lambda records: records.create(patient()))
    assert [each.id for each in (await found(other, "Patient")).matches] == [stored.id]
    assert await faults(house) == []


# -- paging ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["", "_lastUpdated", "-_lastUpdated", "birthdate", "-birthdate", "family", "_id"])
async def test_pages_show_what_did_not_change_once_and_what_did_at_most_once(house: House, sort: str):
    print(f"seed {SEED}")
    chance = random.Random(f"{SEED}{sort}")

    def somebody(**more: Any) -> dict[str, Any]:
        family = [{"family": chance.choice(("Ash", "Birch", "Cedar", "Elm"))}]
        born = {"birthDate": f"19{chance.randrange(10, 60)}"} if chance.random() < 0.8 else {}
        return patient(name=family, **born) | more

    there = [await made(house, somebody()) for _ in range(60)]
    touched: set[str] = set()

    async def change() -> None:
        each = chance.choice(there)
        touched.add(each.id)
        if chance.random() < 0.2:
            await write(house, lambda r: r.delete("Patient", each.id))
        else:
            await write(house, lambda r: r.update(somebody(id=each.id), each.id))
        await made(house, somebody())

    params = [("_count", "7"), *([("_sort", sort)] if sort else [])]
    seen: list[str] = []
    page = await found(house, "Patient", *params)
    while True:
        seen += [each.id for each in page.matches]
        if page.next is None:
            break
        writing = [asyncio.create_task(change()) for _ in range(2)]
        page, *_ = await asyncio.gather(found(house, "Patient", *params, ("_cursor", page.next)), *writing)
    counts = Counter(seen)
    untouched = {each.id for each in there} - touched
    assert len(untouched) > 10
    assert {id_: counts[id_] for id_ in untouched} == dict.fromkeys(untouched, 1)
    if sort in ("", "_id"):
        assert max(counts.values()) == 1
    assert all(count == 1 for id_, count in counts.items() if id_ not in touched)
    assert await faults(house) == []
