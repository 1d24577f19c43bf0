"""A resource whose subject cannot be told is for those alone who may see every patient."""

from __future__ import annotations

from typing import Any

import pytest

from osler.core.errors import Forbidden
from osler.store import reindex
from osler.store.migrate import packaged_migrations
from osler.store.rows import search_version
from osler.store.sql_statements import split_statements
from tests.db.gate.conftest import Somebody, at_site, patient, rows
from tests.db.gate.test_following import NORTH, document, provenance, shown_to

MRN = {"system": "urn:mrn", "value": "m1"}
STRANGERS: list[dict[str, Any]] = [
    {"subject": {"identifier": MRN}},
    {"subject": {"display": "a neighbor"}},
    {"subject": {"reference": "http://elsewhere.test/fhir/Patient/p"}},
    {"subject": {"reference": "#c"}, "contained": [{"resourceType": "Patient", "id": "c", "identifier": [MRN]}]},
]
READERS: list[tuple[str, dict[str, Any]]] = [
    ("everyone", {"sites": NORTH}), ("panel", {"practitioner": "d"}), ("own", {"patient": "p"}),
]  # fmt: skip


@pytest.fixture
async def clinic(everyone: Somebody) -> Somebody:
    """A patient of the north with this number, in the care of d."""
    await everyone.put({"resourceType": "Practitioner", "id": "d"})
    await everyone.put(patient("p", identifier=[MRN], **at_site("north")))
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": {"reference": "Patient/p"}}
    await everyone.put(team | {"participant": [{"member": {"reference": "Practitioner/d"}}]})
    return everyone


@pytest.mark.parametrize("about", STRANGERS, ids=["identifier", "words", "elsewhere", "contained"])
@pytest.mark.parametrize(("role", "who"), READERS, ids=["site", "panel", "patient"])
async def test_who_may_not_see_every_patient_does_not_see_it(clinic: Somebody, somebody, about, role, who):
    await clinic.put(document("x") | about)
    await clinic.put(provenance("of-x", "DocumentReference/x"))
    await clinic.put(document("known", "Patient/p"))
    await clinic.put(document("of-nobody"))
    confined: Somebody = somebody(role, **who)
    assert not await shown_to(confined, "x", "DocumentReference")
    assert not await shown_to(confined, "of-x")
    for id_ in ("known", "of-nobody"):
        assert await shown_to(confined, id_, "DocumentReference")
    for free in (clinic, somebody("reader")):
        assert await shown_to(free, "x", "DocumentReference")
        assert await shown_to(free, "of-x")
    if role != "everyone":  # what a site's own people write is their site's
        with pytest.raises(Forbidden):
            await confined.create(document("new") | about)


async def test_a_site_that_it_names_itself_sees_it(clinic: Somebody, somebody):
    await clinic.put(document("x", **at_site("north")) | STRANGERS[0])
    assert await shown_to(somebody("everyone", sites=NORTH), "x", "DocumentReference")
    assert not await shown_to(somebody("everyone", sites=frozenset(("south",))), "x", "DocumentReference")
    assert not await shown_to(somebody("own", patient="p"), "x", "DocumentReference")


async def test_what_it_points_at_does_not_say_whose_it_is(clinic: Somebody, somebody):
    """Who is named as its subject may be somebody else."""
    await clinic.put(document("of-p", "Patient/p"))
    related = {"relatesTo": [{"code": "appends", "target": {"reference": "DocumentReference/of-p"}}]}
    await clinic.put(document("x", **related) | STRANGERS[0])
    await clinic.put(document("y", **related))
    own: Somebody = somebody("own", patient="p")
    assert [await shown_to(own, id_, "DocumentReference") for id_ in ("x", "y")] == [False, True]


