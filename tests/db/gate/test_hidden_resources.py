"""What is hidden is answered as if it were not there: read, written, asked for by condition, deleted, led to."""

from __future__ import annotations

import pytest

from osler.core.errors import Duplicate, Gone, Invalid, NotFound, OslerError, Referenced, VersionConflict
from tests.db.gate.conftest import Somebody, at_site, entry, observation, patient, rows
from tests.db.settled import settled

HIV = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}
LABELED = {"meta": {"security": [HIV]}}
HIDDEN = [
    ("women", {}, {"gender": "male"}),
    ("panel", {"practitioner": "d"}, {}),
    ("everyone", {"sites": frozenset(("north",))}, at_site("south")),
    ("everyone", {"sites": frozenset(("north",))}, {}),
    ("everyone", {"sites": frozenset[str]()}, at_site("south")),
    ("reader", {}, LABELED),
]
KINDS = ["filter", "panel", "other site", "no site", "no sites at all", "label"]


async def outcome(attempt) -> tuple[type, str]:
    try:
        return type(await attempt), ""
    except OslerError as error:
        return type(error), error.message


@pytest.mark.parametrize(("role", "who", "what"), HIDDEN, ids=KINDS)
async def test_a_hidden_resource_is_answered_like_a_missing_one(everyone: Somebody, somebody, role, who, what):
    await everyone.create(observation())
    await everyone.put(patient("there", **what))
    await everyone.put(patient("gone", **what))
    await everyone.delete("Patient", "gone")
    reader: Somebody = somebody(role, **who)
    for id_ in ("there", "gone"):
        for question in (
            lambda r, i: r.read("Patient", i), lambda r, i: r.read_version("Patient", i, 1), lambda r, i: r.read_version("Patient", i, 2),
            lambda r, i: r.list_versions("Patient", i), lambda r, i: r.find("Patient", i),
        ):  # fmt: skip
            hidden = await outcome(reader.look(lambda r, q=question, i=id_: q(r, i)))
            missing = await outcome(reader.look(lambda r, q=question: q(r, "none")))
            assert hidden == missing
    assert await reader.ids("Patient") == set()
    assert (await reader.search("Patient", _total="accurate")).total == 0
    assert (await reader.search("Patient", _summary="count")).total == 0
    assert [each.reference for _, each in await reader.look(lambda r: r.list_changes("Patient"))] == []


@pytest.mark.parametrize(("role", "who", "what"), HIDDEN[:5], ids=KINDS[:5])
async def test_a_write_to_a_hidden_resource_ends_like_one_to_a_missing_one(
    everyone: Somebody, somebody, role, who, what
):
    await everyone.put(patient("there", **what))
    await everyone.put(patient("gone", **what))
    await everyone.delete("Patient", "gone")
    writer: Somebody = somebody(role, **who)
    for id_ in ("there", "gone"):
        for attempt in (
            lambda i: writer.put(patient(i, gender="female", **at_site("north"))),
            lambda i: writer.put(patient(i), if_match=1),
            lambda i: writer.put(patient(i), if_match=7),
            lambda i: writer.patch("Patient", i, lambda p: p),
            lambda i: writer.delete("Patient", i),
            lambda i: writer.delete("Patient", i, if_match=9),
            lambda i: writer.create(observation(f"Patient/{i}", **at_site("north"))),
            lambda i: writer.transact(entry("PUT", f"Patient/{i}", patient(i))),
            lambda i: writer.transact(entry("PATCH", f"Patient/{i}", {"change": lambda p: p})),
            lambda i: writer.transact(entry("POST", "Observation", observation(f"Patient/{i}"))),
        ):
            assert await outcome(attempt(id_)) == await outcome(attempt("none"))
            assert (await outcome(attempt(id_)))[0] in (NotFound, Invalid)
        assert await outcome(writer.transact(entry("DELETE", f"Patient/{id_}"))) == (dict, "")
    assert await rows(everyone.gate, "SELECT id, ver, deleted FROM resource ORDER BY id") == [
        ("gone", 2, True),
        ("there", 1, False),
    ]


