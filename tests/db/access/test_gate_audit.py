"""Every request through the gate leaves exactly one row, however it ends, and the numbers keep no gap."""

from __future__ import annotations

import asyncio

import pytest

from osler.access.actors import Actor
from osler.access.audit.entry import Action, Outcome
from osler.access.audit.explore import list_by_time
from osler.access.audit.verify import verify
from osler.access.gate import Gate
from osler.core.errors import Forbidden, Invalid, NotFound
from osler.store.store import Store, open_store
from tests.db.access.test_audit_explore import AUDITOR, DOCTOR, SPAN

CLIENT = Actor("c", "client", "Client", ("client",), scopes=("system/*.cruds",))
OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "pulse"}}


@pytest.fixture
async def store(database):
    store = await open_store(database.connect_args(), size=4)
    yield store
    await store.close()


@pytest.fixture
async def gate(store: Store, log, clock) -> Gate:
    return Gate(store, log, clock)


async def outcomes(house) -> list[tuple[Action, Outcome, int]]:
    lines = await list_by_time(house, AUDITOR, **SPAN)
    return [(line.action, line.outcome, line.count) for line in lines if line.action is not Action.AUDIT_READ]


async def clean(house) -> bool:
    await house.log.sealer.seal(adopt=True)
    async with house.pool.connection() as conn:
        return (await verify(conn, house.log.key)).clean


def create(resource, *, alone: bool = True):
    return lambda records: records.create(resource, alone=alone)


@pytest.mark.parametrize("alone", [True, False])
async def test_a_write_leaves_one_row(gate, house, alone):
    stored = await gate.write(CLIENT, create(OBSERVATION, alone=alone), action=Action.CREATE)
    assert await outcomes(house) == [(Action.CREATE, Outcome.DONE, 1)]
    assert (await list_by_time(house, AUDITOR, **SPAN))[1].resource == f"Observation/{stored.id}"
    assert await clean(house)


@pytest.mark.parametrize("alone", [True, False])
async def test_a_refused_write_leaves_one_row_and_its_number_is_used_again(gate, house, alone):
    dangling = OBSERVATION | {"subject": {"reference": "Patient/nowhere"}}
    for _ in range(3):
        with pytest.raises(Invalid):
            await gate.write(CLIENT, create(dangling, alone=alone), action=Action.CREATE)
        await gate.write(CLIENT, create(OBSERVATION, alone=alone), action=Action.CREATE)
    found = await outcomes(house)
    assert sorted(outcome for _, outcome, _ in found) == [Outcome.DONE] * 3 + [Outcome.INVALID] * 3
    async with house.pool.connection() as conn:
        numbers = await conn.fetch("SELECT writer, max(num) AS last, count(*) AS n FROM audit GROUP BY writer")
    assert all(row["last"] == row["n"] for row in numbers)
    assert await clean(house)


async def test_what_fails_after_the_one_statement_is_in_does_not_use_its_number_twice(gate, house):
    async def work(records):
        await records.create(OBSERVATION, alone=True)
        raise Invalid("too late")

    with pytest.raises(Invalid):
        await gate.write(CLIENT, work, action=Action.CREATE)
    await gate.write(CLIENT, create(OBSERVATION), action=Action.CREATE)
    assert await clean(house)


async def test_a_read_leaves_one_row_also_when_nothing_is_there_or_nothing_may_be_seen(gate, house):
    stored = await gate.write(CLIENT, create(OBSERVATION), action=Action.CREATE)
    async with gate.reading(DOCTOR) as records:
        await records.read("Observation", stored.id)
    with pytest.raises(NotFound):
        async with gate.reading(DOCTOR) as records:
            await records.read("Observation", "none")
    with pytest.raises(NotFound):
        async with gate.reading(Actor("b", "user", "B", ("biller",))) as records:
            await records.read("Observation", stored.id)
    assert sorted((action, outcome, n) for action, outcome, n in await outcomes(house)) == [
        (Action.READ, Outcome.DONE, 1),
        (Action.READ, Outcome.NOT_FOUND, 0),
        (Action.READ, Outcome.NOT_FOUND, 0),
        (Action.CREATE, Outcome.DONE, 1),
    ]


async def test_a_role_without_any_rule_for_the_type_cannot_write_it(gate, house):
    with pytest.raises(Forbidden):
        await gate.write(Actor("b", "user", "B", ("biller",)), create(OBSERVATION), action=Action.CREATE)
    assert [outcome for _, outcome, _ in await outcomes(house)] == [Outcome.FORBIDDEN]
    assert await clean(house)


async def test_many_at_once_leave_as_many_rows_as_there_were_requests(gate, house):
    async def one(n: int) -> None:
        stored = await gate.write(CLIENT, create(OBSERVATION, alone=n % 2 == 0), action=Action.CREATE)
        async with gate.reading(DOCTOR) as records:
            await records.read("Observation", stored.id)

    await asyncio.gather(*(one(n) for n in range(60)))
    async with house.pool.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM audit") == 120
    assert await clean(house)
