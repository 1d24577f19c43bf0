"""What tells about another resource is told to those alone who may know of that one, whatever becomes of it later."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from osler.access.records import Everything
from osler.core.errors import Gone, Invalid, NotFound
from tests.db.gate.conftest import Somebody, at_site, entry, patient
from tests.db.settled import settled

HIV = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}
LABELED = {"meta": {"security": [HIV]}}
NORTH, SOUTH = frozenset(("north",)), frozenset(("south",))
READERS: list[tuple[str, dict[str, Any]]] = [
    ("everyone", {"sites": NORTH}),
    ("panel", {"practitioner": "d"}),
    ("reader", {}),
    ("own", {"patient": "p"}),
]


def provenance(id_: str, *targets: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Provenance", "id": id_, "recorded": "2025-01-01T10:00:00Z"}
    made |= {
        "target": [{"reference": target} for target in targets],
        "agent": [{"who": {"reference": "Practitioner/d"}}],
    }
    return made | more


def document(id_: str, subject: str = "", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "DocumentReference", "id": id_, "status": "current"}
    made |= {"content": [{"attachment": {"title": "x"}}]}
    return made | ({"subject": {"reference": subject}} if subject else {}) | more


@pytest.fixture
async def clinic(everyone: Somebody) -> Somebody:
    """A patient of the north in the care of d, and one of the south, each with a document; and one with a label."""
    await everyone.put({"resourceType": "Practitioner", "id": "d"})
    for id_, site in (("p", "north"), ("q", "south")):
        await everyone.put(patient(id_, **at_site(site)))
        await everyone.put(document(f"of-{id_}", f"Patient/{id_}"))
    await everyone.put(document("kept", "Patient/p", **LABELED))
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": {"reference": "Patient/p"}}
    await everyone.put(team | {"participant": [{"member": {"reference": "Practitioner/d"}}]})
    return everyone


async def shown_to(who: Somebody, id_: str, type_: str = "Provenance") -> bool:
    """Whether every way there is leads to the resource; fails when only some do."""
    await settled(who.gate.store.pool)
    try:
        await who.read(type_, id_)
        read = True
    except NotFound:
        read = False
    ways = {
        "search": id_ in await who.ids(type_, _id=id_),
        "count": bool((await who.search(type_, _id=id_, _summary="count")).total),
        "history": await _tells(who, lambda r: r.list_versions(type_, id_)),
        "vread": await _tells(who, lambda r: r.read_version(type_, id_, 1)),
        "changes": id_ in {each.id for _, each in await who.look(lambda r: r.list_changes(type_))},
    }
    assert set(ways.values()) == {read}, ways
    return read


async def _tells(who: Somebody, question: Any) -> bool:
    try:
        return bool(await who.look(question))
    except NotFound:
        return False


@pytest.mark.parametrize(("role", "who"), READERS, ids=["site", "panel", "label", "patient"])
async def test_who_may_not_see_what_it_is_about_does_not_see_a_provenance(clinic: Somebody, somebody, role, who):
    await clinic.put(provenance("open", "DocumentReference/of-p"))
    await clinic.put(provenance("closed", "DocumentReference/kept" if role == "reader" else "DocumentReference/of-q"))
    await clinic.put(provenance("staff", "Practitioner/d"))
    reader: Somebody = somebody(role, **who)
    assert [await shown_to(reader, id_) for id_ in ("open", "closed", "staff")] == [True, False, True]
    assert [await shown_to(clinic, id_) for id_ in ("open", "closed", "staff")] == [True, True, True]


async def test_it_comes_with_what_it_is_about_and_with_nothing_else(clinic: Somebody, somebody):
    for id_ in ("of-p", "of-q"):
        await clinic.put(provenance(f"on-{id_}", f"DocumentReference/{id_}"))
    north: Somebody = somebody("everyone", sites=NORTH)
    answer = await north.search("DocumentReference", _revinclude="Provenance:target")
    assert {each.id for each in answer.included} == {"on-of-p"}
    assert {each.id for each in (await north.search("Provenance", _include="Provenance:agent")).matches} == {"on-of-p"}
    assert await north.ids("DocumentReference", ("_has:Provenance:target:agent", "d")) == {"of-p"}
    whole = await north.look(lambda r: r.everything(Everything("p")))
    assert "Provenance/on-of-p" in {each.reference for each in whole.matches}
    found = await clinic.search("Provenance", compartment=("Patient", "p"))
    assert found.matches == []  # in R4's compartment is only what names the patient itself


async def test_it_belongs_to_all_that_it_is_about_and_has_all_their_labels(clinic: Somebody, somebody):
    await clinic.put(provenance("both", "DocumentReference/of-p", "DocumentReference/of-q"))
    await clinic.put(provenance("labeled", "DocumentReference/of-p", "DocumentReference/kept"))
    for who in (somebody("everyone", sites=NORTH), somebody("everyone", sites=SOUTH), somebody("own", patient="q")):
        assert await shown_to(who, "both")
    assert not await shown_to(somebody("reader"), "labeled")
    assert not await shown_to(somebody("own", patient="q"), "labeled")


async def test_its_own_label_stays_and_its_own_site_does_not_open_what_it_is_about(clinic: Somebody, somebody):
    await clinic.put(provenance("own-label", "DocumentReference/of-p", **LABELED))
    await clinic.put(provenance("own-site", "DocumentReference/of-q", **at_site("north")))
    await clinic.put(provenance("staff", "Practitioner/d", **at_site("north")))
    assert not await shown_to(somebody("reader"), "own-label")
    await clinic.put(document("of-p", "Patient/p", description="changed"))
    assert not await shown_to(somebody("reader"), "own-label")
    assert not await shown_to(somebody("everyone", sites=NORTH), "own-site")
    assert await shown_to(somebody("everyone", sites=SOUTH), "own-site")
    assert not await shown_to(somebody("everyone", sites=SOUTH), "staff")


async def test_it_follows_what_becomes_of_what_it_is_about(clinic: Somebody, somebody):
    await clinic.put(provenance("v", "DocumentReference/of-p"))
    await clinic.put(provenance("of-v", "Provenance/v"))
    reader, north, own = somebody("reader"), somebody("everyone", sites=NORTH), somebody("own", patient="p")
    for about in ("v", "of-v"):
        assert [await shown_to(who, about) for who in (reader, north, own)] == [True, True, True]
    await clinic.put(document("of-p", "Patient/p", **LABELED))
    for about in ("v", "of-v"):
        assert [await shown_to(who, about) for who in (reader, north, own)] == [False, True, True]
    await clinic.put(document("of-p", "Patient/q"))
    for about in ("v", "of-v"):
        assert [await shown_to(who, about) for who in (reader, north, own)] == [True, False, False]
    await clinic.put(document("of-p", "Patient/q", **at_site("north")))
    assert await shown_to(north, "of-v")


async def test_a_patient_who_moves_takes_it_along(clinic: Somebody, somebody):
    await clinic.put(provenance("of-patient", "Patient/p"))
    await clinic.put(provenance("v", "DocumentReference/of-p"))
    await clinic.put(patient("p", **at_site("south")))
    for about in ("v", "of-patient"):
        assert not await shown_to(somebody("everyone", sites=NORTH), about)
        assert await shown_to(somebody("everyone", sites=SOUTH), about)


async def test_a_new_version_follows_what_it_says_now_and_earlier_ones_stay_as_they_were(clinic: Somebody, somebody):
    await clinic.put(provenance("v", "DocumentReference/of-p"))
    await clinic.put(provenance("v", "DocumentReference/of-q"))
    north: Somebody = somebody("everyone", sites=NORTH)
    with pytest.raises(NotFound):
        await north.read("Provenance", "v")
    assert [each.version for each in await north.look(lambda r: r.list_versions("Provenance", "v"))] == [1]
    await clinic.put(document("of-q", "Patient/p"))
    assert (await north.read("Provenance", "v"))["id"] == "v"
    await clinic.delete("Provenance", "v")
    with pytest.raises(Gone):
        await north.read("Provenance", "v")
    with pytest.raises(NotFound):
        await somebody("own", patient="q").read("Provenance", "v")


async def test_in_a_bundle_it_follows_what_is_written_beside_it(clinic: Somebody, somebody):
    await clinic.transact(
        entry("PUT", "Provenance/late", provenance("late", "Provenance/first")),
        entry("PUT", "Provenance/first", provenance("first", "DocumentReference/new")),
        entry("PUT", "DocumentReference/new", document("new", "Patient/q", **LABELED)),
    )
    for about in ("first", "late"):
        assert await shown_to(clinic, about)
        for who in (somebody("everyone", sites=NORTH), somebody("own", patient="p"), somebody("reader")):
            assert not await shown_to(who, about)
    await clinic.transact(
        entry("PUT", "DocumentReference/new", document("new", "Patient/p")),
        entry("PUT", "Provenance/first", provenance("first", "DocumentReference/new", recorded="2025-02-02T10:00:00Z")),
    )
    for who in (somebody("everyone", sites=NORTH), somebody("own", patient="p"), somebody("reader")):
        assert (await who.read("Provenance", "late"))["id"] == "late"


async def test_what_names_no_patient_belongs_to_those_of_what_it_points_at(clinic: Somebody, somebody):
    about = {"reference": "DocumentReference/of-q"}
    await clinic.put({"resourceType": "Task", "id": "x", "status": "requested", "intent": "order", "focus": about})
    await clinic.put({"resourceType": "Communication", "id": "x", "status": "completed", "about": [about]})
    await clinic.put(
        {"resourceType": "List", "id": "x", "status": "current", "mode": "working", "entry": [{"item": about}]}
    )
    await clinic.put({"resourceType": "Binary", "id": "x", "contentType": "text/plain", "securityContext": about})
    north, south = somebody("everyone", sites=NORTH), somebody("everyone", sites=SOUTH)
    for type_ in ("Task", "Communication", "List", "Binary"):
        assert await shown_to(south, "x", type_)
        assert not await shown_to(north, "x", type_)
    await clinic.put({"resourceType": "Task", "id": "x", "status": "requested", "intent": "order", "focus": about,
                      "for": {"reference": "Patient/p"}})  # fmt: skip
    assert (await north.read("Task", "x"))["id"] == "x"
    with pytest.raises(NotFound):
        await south.read("Task", "x")


async def test_who_points_at_what_they_see_may_write_it(clinic: Somebody, somebody):
    north: Somebody = somebody("everyone", sites=NORTH)
    made = await north.create(provenance("", "DocumentReference/of-p") | {"id": "n"})
    assert await shown_to(north, made.id)
    with pytest.raises(Invalid):
        await north.create(provenance("", "DocumentReference/of-q") | {"id": "n"})


async def test_a_label_given_meanwhile_is_not_missed(clinic: Somebody, somebody):
    """Whichever of the two commits first, the provenance ends with the label."""
    for n in range(4):
        await clinic.put(document(f"d{n}", "Patient/p"))

    async def write(n: int) -> None:
        await clinic.put(provenance(f"v{n}", f"DocumentReference/d{n}"))

    async def label(n: int) -> None:
        await clinic.put(document(f"d{n}", "Patient/p", **LABELED))

    await asyncio.gather(*(work(n) for n in range(4) for work in (write, label)))
    reader: Somebody = somebody("reader")
    assert await reader.ids("Provenance") == set()
    assert len(await clinic.ids("Provenance")) == 4
