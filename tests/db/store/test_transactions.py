"""Transaction bundles: references in any order, criteria for names, all of it or nothing."""

from __future__ import annotations

import asyncio
import itertools
import threading
from typing import Any

import pytest

from osler.core.errors import Duplicate, Invalid, NotFound, Referenced, VersionConflict
from osler.fhir.bundle import Entry, read_bundle
from osler.store import transaction
from osler.store.conditional import MOST_CRITERIA, find_one, normal
from osler.store.transaction import Outcome
from osler.store.visibility import EVERYTHING
from tests.db.processes import PATIENCE
from tests.db.store.conftest import Clinic, entry, identifier, observation, patient, practitioner, to

NPI = "http://hl7.org/fhir/sid/us-npi"
PATIENT, ENCOUNTER, NOTE = (f"urn:uuid:0000000{n}-0000-4000-8000-000000000000" for n in range(3))


def made(outcomes: dict[int, Outcome], index: int) -> dict:
    stored = outcomes[index].stored
    assert stored is not None
    return stored.json()


async def nothing_written(clinic: Clinic) -> bool:
    counts = [
        await clinic.rows(f"SELECT count(*) FROM {table}")
        for table in ("resource", "change", "history", "refs", "strings")
    ]
    return all(rows == [(0,)] for rows in counts)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_temporary_names_lead_to_the_same_resources_in_any_order(clinic: Clinic, order):
    entries = [
        entry("POST", "Patient", patient(), full_url=PATIENT),
        entry("POST", "Encounter", encounter(to(PATIENT), diagnosis=to(NOTE)), full_url=ENCOUNTER),
        entry("POST", "Condition", condition(to(PATIENT), to(ENCOUNTER)), full_url=NOTE),
    ]
    outcomes = await clinic.transact(*(entries[n] for n in order))
    found = {outcome.stored.type: outcome.stored for outcome in outcomes.values() if outcome.stored}
    assert found["Encounter"].json()["diagnosis"][0]["condition"] == to(found["Condition"].reference)
    assert found["Condition"].json()["encounter"] == to(found["Encounter"].reference)
    assert await clinic.ids("Condition", patient=found["Patient"].id) == {found["Condition"].id}
    assert {outcome.status for outcome in outcomes.values()} == {"created"}


async def test_others_get_turns_while_an_entry_takes_long_to_be_checked(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transaction, "MOMENT", 0.0)
    loop, turn = asyncio.get_running_loop(), threading.Event()

    def accept(_: Entry, resource: dict[str, Any]) -> dict[str, Any]:
        loop.call_soon_threadsafe(turn.set)
        assert turn.wait(PATIENCE), "the loop stood still"
        turn.clear()
        return resource

    _, read = read_bundle({
        "resourceType": "Bundle", "type": "transaction", "entry": [entry("POST", "Patient", patient())] * 3,
    }, base_url="http://test/fhir")  # fmt: skip
    async with clinic.unit() as conn:
        outcomes = await transaction.run(
            clinic.store, conn, read, clinic.visibility, updated=clinic.now, accept=accept,
            patch=lambda *_: {}, may_choose_id=lambda _: True,
        )  # fmt: skip
    assert [outcomes[n].status for n in range(3)] == ["created"] * 3


async def test_a_conditional_reference_may_hold_a_url(clinic: Clinic):
    await clinic.create(practitioner("7"), "seven")
    reference = f"Practitioner?identifier={NPI}|7"
    outcomes = await clinic.transact(entry("POST", "Observation", observation(performer=[to(reference)])))
    assert made(outcomes, 0)["performer"] == [to("Practitioner/seven")]


