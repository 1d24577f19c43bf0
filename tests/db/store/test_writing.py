"""One resource through its life: versions, history, deletes, and what comes after a delete."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from osler.core.errors import Forbidden, Gone, Invalid, NotFound, VersionConflict
from osler.store import read, visible, write
from osler.store.pool import Collision
from osler.store.stored import Stored
from osler.store.visibility import EVERYTHING, Rule, Visibility
from tests.db.settled import settled
from tests.db.store.conftest import NOW, Clinic, observation, patient

NOTHING = Visibility(())


async def versions(clinic: Clinic, type_: str, id_: str, **limits) -> list[Stored]:
    async with clinic.store.pool.connection() as conn:
        found = await read.list_versions(clinic.store, conn, type_, id_, clinic.visibility, **limits)
    return [stored for stored, _ in found]


async def changes(clinic: Clinic, type_: str | None = None, **limits) -> list[tuple[int, Stored]]:
    await settled(clinic.store.pool)
    return await changes_by_now(clinic, type_, **limits)


async def changes_by_now(clinic: Clinic, type_: str | None = None, **limits) -> list[tuple[int, Stored]]:
    async with clinic.store.pool.connection() as conn:
        found = await read.list_changes(clinic.store, conn, type_, clinic.visibility, **limits)
    return [(number, stored) for number, stored, _ in found]


async def current(clinic: Clinic, type_: str, id_: str):
    async with clinic.store.pool.connection() as conn:
        return await read.find_current(clinic.store, conn, type_, id_, clinic.visibility)


async def version(clinic: Clinic, type_: str, id_: str, number: int):
    async with clinic.store.pool.connection() as conn:
        return await read.find_version(clinic.store, conn, type_, id_, number, clinic.visibility)


async def live(clinic: Clinic) -> None:
    """Created, changed, deleted, brought back: versions 1 to 4 of Patient/p, an hour apart."""
    await clinic.create(patient(gender="male"), "p")
    clinic.now += timedelta(hours=1)
    await clinic.update(patient(gender="female"), "p")
    clinic.now += timedelta(hours=1)
    await clinic.delete("Patient", "p")
    clinic.now += timedelta(hours=1)
    await clinic.update(patient(gender="other"), "p")


async def test_every_version_stays_and_is_read_by_its_number(clinic: Clinic):
    await live(clinic)
    found = await versions(clinic, "Patient", "p")
    assert [(s.version, s.op, s.deleted, s.updated - NOW) for s in found] == [
        (4, "u", False, timedelta(hours=3)),
        (3, "d", True, timedelta(hours=2)),
        (2, "u", False, timedelta(hours=1)),
        (1, "c", False, timedelta()),
    ]
    for stored in found:
        one = await version(clinic, "Patient", "p", stored.version)
        assert one is not None
        assert one[0] == stored
        if not stored.deleted:
            assert stored.json()["meta"]["versionId"] == str(stored.version)
    assert found[1].body == b""
    for number in (0, 5):
        assert await version(clinic, "Patient", "p", number) is None


async def test_history_goes_on_before_a_version_and_since_a_time(clinic: Clinic):
    await live(clinic)
    assert [s.version for s in await versions(clinic, "Patient", "p", limit=2)] == [4, 3]
    assert [s.version for s in await versions(clinic, "Patient", "p", before=3, limit=2)] == [2, 1]
    assert [s.version for s in await versions(clinic, "Patient", "p", since=NOW + timedelta(hours=2))] == [4, 3]
    assert await versions(clinic, "Patient", "q") == []
    assert await versions(clinic.of(NOTHING), "Patient", "p") == []


async def test_history_of_a_type_and_of_all_is_in_the_order_of_writing(clinic: Clinic):
    await live(clinic)
    await clinic.create(observation("Patient/p"), "o")
    everything = await changes(clinic)
    assert [(s.reference, s.version) for _, s in everything] == [
        ("Observation/o", 1), ("Patient/p", 4), ("Patient/p", 3), ("Patient/p", 2), ("Patient/p", 1),
    ]  # fmt: skip
    assert [(s.reference, s.version, s.op) for _, s in await changes(clinic, "Observation")] == [
        ("Observation/o", 1, "c")
    ]
    assert await changes(clinic, "Patient", before=everything[1][0]) == everything[2:]
    assert await changes(clinic, limit=2) == everything[:2]
    assert [s.version for _, s in await changes(clinic, "Patient", since=NOW + timedelta(hours=3))] == [4]
    assert await changes(clinic.of(NOTHING)) == []


async def test_changes_wait_for_older_transactions_that_are_still_open(clinic: Clinic):
    await clinic.create(patient(), "p")
    await settled(clinic.store.pool)
    async with clinic.unit() as conn:
        await conn.execute("SELECT pg_current_xact_id()")
        await clinic.create(patient(), "q")
        assert [s.id for _, s in await changes_by_now(clinic)] == ["p"]
    assert [s.id for _, s in await changes(clinic)] == ["q", "p"]


async def test_history_is_whole_after_a_restore_on_a_server_that_has_counted_fewer_transactions(clinic: Clinic):
    await live(clinic)
    await clinic.rows("UPDATE change SET tx = '99999999999'")
    assert [s.version for _, s in await changes(clinic)] == [4, 3, 2, 1]
    await clinic.create(patient(), "q")
    assert len(await changes(clinic)) == 5


async def test_the_current_version_is_read_also_when_it_says_deleted(clinic: Clinic):
    await live(clinic)
    found = await current(clinic, "Patient", "p")
    assert read.need_alive(found, "Patient")[0].json()["gender"] == "other"
    await clinic.delete("Patient", "p")
    found = await current(clinic, "Patient", "p")
    assert found is not None
    assert (found[0].version, found[0].deleted, found[0].body) == (5, True, b"")
    with pytest.raises(Gone):
        read.need_alive(found, "Patient")
    for type_, id_ in (
        ("Patient", "q"),
        ("Patient", "P"),
        ("Nonsense", "p"),
        ("Patient", "x" * 10_000),
        ("Patient", "a\0b"),
    ):
        with pytest.raises(NotFound):
            read.need_alive(await current(clinic, type_, id_), type_)


async def test_a_deleted_resource_is_in_no_search_until_it_is_brought_back(clinic: Clinic):
    await clinic.create(patient(), "p")
    await clinic.create(observation("Patient/p"), "o")
    await clinic.delete("Observation", "o")
    for asked in (
        {"_id": "o"},
        {"patient": "p"},
        {"code": "8867-4"},
        {"status": "final"},
        {"_lastUpdated": "ge2000"},
        {},
    ):
        assert await clinic.ids("Observation", **asked) == set()
    await clinic.update(observation("Patient/p"), "o")
    assert await clinic.ids("Observation", patient="p") == {"o"}


async def test_the_same_id_is_made_once(clinic: Clinic):
    await clinic.create(patient(), "p")
    with pytest.raises(Collision):
        await clinic.create(patient(), "p")
    await clinic.create(observation(), "p")
    assert await clinic.rows("SELECT count(*) FROM resource") == [(2,)]


async def test_ids_of_all_lengths_and_kinds(clinic: Clinic):
    for id_ in ("a", "0", "-", "A.b-9", "x" * 64):
        await clinic.create(patient(), id_)
        assert await clinic.ids("Patient", _id=id_) == {id_}


async def test_a_version_that_is_not_the_stored_one_is_a_conflict(clinic: Clinic):
    stored = await clinic.create(patient(), "p")
    write.check_version(stored, None)
    write.check_version(stored, 1)
    for seen in (0, 2):
        with pytest.raises(VersionConflict):
            write.check_version(stored, seen)
    with pytest.raises(VersionConflict):
        write.check_version(await clinic.delete("Patient", "p"), 2)
    assert write.need(stored, "Patient", "p") is stored
    with pytest.raises(NotFound):
        write.need(None, "Patient", "p")


async def test_a_lock_tells_readers_from_writers(clinic: Clinic):
    await clinic.create(patient(), "p")
    reader = clinic.of(Visibility((Rule(frozenset(("read",))),)))
    writer = clinic.of(Visibility((Rule(frozenset(("update",))),)))
    async with clinic.unit() as conn:
        assert await write.lock(clinic.store, conn, "Patient", "p", NOTHING, "update") is None
        assert await write.lock(clinic.store, conn, "Patient", "q", EVERYTHING, "update") is None
        with pytest.raises(Forbidden):
            await write.lock(clinic.store, conn, "Patient", "p", reader.visibility, "update")
        assert await write.lock(clinic.store, conn, "Patient", "p", writer.visibility, "update") is not None
        assert await write.lock(clinic.store, conn, "Patient", "p", writer.visibility, "update", to_read=True) is None


async def test_nobody_writes_without_a_rule(clinic: Clinic):
    reader = clinic.of(Visibility((Rule(frozenset(("read", "search"))),)))
    with pytest.raises(Forbidden):
        await reader.create(patient(), "p")
    assert await clinic.rows("SELECT * FROM resource") == []


async def test_a_filtered_writer_writes_only_what_the_filter_opens(clinic: Clinic):
    only_women = Visibility((Rule(EVERYTHING.rules[0].interactions, frozenset(("Patient",)), (("gender=female",),)),))
    writer = clinic.of(only_women)
    await writer.create(patient(gender="female"), "p")
    with pytest.raises(Forbidden):
        await writer.create(patient(gender="male"), "q")
    with pytest.raises(Forbidden):
        await writer.update(patient(gender="male"), "p")
    assert await clinic.rows("SELECT id, ver FROM resource") == [("p", 1)]
    async with clinic.store.pool.connection() as conn:
        (rid,) = await clinic.store.take_rids(1)
        row = await write.prepare(clinic.store, patient(), id_="r", version=1, updated=NOW, rid=rid)
        with pytest.raises(RuntimeError):
            await write.insert(clinic.store, conn, row, only_women)


async def test_a_hidden_target_is_refused_in_the_words_of_a_missing_one(clinic: Clinic):
    await clinic.create(patient(gender="male"), "hidden")
    await clinic.create(patient(gender="female"), "seen")
    all_ = EVERYTHING.rules[0].interactions
    writer = clinic.of(
        Visibility(
            (Rule(all_, frozenset(("Patient",)), (("gender=female",),)), Rule(all_, frozenset(("Observation",))))
        )
    )
    await writer.create(observation("Patient/seen"), "o")
    words = set()
    for target in ("Patient/hidden", "Patient/none"):
        for attempt in (writer.create(observation(target), "o2"), writer.update(observation(target), "o")):
            with pytest.raises(Invalid) as refused:
                await attempt
            words.add((refused.value.message, refused.value.faults))
    assert len(words) == 1
    blind = clinic.of(Visibility((Rule(frozenset(("create",))),)))
    with pytest.raises(Invalid):
        await blind.create(observation("Patient/seen"), "o3")


async def test_row_ids_are_never_given_twice(clinic: Clinic):
    taken = await clinic.store.take_rids(1) + await clinic.store.take_rids(1500) + await clinic.store.take_rids(0)
    taken += await clinic.store.take_rids(511)
    assert len(set(taken)) == 2012


async def test_every_current_resource_is_listed_page_by_page(clinic: Clinic):
    for n in range(7):
        await clinic.create(patient(), f"p{n}")
    await clinic.delete("Patient", "p3")
    for page in (1, 2, 3, 6, 7, 100):
        found = [stored.id async for stored in read.list_all(clinic.store, "Patient", page=page)]
        assert found == ["p0", "p1", "p2", "p4", "p5", "p6"]


async def test_only_what_the_schema_says_of_references_is_told_as_a_conflict(clinic: Clinic, monkeypatch):
    monkeypatch.setattr(write, "_REFERENCED", "none")
    await clinic.create(patient(), "p")
    await clinic.create(observation("Patient/p"), "o")
    with pytest.raises(asyncpg.PostgresError):
        await clinic.delete("Patient", "p")
    assert await clinic.rows("SELECT count(*) FROM resource WHERE deleted") == [(0,)]


async def test_a_reader_of_named_patients_sees_those_and_what_is_of_no_patient(clinic: Clinic):
    for id_ in ("p", "q"):
        await clinic.create(patient(), id_)
        await clinic.create(observation(f"Patient/{id_}"), f"of-{id_}")
    members = [{"entity": {"reference": f"Patient/{id_}"}} for id_ in ("p", "q")]
    await clinic.create({"resourceType": "Group", "type": "person", "actual": True, "member": members}, "both")
    await clinic.create(observation(), "of-nobody")
    reader = clinic.of(Visibility((Rule(EVERYTHING.rules[0].interactions, patients=frozenset(("p",))),)))
    assert await reader.ids("Patient") == {"p"}
    assert await reader.ids("Observation") == {"of-p", "of-nobody"}
    assert await reader.ids("Group") == {"both"}
    assert {s.reference for _, s in await changes(reader)} == {
        "Patient/p",
        "Observation/of-p",
        "Observation/of-nobody",
        "Group/both",
    }
    none = clinic.of(Visibility((Rule(EVERYTHING.rules[0].interactions, patients=frozenset()),)))
    assert await none.ids("Observation") == {"of-nobody"}


async def test_a_filter_without_types_opens_nothing_where_types_mix(clinic: Clinic):
    await clinic.create(observation(), "o")
    loose = clinic.of(Visibility((Rule(EVERYTHING.rules[0].interactions, None, (("status=final",),)),)))
    assert await loose.ids("Observation") == {"o"}
    assert await changes(loose) == []


def test_a_rule_that_hides_an_element_is_closed_to_every_parameter_that_reads_it():
    hidden = frozenset(("Observation.value", "Patient.name.family"))
    for use in ("Observation.value-quantity", "Observation.code-value-quantity", "Patient.name", "Patient.family"):
        assert visible.touches(frozenset((use,)), hidden), use
    assert visible.touches(frozenset(("Patient.eye",)), hidden), "one that the site has defined may read anything"
    for use in ("Observation.code", "Patient.given", "Observation._id", "Observation._lastUpdated", "Encounter.eye"):
        assert not visible.touches(frozenset((use,)), hidden), use
