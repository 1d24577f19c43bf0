"""Who may do what: by role, panel and site; what is refused is refused with words."""

from __future__ import annotations

import pytest

from osler.access.actors import Actor
from osler.core.errors import Forbidden, Invalid, NotFound, VersionConflict
from tests.db.gate.conftest import Somebody, at_site, entry, observation, patient, rows


async def test_who_may_read_but_not_write_is_told_so(everyone: Somebody, somebody):
    await everyone.put(patient("p"))
    reader: Somebody = somebody("reader")
    for attempt in (
        lambda: reader.put(patient("p")), lambda: reader.patch("Patient", "p", lambda p: p), lambda: reader.delete("Patient", "p"),
        lambda: reader.create(patient()), lambda: reader.create(patient(), alone=True),
        lambda: reader.transact(entry("PUT", "Patient/p", patient("p"))), lambda: reader.transact(entry("DELETE", "Patient/p")),
        lambda: reader.transact(entry("POST", "Patient", patient())),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            await attempt()
    with pytest.raises(NotFound):
        await reader.put(patient("q"))
    with pytest.raises(NotFound):
        await reader.delete("Patient", "q")


async def test_who_may_write_but_not_read_learns_nothing_by_writing(everyone: Somebody, somebody):
    await everyone.put(patient("p", telecom=[{"system": "phone", "value": "555"}], birthDate="1980"))
    blind: Somebody = somebody("blind")
    with pytest.raises(NotFound):
        await blind.look(lambda records: records.read("Patient", "p"))
    for attempt in (
        lambda: blind.patch("Patient", "p", lambda p: p | {"gender": "male"}),
        lambda: blind.transact(entry("PATCH", "Patient/p", {"change": lambda p: p | {"gender": "male"}})),
    ):
        with pytest.raises(NotFound):
            await attempt()
    stored, new = await blind.put(patient("p", gender="female"))
    assert not new
    assert "telecom" not in stored.json()
    with pytest.raises(Forbidden):
        await blind.find_one("Patient", "birthdate=1980")
    with pytest.raises(Invalid):
        await blind.create(observation("Patient/p"))
    assert await blind.delete("Patient", "p") is not None


async def test_who_may_write_but_not_read_where_something_is_hidden_is_sent_to_somebody_else(
    everyone: Somebody, somebody
):
    await everyone.put(patient("p", telecom=[{"system": "phone", "value": "555"}]))
    with pytest.raises(Forbidden):
        await somebody("blind clerk").put(patient("p"))
    assert (await everyone.read("Patient", "p"))["telecom"] == [{"system": "phone", "value": "555"}]


async def test_a_filter_holds_before_and_after_a_change(everyone: Somebody, somebody):
    women: Somebody = somebody("women")
    made = await women.create(patient(gender="female"))
    for alone in (False, True):
        with pytest.raises(Forbidden):
            await women.create(patient(gender="male"), alone=alone)
    with pytest.raises(Forbidden):
        await women.put(patient(made.id, gender="male"))
    with pytest.raises(Forbidden):
        await women.patch("Patient", made.id, lambda p: p | {"gender": "male"})
    with pytest.raises(Forbidden):
        await women.transact(entry("PUT", f"Patient/{made.id}", patient(made.id, gender="male")))
    with pytest.raises(Forbidden):
        await women.transact(
            entry("POST", "Patient", patient(gender="male")), entry("POST", "Patient", patient(gender="female"))
        )
    assert await rows(everyone.gate, "SELECT id, ver FROM resource") == [(made.id, 1)]


async def test_ids_are_chosen_by_those_who_see_all_of_a_type(everyone: Somebody, somebody):
    women: Somebody = somebody("women")
    with pytest.raises(NotFound):
        await women.put(patient("mine", gender="female"))
    stored, new = await women.put(observation(id="o"))
    assert (stored.id, new) == ("o", True)
    for other in (
        somebody("everyone", sites=frozenset(("north",))),
        somebody("panel", practitioner="d"),
        somebody("blind"),
    ):
        with pytest.raises(NotFound):
            await other.put(observation(id="p"))
    stored, new = await somebody("creator").put(observation(id="p"))
    assert new
    with pytest.raises(Forbidden):
        await somebody("creator").put(observation(id="p"))


async def test_a_panel_opens_with_a_care_team_and_closes_with_it(everyone: Somebody, somebody):
    for id_ in ("p", "q"):
        await everyone.put(patient(id_))
        await everyone.put(observation(f"Patient/{id_}", id=f"of-{id_}"))
    await everyone.put({"resourceType": "Practitioner", "id": "d"})
    team = {
        "resourceType": "CareTeam",
        "id": "t",
        "status": "active",
        "subject": {"reference": "Patient/p"},
        "participant": [{"member": {"reference": "Practitioner/d"}}],
    }
    doctor: Somebody = somebody("panel", practitioner="d")
    assert await doctor.ids("Patient") == set()
    await everyone.put(team)
    assert await doctor.ids("Patient") == {"p"}
    assert await doctor.ids("Observation") == {"of-p"}
    await doctor.put(observation("Patient/p", id="of-p", status="amended"))
    with pytest.raises(Invalid):
        await doctor.create(team | {"subject": {"reference": "Patient/q"}})
    assert await somebody("panel", practitioner="e").ids("Observation") == set()
    await everyone.delete("CareTeam", "t")
    assert await doctor.ids("Patient") == set()
    with pytest.raises(NotFound):
        await doctor.read("Observation", "of-p")


async def test_who_has_no_rule_sees_and_does_nothing(everyone: Somebody, somebody):
    await everyone.put(patient("p"))
    nobody: Somebody = somebody("nothing")
    with pytest.raises(NotFound):
        await nobody.read("Patient", "p")
    with pytest.raises(Forbidden):
        await nobody.ids("Patient")
    with pytest.raises(Forbidden):
        await nobody.create(patient())
    assert await nobody.look(lambda r: r.list_changes()) == []


async def test_an_unknown_type_is_nowhere(everyone: Somebody):
    for attempt in (
        everyone.look(lambda r: r.read("Nothing", "p")),
        everyone.put({"resourceType": "Nothing", "id": "p"}),
        everyone.delete("Nothing", "p"),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_what_is_unsound_is_refused_with_every_fault_and_where(everyone: Somebody):
    bad = patient(gender=5, birthDate="yesterday")
    with pytest.raises(Invalid, match="2 faults") as refused:
        await everyone.create(bad)
    assert sorted(fault.path for fault in refused.value.faults) == ["Patient.birthDate", "Patient.gender"]
    with pytest.raises(Invalid, match="1 fault;"):
        await everyone.create(patient(gender=5))
    with pytest.raises(Invalid) as refused:
        await everyone.transact(entry("POST", "Patient", patient()), entry("POST", "Patient", bad))
    assert sorted(f.path for f in refused.value.faults) == [
        "Bundle.entry[1].resource.birthDate",
        "Bundle.entry[1].resource.gender",
    ]


@pytest.mark.parametrize("change", [lambda p: p | {"id": "q"}, lambda p: p | {"resourceType": "Group"}, lambda p: {}])
async def test_a_patch_leaves_the_resource_what_it_is(everyone: Somebody, change):
    await everyone.put(patient("p"))
    with pytest.raises(Invalid):
        await everyone.patch("Patient", "p", change)
    with pytest.raises(NotFound):
        await everyone.patch("Patient", "none", lambda p: p)
    with pytest.raises(VersionConflict):
        await everyone.patch("Patient", "p", lambda p: p, if_match=2)


async def test_reading_records_do_not_write(everyone: Somebody):
    with pytest.raises(RuntimeError):
        await everyone.look(lambda records: records.create(patient()))


async def test_a_single_site_is_put_on_what_its_people_write_unless_it_says_otherwise(everyone: Somebody, somebody):
    await everyone.put({"resourceType": "Organization", "id": "north", "name": "North"})
    await everyone.put({"resourceType": "Organization", "id": "south", "name": "South"})
    north: Somebody = somebody("everyone", sites=frozenset(("north",)))
    made = (await north.create(patient(meta={"profile": ["urn:p"], "tag": [{"code": "x"}]}))).json()
    assert made["meta"]["tag"] == [{"code": "x"}, {"system": "urn:osler:site", "code": "north"}]
    assert made["meta"]["profile"] == ["urn:p"]
    named = patient(managingOrganization={"reference": "http://osler.test/fhir/Organization/north"})
    assert "tag" not in (await north.create(named)).json()["meta"]
    with pytest.raises(Forbidden):
        await north.create(patient(**at_site("south")))
    both: Somebody = somebody("everyone", sites=frozenset(("north", "south")))
    with pytest.raises(Forbidden):
        await both.create(patient())
    shared = await both.create(patient(**at_site("north", "south")))
    assert shared.id in await north.ids("Patient")
    assert shared.id in await somebody("everyone", sites=frozenset(("south",))).ids("Patient")
    assert await somebody("everyone", sites=frozenset(("west",))).ids("Patient") == set()


async def test_everything_of_a_patient_is_what_the_reader_may_see_of_it(everyone: Somebody, somebody):
    from osler.access.records import Everything

    await everyone.put({"resourceType": "Practitioner", "id": "d"})
    await everyone.put(patient("p", gender="female", generalPractitioner=[{"reference": "Practitioner/d"}]))
    for n in range(5):
        await everyone.put(
            observation("Patient/p", id=f"o{n}", **({"performer": [{"reference": "Practitioner/d"}]} if n else {}))
        )
    await everyone.put({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}})
    await everyone.put(patient("q", gender="male"))

    async def all_of(who: Somebody, id_: str, **more) -> list[str]:
        found, cursor = [], ""
        while cursor is not None:
            answer = await who.look(lambda r, c=cursor: r.everything(Everything(id_, cursor=c, limit=3, **more)))
            found += [each.reference for each in answer.matches]
            cursor = answer.next
        return found

    whole = await all_of(everyone, "p")
    assert len(whole) == len(set(whole))
    assert set(whole) == {"Patient/p", "Practitioner/d", "Condition/c", *(f"Observation/o{n}" for n in range(5))}
    assert set(await all_of(somebody("women"), "p")) == {"Patient/p", *(f"Observation/o{n}" for n in range(5))}
    assert set(await all_of(everyone, "p", types=("Condition",))) == {"Condition/c"}
    assert "Practitioner/d" not in await all_of(everyone, "p", around=False)
    assert "Practitioner/d" not in await all_of(somebody("clerk"), "p")
    with pytest.raises(NotFound):
        await all_of(somebody("women"), "q")
    with pytest.raises(Invalid):
        await everyone.look(lambda r: r.everything(Everything("p", cursor="x1")))


async def test_an_actor_without_any_role_for_the_purpose_is_refused(everyone: Somebody):
    with pytest.raises(Forbidden):
        await Somebody(everyone.gate, Actor("x", "user", "X")).read("Patient", "p")


async def test_what_r4_puts_into_no_compartment_is_seen_by_those_who_see_its_patient(everyone: Somebody, somebody):
    await everyone.put(patient("p", **at_site("north")))
    await everyone.put({"resourceType": "Device", "id": "d", "patient": {"reference": "Patient/p"}})
    await everyone.put({"resourceType": "Device", "id": "shelf"})
    await everyone.put({"resourceType": "Binary", "id": "b", "contentType": "text/plain",
                        "securityContext": {"reference": "Patient/p"}})  # fmt: skip
    north, south = (somebody("everyone", sites=frozenset((site,))) for site in ("north", "south"))
    assert await north.ids("Device") == {"d", "shelf"}
    assert await south.ids("Device") == {"shelf"}
    assert (await north.read("Binary", "b"))["contentType"] == "text/plain"
    for hidden in (("Binary", "b"), ("Device", "d")):
        with pytest.raises(NotFound):
            await south.read(*hidden)


async def test_what_names_no_site_is_seen_where_its_patient_is(everyone: Somebody, somebody):
    await everyone.put(patient("p", **at_site("north")))
    await everyone.put(observation("Patient/p", id="o"))
    assert await somebody("everyone", sites=frozenset(("north",))).ids("Observation") == {"o"}
    assert await somebody("everyone", sites=frozenset(("south",))).ids("Observation") == set()