async def test_a_conditional_reference_finds_what_comes_along_also_by_several_criteria(clinic: Clinic):
    outcomes = await clinic.transact(
        entry("POST", "Observation", observation(performer=[to(f"Practitioner?identifier={NPI}|7&active=true")])),
        entry("POST", "Practitioner", practitioner("7", active=True)),
        entry("POST", "Practitioner", practitioner("7", active=False)),
    )
    assert made(outcomes, 0)["performer"] == [to(f"Practitioner/{made(outcomes, 1)['id']}")]


async def test_a_conditional_reference_to_nothing_or_to_several_refuses_all(clinic: Clinic):
    asks = entry("POST", "Observation", observation(performer=[to(f"Practitioner?identifier={NPI}|7")]))
    with pytest.raises(Invalid) as nothing:
        await clinic.transact(entry("POST", "Patient", patient()), asks)
    assert nothing.value.faults[0].path == "Bundle.entry[1].resource"
    twins = [entry("POST", "Practitioner", practitioner("7")) for _ in range(2)]
    with pytest.raises(Duplicate):
        await clinic.transact(asks, *twins)
    assert await nothing_written(clinic)
    await clinic.create(practitioner("7"), "seven")
    with pytest.raises(Duplicate):
        await clinic.transact(asks, twins[0])


async def test_criteria_that_only_the_store_can_answer_are_asked_of_the_store(clinic: Clinic):
    await clinic.create(patient(), "ada")
    outcomes = await clinic.transact(
        entry("POST", "Observation", observation("Patient?name=marsh")), entry("POST", "Patient", patient())
    )
    assert made(outcomes, 0)["subject"] == to("Patient/ada")


async def test_a_reference_by_criteria_is_refused_where_nothing_resolves_it(clinic: Clinic):
    await clinic.create(patient(), "ada")
    with pytest.raises(Invalid, match="by criteria is for transactions"):
        await clinic.create(observation("Patient?name=marsh"), "one")
    with pytest.raises(Invalid, match="by criteria is for transactions"):
        await clinic.transact(entry("POST", "Observation", observation("Patient?")))
    elsewhere = observation(performer=[to("https://other.example/fhir/Practitioner?identifier=7")])
    await clinic.create(elsewhere, "one")


async def test_an_unsound_resource_of_the_bundle_matches_no_condition(clinic: Clinic):
    unsound = practitioner() | {"identifier": "seven"}
    asks = entry("POST", "Observation", observation(performer=[to("Practitioner?identifier=seven")]))
    with pytest.raises(Invalid, match="matches a conditional reference"):
        await clinic.transact(asks, entry("POST", "Practitioner", unsound))


async def test_many_conditional_references_take_one_look_at_the_bundle(clinic: Clinic):
    count = 300
    people = [entry("POST", "Practitioner", practitioner(str(n))) for n in range(count)]
    asks = [
        entry("POST", "Observation", observation(performer=[to(f"Practitioner?identifier={NPI}|{n}")]))
        for n in range(count)
    ]
    outcomes = await clinic.transact(*asks, *people)
    assert all(
        made(outcomes, n)["performer"][0]["reference"].endswith(made(outcomes, count + n)["id"]) for n in range(count)
    )


async def test_a_temporary_name_of_nothing_refuses_all(clinic: Clinic):
    with pytest.raises(Invalid) as refused:
        await clinic.transact(entry("POST", "Patient", patient()), entry("POST", "Observation", observation(PATIENT)))
    assert [fault.path for fault in refused.value.faults] == ["Bundle.entry[1].resource"]
    assert await nothing_written(clinic)


async def test_relative_references_are_read_against_the_full_url_of_what_gets_a_new_id(clinic: Clinic):
    there = "http://elsewhere.test/fhir/Patient/9"
    outcomes = await clinic.transact(
        entry("POST", "Patient", patient(), full_url=there), entry("POST", "Observation", observation("Patient/9"))
    )
    assert made(outcomes, 1)["subject"] == to(f"Patient/{made(outcomes, 0)['id']}")
    await clinic.create(patient(identifier=[identifier("4")]), "four")
    outcomes = await clinic.transact(
        entry("PUT", f"Patient?identifier={NPI}|4", patient(identifier=[identifier("4")]), full_url=there),
        entry("POST", "Observation", observation("Patient/9")),
    )
    assert made(outcomes, 1)["subject"] == to("Patient/four")