@pytest.mark.parametrize(("role", "who", "what"), HIDDEN[:5], ids=KINDS[:5])
async def test_a_hidden_resource_meets_no_condition(everyone: Somebody, somebody, role, who, what):
    twin = {"identifier": [{"system": "urn:mrn", "value": "1"}]}
    await everyone.put(patient("there", **what, **twin))
    writer: Somebody = somebody(role, **who)
    assert await writer.find_one("Patient", "identifier=urn:mrn|1") is None
    made = patient(gender="female", **at_site("north"), **twin)
    if role == "panel" or who == {"sites": frozenset()}:
        return  # these can make no patient
    done = await writer.transact(entry("POST", "Patient", made, ifNoneExist="identifier=urn:mrn|1"))
    assert done[0].status == "created"
    found = await writer.find_one("Patient", "identifier=urn:mrn|1")
    assert found is not None
    assert found.id == done[0].stored.id
    with pytest.raises(Duplicate):
        await everyone.find_one("Patient", "identifier=urn:mrn|1")


async def test_versions_are_judged_by_what_they_were(everyone: Somebody, somebody):
    await everyone.put(patient("p", gender="female"))
    await everyone.put(patient("p", gender="male"))
    women: Somebody = somebody("women")
    with pytest.raises(NotFound):
        await women.read("Patient", "p")
    assert [each.version for each in await women.look(lambda r: r.list_versions("Patient", "p"))] == [1]
    assert (await women.look(lambda r: r.read_version("Patient", "p", 1))).json()["gender"] == "female"
    with pytest.raises(NotFound):
        await women.look(lambda r: r.read_version("Patient", "p", 2))
    await settled(women.gate.store.pool)
    assert [each.version for _, each in await women.look(lambda r: r.list_changes("Patient"))] == [1]
    assert await women.look(lambda r: r.list_versions("Patient", "p", before=1)) == []


async def test_what_was_deleted_is_gone_for_who_could_have_read_it(everyone: Somebody, somebody):
    await everyone.put(patient("p", gender="female"))
    deleted = await everyone.delete("Patient", "p")
    assert deleted is not None
    assert (deleted.version, await everyone.delete("Patient", "p")) == (2, None)
    for reader in (everyone, somebody("women")):
        with pytest.raises(Gone):
            await reader.read("Patient", "p")
        with pytest.raises(Gone):
            await reader.look(lambda r: r.read_version("Patient", "p", 2))
        with pytest.raises(Gone):
            await reader.patch("Patient", "p", lambda p: p)
        assert await reader.look(lambda r: r.find("Patient", "p")) is None
    with pytest.raises(VersionConflict):
        await everyone.put(patient("p"), if_match=2)
    stored, new = await somebody("women").put(patient("p", gender="female"))
    assert (stored.version, new) == (3, True)


async def test_hidden_ends_lead_no_chain_and_are_not_included(everyone: Somebody, somebody):
    await everyone.put(patient("him", gender="male"))
    await everyone.put(patient("her", gender="female"))
    for id_ in ("him", "her"):
        await everyone.put(observation(f"Patient/{id_}", id=f"of-{id_}"))
    await everyone.put(
        {
            "resourceType": "Group",
            "id": "g",
            "type": "person",
            "actual": True,
            "member": [{"entity": {"reference": f"Patient/{i}"}} for i in ("him", "her")],
        }
    )
    women: Somebody = somebody("women")
    assert await women.ids("Observation", ("subject:Patient.name", "marsh")) == {"of-her"}
    answer = await women.search("Observation", _include="Observation:subject")
    assert {each.id for each in answer.matches} == {"of-her", "of-him"}
    assert {each.id for each in answer.included} == {"her"}
    answer = await women.search("Group", _include="Group:member")
    assert {each.id for each in answer.included} == {"her"}
    assert await women.ids("Patient", ("_has:Observation:patient:code", "8867-4")) == {"her"}
    panel: Somebody = somebody("panel", practitioner="d")
    assert await panel.ids("Observation") == set()


async def test_a_delete_is_refused_also_for_what_only_hidden_resources_need_and_does_not_name_them(
    everyone: Somebody, somebody
):
    await everyone.put(patient("p", gender="female"))
    await everyone.put({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}})
    with pytest.raises(Referenced) as refused:
        await somebody("women").delete("Patient", "p")
    assert "Condition" not in refused.value.message
