"""What is referred to stays: dangling references, deletes against writers, few and many at once."""

from __future__ import annotations

import asyncio

import pytest

from osler.core.errors import Invalid, Referenced
from osler.store import many as many_module
from osler.store.conditional import MOST_LOCKS
from tests.db.store.conftest import BASE, Clinic, entry, observation, patient, practitioner, to

MANY = 300
"""Above what `many()` in the schema says."""


def group_of(ids: list[str], **more) -> dict:
    return {
        "resourceType": "List",
        "status": "current",
        "mode": "working",
        "entry": [{"item": to(i)} for i in ids],
    } | more


async def staff(clinic: Clinic, count: int) -> list[str]:
    outcomes = await clinic.transact(*(entry("POST", "Practitioner", practitioner(str(n))) for n in range(count)))
    return [outcomes[n].stored.reference for n in range(count)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "reference",
    ["Patient/none", "Patient/none/_history/2", f"{BASE}/Patient/none", "Patient/deleted"],
)
async def test_a_local_reference_to_nothing_is_refused(clinic: Clinic, reference):
    await clinic.create(patient(), "deleted")
    await clinic.delete("Patient", "deleted")
    for resource in (
        observation(reference),
        observation(extension=[{"url": "urn:x", "valueReference": to(reference)}]),
        observation(
            contained=[{"resourceType": "Condition", "id": "c", "subject": to(reference)}], hasMember=[to("#c")]
        ),
    ):
        with pytest.raises(Invalid) as refused:
            await clinic.create(resource, "o")
        assert refused.value.faults[0].code == "not-found"
    await clinic.create(observation(), "o")
    with pytest.raises(Invalid):
        await clinic.update(observation(reference), "o")
    assert await clinic.rows("SELECT id, ver, deleted FROM resource ORDER BY id") == [
        ("deleted", 2, True),
        ("o", 1, False),
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "http://elsewhere.test/fhir/Patient/none",
        "urn:uuid:00000000-0000-4000-8000-000000000000",
        "urn:oid:1.2.3",
        "#me",
    ],
)
async def test_what_is_not_ours_need_not_be_there(clinic: Clinic, reference):
    await clinic.create(observation(reference), "o")
    assert await clinic.rows("SELECT count(*) FROM refs") == [(0,)]


async def test_a_reference_may_name_a_version_or_this_server(clinic: Clinic):
    await clinic.create(patient(), "p")
    await clinic.create(practitioner(), "d")
    await clinic.create(observation("Patient/p/_history/1", performer=[to(f"{BASE}/Practitioner/d")]), "o")
    assert await clinic.ids("Observation", patient="p", performer="d") == {"o"}
    for type_, id_ in (("Patient", "p"), ("Practitioner", "d")):
        with pytest.raises(Referenced):
            await clinic.delete(type_, id_)


async def test_a_resource_may_refer_to_itself_and_still_be_deleted(clinic: Clinic):
    await clinic.create(observation(hasMember=[to("Observation/o")]), "o")
    await clinic.create(patient(link=[{"other": to("Patient/p"), "type": "seealso"}]), "p")
    await clinic.delete("Observation", "o")
    await clinic.delete("Patient", "p")


async def test_what_refers_no_more_holds_nothing(clinic: Clinic):
    await clinic.create(patient(), "p")
    await clinic.create(observation("Patient/p"), "o")
    with pytest.raises(Referenced):
        await clinic.delete("Patient", "p")
    await clinic.update(observation(), "o")
    assert (await clinic.delete("Patient", "p")).version == 2


@pytest.mark.parametrize("count", [1, MANY])
async def test_a_writer_and_a_delete_that_meet_do_not_both_succeed(clinic: Clinic, count):
    """Twenty times both at once: never a reference to something gone."""
    for round_ in range(20 if count == 1 else 4):
        references = await staff(clinic, count)
        target = references[-1].split("/")[1]
        results = await asyncio.gather(
            clinic.create(group_of(references), f"g{round_}"),
            clinic.delete("Practitioner", target),
            return_exceptions=True,
        )
        assert sum(isinstance(result, Invalid | Referenced) for result in results) == 1, results


async def test_many_targets_and_many_deletes_take_one_lock_not_one_each(clinic: Clinic):
    """The server's lock table is of fixed size; without this, a List of 9,000 was refused for ever."""
    references = await staff(clinic, MANY)
    targets = [clinic.store.hasher.text(reference) for reference in references]
    for call in ("lock_targets", "lock_deleted"):
        for count, locks in ((MANY, 0), (3, 3)):
            async with clinic.unit() as conn:
                await conn.execute(f"SELECT {call}($1)", targets[:count])
                held = await conn.fetchval(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                )
            assert held == locks, (call, count)


async def test_many_are_written_pointed_at_and_deleted(clinic: Clinic):
    references = await staff(clinic, MANY)
    await clinic.create(group_of(references), "g")
    await clinic.transact(entry("PUT", "List/h", group_of(references, id="h")), entry("DELETE", "List/g"))
    with pytest.raises(Invalid):
        await clinic.update(group_of([*references, "Patient/none"]), "h")
    await clinic.delete("List", "h")
    outcomes = await clinic.transact(*(entry("DELETE", reference) for reference in references))
    assert {outcome.status for outcome in outcomes.values()} == {"deleted"}
    assert await clinic.rows("SELECT count(*) FROM resource WHERE NOT deleted") == [(0,)]


async def test_more_conditions_than_one_lock_each(clinic: Clinic):
    assert MANY > MOST_LOCKS
    entries = [entry("POST", "Practitioner", practitioner(str(n)), ifNoneExist=f"identifier={n}") for n in range(MANY)]
    both = await asyncio.gather(clinic.transact(*entries), clinic.transact(*entries), clinic.transact(entries[0]))
    assert await clinic.rows("SELECT count(*) FROM resource") == [(MANY,)]
    assert sorted(outcome.status for outcomes in both for outcome in outcomes.values()) == ["created"] * MANY + [
        "unchanged"
    ] * (MANY + 1)


async def test_a_bundle_names_each_resource_that_dangles(clinic: Clinic):
    with pytest.raises(Invalid) as refused:
        await clinic.transact(
            entry("POST", "Observation", observation("Patient/a")),
            entry("POST", "Patient", patient()),
            entry("POST", "Observation", observation("Patient/b")),
        )
    assert [fault.path for fault in refused.value.faults] == ["Bundle.entry[0].resource", "Bundle.entry[2].resource"]


async def test_other_requests_get_turns_while_a_bundle_is_indexed(clinic: Clinic):
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(count_turns())
    drafts = [many_module.Draft(observation(), f"o{n}") for n in range(10 * many_module.BREATH)]
    await many_module.prepare_all(clinic.store, drafts, clinic.now)
    counting.cancel()
    assert turns >= 9