async def test_a_dangling_last_entry_leaves_nothing(clinic: Clinic):
    with pytest.raises(Invalid) as refused:
        await clinic.transact(
            entry("POST", "Patient", patient()),
            entry("PUT", "Practitioner/p", practitioner() | {"id": "p"}),
            entry("POST", "Observation", observation("Patient/nobody")),
        )
    assert [(f.path, f.code) for f in refused.value.faults] == [("Bundle.entry[2].resource", "not-found")]
    assert await nothing_written(clinic)


async def test_every_kind_of_entry_in_one_transaction(clinic: Clinic):
    await clinic.create(patient(), "old")
    await clinic.create(patient(), "gone")
    await clinic.create(observation("Patient/gone"), "moved")
    await clinic.create(practitioner("3"), "three")
    outcomes = await clinic.transact(
        entry("DELETE", "Patient/gone"),
        entry("DELETE", "Patient/never"),
        entry("DELETE", f"Practitioner?identifier={NPI}|none"),
        entry("PUT", "Patient/old", patient(gender="female") | {"id": "old"}, ifMatch='W/"1"'),
        entry("PUT", "Patient/new", patient() | {"id": "new"}),
        entry(
            "PATCH",
            "Observation/moved",
            {"resourceType": "Binary", "change": lambda o: o | {"subject": to("Patient/new")}},
        ),
        entry("POST", "Practitioner", practitioner("3"), ifNoneExist=f"identifier={NPI}|3"),
        entry("POST", "Practitioner", practitioner("4"), ifNoneExist=f"identifier={NPI}|4"),
    )
    assert [outcomes[n].status for n in range(8)] == [
        "deleted", "deleted", "deleted", "updated", "created", "updated", "unchanged", "created",
    ]  # fmt: skip
    assert outcomes[1].stored is None
    assert outcomes[2].stored is None
    assert made(outcomes, 3)["meta"]["versionId"] == "2"
    assert await clinic.ids("Observation", patient="new") == {"moved"}
    assert await clinic.ids("Patient") == {"old", "new"}


async def test_what_is_deleted_must_not_be_pointed_at_by_the_same_bundle(clinic: Clinic):
    await clinic.create(patient(), "p")
    with pytest.raises(Invalid):
        await clinic.transact(entry("DELETE", "Patient/p"), entry("POST", "Observation", observation("Patient/p")))
    await clinic.create(observation("Patient/p"), "o")
    with pytest.raises(Referenced):
        await clinic.transact(entry("DELETE", "Patient/p"))
    outcomes = await clinic.transact(entry("DELETE", "Patient/p"), entry("DELETE", "Observation/o"))
    assert [outcomes[n].status for n in (0, 1)] == ["deleted", "deleted"]


async def test_what_was_deleted_comes_back_with_the_next_version(clinic: Clinic):
    await clinic.create(patient(), "p")
    await clinic.delete("Patient", "p")
    outcomes = await clinic.transact(
        entry("PUT", "Patient/p", patient() | {"id": "p"}), entry("POST", "Observation", observation("Patient/p"))
    )
    assert (outcomes[0].status, made(outcomes, 0)["meta"]["versionId"]) == ("created", "3")
    assert await clinic.ids("Observation", patient="p") == {made(outcomes, 1)["id"]}


ESCAPED = "identifier=http%3A%2F%2Fhl7.org%2Ffhir%2Fsid%2Fus-npi%7C8"


