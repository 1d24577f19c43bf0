"""Bodies packed before, with and after a dictionary, by this process and by another, are read back byte for byte."""

from __future__ import annotations

import asyncio

import pytest

from osler.fhir import json
from osler.store import bodies, read
from osler.store.bodies import SAMPLES, Bodies, train
from osler.store.housekeeping import keep_house
from osler.store.store import Store, open_store
from osler.store.visibility import EVERYTHING
from tests.db.store.conftest import BASE, Clinic, observation, patient


def sample(n: int) -> bytes:
    return json.encode(observation(f"Patient/{n}", id=f"o{n}", note=[{"text": f"number {n} of many, {n * 7919}"}]))


@pytest.fixture
async def clinic(store: Store, database):
    """A store opened on the empty database, by itself: a dictionary once learned stays."""
    async with _opened(database) as own:
        yield Clinic(own)


class _opened:
    def __init__(self, database) -> None:
        self.database = database

    async def __aenter__(self) -> Store:
        self.store = await open_store(self.database.connect_args(), size=3, base_url=BASE)
        return self.store

    async def __aexit__(self, *_: object) -> None:
        await self.store.close()


async def body(store: Store, type_: str, id_: str) -> bytes:
    async with store.pool.connection() as conn:
        found = await read.find_current(store, conn, type_, id_, EVERYTHING)
    assert found is not None
    return found[0].body


async def dictionaries(clinic: Clinic) -> set[int]:
    return {int.from_bytes(packed[:2], "big") for (packed,) in await clinic.rows("SELECT body FROM resource")}


async def test_what_was_written_before_with_and_after_reads_back_equal(clinic: Clinic):
    before = await clinic.create(observation(note=[{"text": "before"}]), "before")
    await clinic.store.learn_dictionary("Observation", [sample(n) for n in range(SAMPLES)])
    after = await clinic.create(observation(note=[{"text": "after é 1.10"}]), "after")
    await clinic.create(patient(), "p")
    assert await dictionaries(clinic) == {0, 1}
    assert await body(clinic.store, "Observation", "before") == before.body
    assert await body(clinic.store, "Observation", "after") == after.body
    await clinic.update(observation(), "before")
    async with clinic.store.pool.connection() as conn:
        found = await read.find_version(clinic.store, conn, "Observation", "before", 1, EVERYTHING)
    assert found is not None
    assert found[0].body == before.body


async def test_what_another_process_packed_with_its_new_dictionary_is_read_here(clinic: Clinic, database):
    async with _opened(database) as other:
        await other.learn_dictionary("Observation", [sample(n) for n in range(SAMPLES)])
        written = await Clinic(other).create(observation(), "o")
        more = await Clinic(other).create(observation(), "o2")
    assert not clinic.store.bodies.generation("Observation")
    assert await body(clinic.store, "Observation", "o") == written.body
    async with _opened(database) as third:
        assert await body(third, "Observation", "o2") == more.body
    async with _opened(database) as fourth:
        assert {hit.stored.body for hit in (await Clinic(fourth).page("Observation")).matches} == {
            written.body,
            more.body,
        }


async def test_a_search_loads_what_another_process_has_learned_since(clinic: Clinic, database):
    async with _opened(database) as other:
        await other.learn_dictionary("Observation", [sample(n) for n in range(SAMPLES)])
        written = await Clinic(other).create(observation(), "o")
    assert [hit.stored.body for hit in (await clinic.page("Observation", code="8867-4")).matches] == [written.body]


async def test_a_type_learns_once_however_many_try(clinic: Clinic, database):
    samples = [sample(n) for n in range(SAMPLES)]
    async with _opened(database) as other:
        await asyncio.gather(*(store.learn_dictionary("Observation", samples) for store in (clinic.store, other) * 2))
        await clinic.store.learn_dictionary("Observation", samples)
        assert await clinic.rows("SELECT id FROM dictionary") == [(1,)]
        assert clinic.store.bodies.generation("Observation")
        assert other.bodies.generation("Observation")
    await clinic.store.learn_dictionary(
        "Patient", [json.encode(patient(id=f"p{n}", birthDate=f"19{n % 90 + 10}-01-01")) for n in range(SAMPLES)]
    )
    assert await clinic.rows("SELECT id FROM dictionary ORDER BY id") == [(1,), (2,)]


async def test_too_few_or_too_poor_samples_teach_nothing(clinic: Clinic):
    await clinic.store.learn_dictionary("Observation", [sample(n) for n in range(SAMPLES - 1)])
    assert train([b""] * SAMPLES) is None
    await clinic.store.learn_dictionary("Observation", [b""] * SAMPLES)
    assert await clinic.rows("SELECT * FROM dictionary") == []


def test_a_body_of_any_size_comes_back():
    packing = Bodies()
    for size in (0, 1, 1000, 2_000_000, bodies._LIMIT + 1):
        text = b"a" * size
        assert packing.unpack(packing.pack("Observation", text)) == text
    with pytest.raises(KeyError):
        packing.unpack(b"\x00\x07rest")
    assert not packing.knows(b"\x00\x07rest")


async def test_a_type_that_has_grown_learns_a_second_better_dictionary_and_no_third(clinic: Clinic):
    few = [sample(n) for n in range(SAMPLES)]
    many = [json.encode({**json.decode(sample(n)), "method": {"text": f"way {n % 50} of many ways to take it"}})
            for n in range(bodies.MOST_SAMPLES)]  # fmt: skip
    await clinic.store.learn_dictionary("Observation", few)
    first = await clinic.create(observation(), "first")
    await clinic.store.learn_dictionary("Observation", many[: SAMPLES * 2])
    assert clinic.store.bodies.generation("Observation") == 1, "too few to say more"
    await clinic.store.learn_dictionary("Observation", many)
    assert clinic.store.bodies.generation("Observation") == 2
    await clinic.store.learn_dictionary("Observation", many)
    assert await clinic.rows("SELECT id FROM dictionary ORDER BY id") == [(1,), (2,)]
    await clinic.create(observation(), "second")
    assert await dictionaries(clinic) == {1, 2}
    assert await body(clinic.store, "Observation", "first") == first.body


async def test_a_second_dictionary_that_is_not_clearly_better_is_not_kept(clinic: Clinic):
    alike = [sample(n) for n in range(bodies.MOST_SAMPLES)]
    await clinic.store.learn_dictionary("Observation", alike)
    await clinic.store.learn_dictionary("Observation", alike)
    assert clinic.store.bodies.generation("Observation") == 1


async def test_housekeeping_trains_a_type_once_it_has_enough(clinic: Clinic):
    await keep_house(clinic.store)
    assert clinic.store.bodies.generation("Observation") == 0
    for n in range(SAMPLES):
        await clinic.create(observation(note=[{"text": f"number {n} of many, {n * 7919}"}]), f"o{n}")
    await keep_house(clinic.store)
    await keep_house(clinic.store)
    assert clinic.store.bodies.generation("Observation") == 1
    assert await clinic.rows("SELECT count(*) FROM dictionary") == [(1,)]