async def test_a_subject_who_becomes_known_opens_it(clinic: Somebody, somebody):
    await clinic.put(document("x") | STRANGERS[0])
    await clinic.put(document("x", "Patient/p"))
    own: Somebody = somebody("own", patient="p")
    assert (await own.read("DocumentReference", "x"))["id"] == "x"
    assert [each.version for each in await own.look(lambda r: r.list_versions("DocumentReference", "x"))] == [2]


async def test_rows_that_were_written_before_are_closed_and_then_read_anew(clinic: Somebody, somebody):
    for id_, about in (("x", STRANGERS[0]), ("of-nobody", {}), ("known", {"subject": {"reference": "Patient/p"}})):
        await clinic.put(document(id_) | about)
        await clinic.put(document(id_) | about)
    columns = "SELECT type, id, pat, pats, org, lab FROM resource ORDER BY type, id"
    before = await rows(clinic.gate, columns)
    store, own = clinic.gate.store, somebody("own", patient="p")
    async with store.transaction() as conn:
        await conn.execute(
            "UPDATE resource SET sv = 3, pats = NULL WHERE pat IS NULL AND type = $1",
            store.type_id("DocumentReference"),
        )
        await conn.execute("UPDATE resource SET sv = 3 WHERE type = $1", store.type_id("DocumentReference"))
        await conn.execute("UPDATE history SET pats = NULL")
        await conn.execute("DROP TABLE IF EXISTS about_patients, unread")
        for _, statement in split_statements(
            next(each.sql for each in packaged_migrations() if each.name == "strangers")
        ):
            await conn.execute(statement)
        await conn.execute("DELETE FROM property WHERE name LIKE 'search\\_version.%'")
        await conn.execute("UPDATE property SET value = '6' WHERE name = 'search_version'")
        await reindex.look(store, conn)
    kinds = ("x", "of-nobody", "known")
    assert [await shown_now(own, id_) for id_ in kinds] == [False, False, True]
    assert await reindex.index_anew(store, seconds=600) > 0
    assert await rows(clinic.gate, columns) == before
    assert [await shown_now(own, id_) for id_ in kinds] == [False, True, True]
    known = "SELECT sv FROM resource WHERE id = $1"
    assert await rows(clinic.gate, known, "known") == [(3,)], "a row of a patient is as it was"
    assert await rows(clinic.gate, known, "x") == [(search_version("DocumentReference"),)]
    versions = [
        len(await own.look(lambda r, id_=id_: r.list_versions("DocumentReference", id_)))
        for id_ in ("of-nobody", "known")
    ]
    assert versions == [1, 2], "what earlier versions said is not read anew"


async def shown_now(who: Somebody, id_: str) -> bool:
    return id_ in await who.ids("DocumentReference")


async def test_a_file_is_for_those_who_may_see_what_it_says_it_belongs_to(clinic: Somebody, somebody):
    await clinic.put(document("of-p", "Patient/p"))
    await clinic.put({"resourceType": "Organization", "id": "o", "name": "North"})
    own: Somebody = somebody("own", patient="p")
    for context, shown in (
        ("DocumentReference/of-p", True), ("Patient/p", True), ("Organization/o", True),
        ("", False), ("http://elsewhere.test/fhir/Patient/p", False),
    ):  # fmt: skip
        said = {"securityContext": {"reference": context}} if context else {}
        await clinic.put({"resourceType": "Binary", "id": "x", "contentType": "text/plain", "data": "eA=="} | said)
        assert "x" in await clinic.ids("Binary")
        assert await own.ids("Binary") == ({"x"} if shown else set()), context


async def test_a_document_that_has_the_address_of_a_file_opens_it_to_nobody(clinic: Somebody, somebody):
    await clinic.put({"resourceType": "Binary", "id": "x", "contentType": "text/plain", "data": "eA=="})
    own: Somebody = somebody("own", patient="p")
    await own.create(document("mine", "Patient/p") | {"content": [{"attachment": {"url": "Binary/x"}}]})
    assert await own.ids("Binary") == set()