@pytest.mark.parametrize(
    "entries",
    [
        [entry("PUT", "Patient/p", patient() | {"id": "p"}), entry("DELETE", f"Patient?identifier={NPI}|1")],
        [entry("PUT", f"Patient?identifier={NPI}|1", patient()), entry("PUT", "Patient?name=marsh", patient())],
        [entry("POST", "Practitioner", practitioner("8"), ifNoneExist=f"identifier={NPI}|8") for _ in range(2)],
        [entry("POST", "Practitioner", practitioner("8"), ifNoneExist=c) for c in (f"identifier={NPI}|8", ESCAPED)],
        [entry("PUT", "Practitioner?identifier=8", practitioner("8")) for _ in range(2)],
    ],
)
async def test_entries_that_meet_in_one_resource_are_refused(clinic: Clinic, entries):
    await clinic.create(patient(identifier=[identifier("1")]), "p")
    with pytest.raises(Invalid) as refused:
        await clinic.transact(*entries)
    assert [fault.path for fault in refused.value.faults] == ["Bundle.entry[1]"]


async def test_a_conditional_update_writes_the_match_or_something_new(clinic: Clinic):
    condition = f"Practitioner?identifier={NPI}|6"
    first = await clinic.transact(entry("PUT", condition, practitioner("6")))
    second = await clinic.transact(entry("PUT", condition, practitioner("6", active=True)))
    assert (first[0].status, second[0].status) == ("created", "updated")
    assert made(second, 0)["id"] == made(first, 0)["id"]
    third = await clinic.transact(entry("PUT", f"Practitioner?identifier={NPI}|5", practitioner("5") | {"id": "five"}))
    assert made(third, 0)["id"] == "five"


async def test_a_conditional_update_is_refused_for_another_id_or_none(clinic: Clinic):
    await clinic.create(practitioner("6"), "six")
    for id_, path in (
        ("other", "Bundle.entry[0].resource.id"),
        (["six"], "Bundle.entry[0].resource.id"),
        ("a b", "Bundle.entry[0].resource.id"),
    ):
        with pytest.raises(Invalid) as refused:
            await clinic.transact(entry("PUT", f"Practitioner?identifier={NPI}|6", practitioner("6") | {"id": id_}))
        assert refused.value.faults[0].path == path


async def test_who_may_not_choose_ids_may_still_update_by_a_condition(clinic: Clinic):
    await clinic.transact(entry("PUT", f"Practitioner?identifier={NPI}|6", practitioner("6")), may_choose_id=False)
    for refused in (
        entry("PUT", "Practitioner/seven", practitioner("7") | {"id": "seven"}),
        entry("PUT", f"Practitioner?identifier={NPI}|7", practitioner("7") | {"id": "seven"}),
        entry("PUT", f"Practitioner?identifier={NPI}|7", practitioner("7"), ifMatch='W/"1"'),
    ):
        with pytest.raises(NotFound):
            await clinic.transact(refused, may_choose_id=False)


async def test_a_stale_version_refuses_all(clinic: Clinic):
    await clinic.create(patient(), "p")
    with pytest.raises(VersionConflict):
        await clinic.transact(
            entry("POST", "Patient", patient()), entry("PUT", "Patient/p", patient() | {"id": "p"}, ifMatch='W/"2"')
        )
    assert await clinic.ids("Patient") == {"p"}


@pytest.mark.parametrize("change", [lambda r: r | {"resourceType": "Group"}, lambda r: r | {"id": "q"}, lambda r: {}])
async def test_a_patch_may_not_make_another_resource(clinic: Clinic, change):
    await clinic.create(patient(), "p")
    with pytest.raises(Invalid):
        await clinic.transact(entry("PATCH", "Patient/p", {"resourceType": "Binary", "change": change}))


async def test_there_is_nothing_to_patch_where_nothing_is(clinic: Clinic):
    await clinic.create(patient(), "p")
    await clinic.delete("Patient", "p")
    binary = {"resourceType": "Binary", "change": lambda r: r}
    for url in ("Patient/p", "Patient/q", "Patient?name=marsh"):
        with pytest.raises(NotFound):
            await clinic.transact(entry("PATCH", url, binary))


async def test_lastUpdated_does_not_go_back_when_a_clock_does(clinic: Clinic):
    await clinic.create(patient(), "p")
    await clinic.create(patient(), "q")
    clinic.now = clinic.now.replace(year=2025)
    outcomes = await clinic.transact(entry("PUT", "Patient/p", patient() | {"id": "p"}), entry("DELETE", "Patient/q"))
    for n in (0, 1):
        stored = outcomes[n].stored
        assert stored is not None
        assert stored.updated.year == 2026


async def test_the_same_condition_at_once_makes_one_resource_however_it_is_written(clinic: Clinic):
    written = [
        f"identifier={NPI}|2&active=true",
        f"active=true&identifier={NPI.replace(':', '%3A')}%7C2",
        f"?identifier={NPI}|2&active=true",
    ]
    await asyncio.gather(
        *(
            clinic.transact(entry("POST", "Practitioner", practitioner("2", active=True), ifNoneExist=c))
            for c in written * 4
        )
    )
    assert len(await clinic.ids("Practitioner")) == 1


async def test_circles_and_opposite_orders_at_once_all_come_through(clinic: Clinic):
    for n in range(6):
        await clinic.create(patient(), f"p{n}")
    updates = [
        entry("PUT", f"Patient/p{n}", patient(link=[link(f"Patient/p{(n + 1) % 6}")]) | {"id": f"p{n}"})
        for n in range(6)
    ]
    await asyncio.gather(*(clinic.transact(*(updates if n % 2 else reversed(updates))) for n in range(6)))
    assert await clinic.rows("SELECT DISTINCT ver FROM resource") == [(7,)]
    assert await clinic.rows("SELECT count(*) FROM refs") == [(6,)]


async def test_two_bundles_that_make_the_same_id_at_once_make_two_versions(clinic: Clinic):
    await asyncio.gather(*(clinic.transact(entry("PUT", "Patient/p", patient() | {"id": "p"})) for _ in range(3)))
    assert await clinic.rows("SELECT id, ver FROM resource") == [("p", 3)]


@pytest.mark.parametrize(
    "criteria",
    [
        "",
        "_count=1",
        "_summary=count&name=a",
        "_include=Patient:link&name=a",
        "_cursor=x&name=a",
        "nothing=1",
        "name=%ff",
        "&".join(["name=a"] * (MOST_CRITERIA + 1)),
    ],
)
async def test_conditions_that_are_none_are_refused(clinic: Clinic, criteria):
    with pytest.raises(Invalid):
        await _find(clinic, criteria)


async def _find(clinic: Clinic, criteria: str):
    async with clinic.unit() as conn:
        return await find_one(clinic.store, conn, "Patient", criteria, EVERYTHING, now=clinic.now)


async def test_a_condition_that_several_meet_is_a_duplicate(clinic: Clinic):
    for id_ in ("a", "b", "c"):
        await clinic.create(patient(), id_)
    with pytest.raises(Duplicate):
        await _find(clinic, "name=marsh")
    with pytest.raises(Duplicate) as refused:
        await clinic.transact(entry("DELETE", "Patient?name=marsh"))
    assert refused.value.faults[0].path == "Bundle.entry[0].request"


def test_one_condition_has_one_normal_form():
    assert normal("Patient", "a=1&b=x%7Cy") == normal("Patient", "?b=x|y&a=1") != normal("Group", "a=1&b=x|y")


def encounter(subject: dict, *, diagnosis: dict) -> dict:
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": subject,
        "diagnosis": [{"condition": diagnosis}],
    }


def condition(subject: dict, encounter: dict) -> dict:
    return {"resourceType": "Condition", "subject": subject, "encounter": encounter}


def link(other: str) -> dict:
    return {"other": to(other), "type": "seealso"}
