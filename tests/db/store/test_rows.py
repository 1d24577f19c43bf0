"""The two ways to write a row, by function and by COPY, and the two occasions, new and replaced, hold the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from osler.store import write
from osler.store.many import Draft, prepare_all, write_all
from osler.store.rows import SITE_TAG
from osler.store.visibility import EVERYTHING
from tests.db.store.conftest import BASE, LOINC, Clinic, identifier, observation, patient, practitioner, to

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def quantity(value: Any, code: str = "mg/dL") -> dict[str, Any]:
    return {"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code}


def concept(code: str) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code, "display": f"Code {code}"}], "text": f"The {code}"}


VARIED: list[tuple[str, dict[str, Any]]] = [
    ("north", {"resourceType": "Organization", "name": "North"}),
    ("d1", practitioner("1", name=[{"family": "Ito", "given": ["Ran"]}])),
    ("d2", practitioner("2")),
    ("p1", patient(
        identifier=[identifier("m1", "urn:mrn")], birthDate="1980-02", gender="female",
        name=[{"family": "Carreño Quinones", "given": ["Zoë"], "text": "Zoë Carreño Quinones"}],
        address=[{"line": ["1 Main St"], "city": "Oslo", "postalCode": "0150"}], telecom=[{"system": "email", "value": "A@B.test"}],
        generalPractitioner=[to("Practitioner/d1")], managingOrganization=to("Organization/north"),
        meta={"tag": [{"system": SITE_TAG, "code": "south"}], "security": [{"system": ACT, "code": "HIV"}], "profile": ["urn:p|1"]},
    )),
    ("p2", patient(link=[{"other": to("Patient/p1"), "type": "seealso"}], managingOrganization=to(f"{BASE}/Organization/north"))),
    ("e1", {
        "resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}, "subject": to("Patient/p1"),
        "period": {"start": "2025-01-01T08:00:00-05:00", "end": "2025-02-01"}, "serviceProvider": to("Organization/north"),
        "participant": [{"individual": to("Practitioner/d1")}, {"individual": to("Practitioner/d2/_history/1")}, {"individual": to("Practitioner/d1")}],
    }),
    ("e2", {
        "resourceType": "Encounter", "status": "in-progress", "class": {"code": "AMB"}, "subject": to("Patient/p2"),
        "period": {"start": "2025-01-01"}, "participant": [{"individual": to(f"{BASE}/Practitioner/d1")}],
    }),
    ("t1", {
        "resourceType": "CareTeam", "status": "active", "subject": to("Patient/p1"),
        "participant": [{"member": to("Practitioner/d1")}, {"member": to("Patient/p2")}],
    }),
    ("t2", {"resourceType": "CareTeam", "status": "inactive", "subject": to("Patient/p1"), "participant": [{"member": to("Practitioner/d2")}]}),
    ("o1", observation(
        "Patient/p1", encounter=to("Encounter/e1"), effectiveDateTime="2025-01-01T09:00:00Z", valueQuantity=quantity(101.0),
        performer=[to("Practitioner/d1"), to("Patient/p2")], category=[concept("lab")], note=[{"text": "æther"}],
    )),
    ("o2", observation(
        "Patient/p2", effectivePeriod={"start": "2025-01-01"}, hasMember=[to("Observation/o1")],
        component=[{"code": concept("8480-6"), "valueQuantity": quantity(120, "mm[Hg]")}, {"code": concept("8462-4"), "valueRange": {"low": quantity(70)}}],
    )),
    ("o3", observation(valueString="Straße", focus=[to("Observation/o3")], extension=[{"url": "urn:x", "valueReference": to("Patient/p1")}])),
    ("g1", {"resourceType": "Group", "type": "person", "actual": True, "member": [{"entity": to("Patient/p1")}, {"entity": to("Patient/p2")}]}),
    ("o4", observation("Group/g1", effectiveDateTime="2025", valueQuantity={"value": 5, "comparator": ">"})),
    ("v1", {
        "resourceType": "ValueSet", "status": "active", "url": "urn:vs", "version": "2", "date": "2024",
        "useContext": [{"code": {"code": "age"}, "valueQuantity": quantity(3, "a")}],
    }),
    ("c1", {
        "resourceType": "Condition", "subject": to("Patient/p1"), "onsetDateTime": "2020", "abatementDateTime": "2024-05",
        "recordedDate": "2020-03-01", "code": concept("44054006"),
    }),
    ("r1", {"resourceType": "RiskAssessment", "status": "final", "subject": to("Patient/p1"), "prediction": [{"probabilityDecimal": 0.25}]}),
    ("a1", {
        "resourceType": "Appointment", "status": "booked", "start": "2025-01-01T09:00:00Z",
        "participant": [{"actor": to("Patient/p1"), "status": "accepted"}],
    }),
    ("d3", {"resourceType": "DocumentReference", "status": "current", "custodian": to("Organization/north"), "content": [{"attachment": {"title": "x"}}]}),
    ("l1", {"resourceType": "List", "status": "current", "mode": "working", "entry": [{"item": to("Observation/o4")}, {"item": to("Condition/c1")}]}),
    ("b1", {"resourceType": "Binary", "contentType": "text/plain", "securityContext": to("Patient/p1")}),
    ("n1", {
        "resourceType": "Provenance", "recorded": "2025-01-01T00:00:00Z", "agent": [{"who": to("Patient/p2")}],
        "target": [to("List/l1"), to("DocumentReference/d3"), to("Patient/p1")], "meta": {"security": [{"system": ACT, "code": "PSY"}]},
    }),
    ("n2", {"resourceType": "Provenance", "recorded": "2025-01-01T00:00:00Z", "agent": [{"who": to("Practitioner/d1")}], "target": [to("Provenance/n1")]}),
    ("h1", {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient(id="p1")}, {"resource": observation("Patient/p2")}]}),
]  # fmt: skip
_NAMED = "(SELECT rid, type || '/' || id AS name FROM resource) n"
_SIDES = {
    "strings": "SELECT n.name, comp, param, txt FROM strings s JOIN {n} USING (rid)",
    "numbers": "SELECT n.name, comp, code, sys, unit, param, lo, hi FROM numbers s JOIN {n} USING (rid)",
    "dates": "SELECT n.name, comp, lo, hi, param FROM dates s JOIN {n} USING (rid)",
    "refs": "SELECT n.name, target, param FROM refs s JOIN {n} ON n.rid = s.src",
    "panel": "SELECT n.name, actor, pat, until FROM panel s JOIN {n} ON n.rid = s.src",
    "follower": "SELECT n.name, type, param, org, lab FROM follower s JOIN {n} USING (rid)",
}


async def written(clinic: Clinic) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the database holds of the resources, but row ids, versions and what says when and how."""
    columns = "self, pat, d_lo, d_hi, type, sv, deleted, long, id, pats, org, lab, tok"
    found = {"resource": await clinic.rows(f"SELECT {columns} FROM resource ORDER BY type, id")}
    for table, sql in _SIDES.items():
        rows = await clinic.rows(sql.format(n=_NAMED))
        found[table] = sorted(rows, key=repr)
        assert rows, table
    return found


async def test_by_function_and_by_copy_every_table_holds_the_same(clinic: Clinic):
    for id_, resource in VARIED:
        await clinic.create(resource, id_)
    singly = await written(clinic)
    changes = await clinic.rows("SELECT at, ver, type, op FROM change ORDER BY seq")
    bodies = [await _body(clinic, id_, resource["resourceType"]) for id_, resource in VARIED]
    await clinic.rows("TRUNCATE resource, strings, numbers, dates, refs, change, panel, follower")
    drafts = [Draft(resource, id_) for id_, resource in VARIED]
    async with clinic.unit() as conn:
        rows = await prepare_all(clinic.store, drafts, clinic.now)
        await write_all(clinic.store, conn, drafts, rows, EVERYTHING)
    together = await written(clinic)
    for table, held in singly.items():
        assert together[table] == held, table
    assert await clinic.rows("SELECT at, ver, type, op FROM change ORDER BY seq") == changes
    assert [await _body(clinic, id_, resource["resourceType"]) for id_, resource in VARIED] == bodies


async def test_what_replaces_holds_what_is_new_and_nothing_of_before(clinic: Clinic):
    for id_, resource in VARIED:
        await clinic.create(resource, id_)
    new = await written(clinic)
    bare = {"Patient": {}, "Organization": {}, "Practitioner": {}}
    for id_, resource in reversed(VARIED):
        type_ = resource["resourceType"]
        await clinic.update(bare.get(type_, {}) | {"resourceType": type_}, id_)
    for table in _SIDES:
        assert await clinic.rows(f"SELECT * FROM {table}") == [], table
    for id_, resource in VARIED:
        await clinic.update(resource, id_)
    assert await written(clinic) == new
    assert await clinic.rows("SELECT DISTINCT ver FROM resource") == [(3,)]
    assert await clinic.rows("SELECT ver, count(*) FROM history GROUP BY ver ORDER BY ver") == [
        (1, len(VARIED)),
        (2, len(VARIED)),
    ]


async def test_what_is_deleted_leaves_a_row_without_body_and_no_index(clinic: Clinic):
    for id_, resource in VARIED:
        await clinic.create(resource, id_)
    for id_, resource in reversed([each for each in VARIED if each[0] not in ("d1", "d2", "p1", "p2", "north")]):
        await clinic.delete(resource["resourceType"], id_)
    assert await clinic.rows("SELECT * FROM panel") == []
    assert await clinic.rows("SELECT * FROM numbers") == []
    assert await clinic.rows("SELECT DISTINCT body, ver FROM resource WHERE deleted") == [(b"", 2)]


async def test_sites_and_carers_are_found_in_references_with_versions_and_under_our_own_address(clinic: Clinic):
    for id_, resource in VARIED:
        await clinic.create(resource, id_)
    org = dict(await clinic.rows("SELECT id, org FROM resource"))
    assert org["p2"] == org["d3"] == org["e1"]
    assert len(org["p1"]) == 2
    assert org["o1"] is None
    h = clinic.store.hasher.self_of
    panel = await clinic.rows("SELECT r.id, p.actor, p.pat, p.until FROM panel p JOIN resource r ON r.rid = p.src")
    until = await clinic.rows("SELECT d_hi + interval '30 days' FROM resource WHERE id = 'e1'")
    ever = datetime.max
    assert set(panel) == {
        ("e1", h("Practitioner", "d1"), h("Patient", "p1"), until[0][0]),
        ("e1", h("Practitioner", "d2"), h("Patient", "p1"), until[0][0]),
        ("e2", h("Practitioner", "d1"), h("Patient", "p2"), ever),
        ("t1", h("Practitioner", "d1"), h("Patient", "p1"), ever),
    }


@pytest.mark.parametrize(("end", "forever"), [("9999-12-31", True), ("2026-01-01", False), (None, True)])
async def test_an_encounter_keeps_its_people_for_thirty_days_after_it_ends(clinic: Clinic, end, forever):
    await clinic.create(patient(), "p")
    await clinic.create(practitioner(), "d")
    encounter = {
        "resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}, "subject": to("Patient/p"),
        "participant": [{"individual": to("Practitioner/d")}], "period": {"start": "2025"} | ({"end": end} if end else {}),
    }  # fmt: skip
    await clinic.create(encounter, "e")
    assert await clinic.rows("SELECT until = 'infinity' FROM panel") == [(forever,)]
    for status in ("cancelled", "entered-in-error"):
        await clinic.update(encounter | {"status": status}, "e")
        assert await clinic.rows("SELECT 1 FROM panel") == []


async def test_what_a_client_says_of_version_and_time_is_replaced(clinic: Clinic):
    stored = await clinic.create(
        patient(id="theirs", meta={"versionId": "77", "source": "urn:s", "lastUpdated": "1999-01-01T00:00:00Z"}), "ours"
    )
    assert stored.json()["id"] == "ours"
    assert stored.json()["meta"] == {"versionId": "1", "source": "urn:s", "lastUpdated": "2026-03-02T09:30:00.123Z"}
    bare = await clinic.create({"resourceType": "Patient"}, "bare")
    assert (
        bare.body
        == b'{"resourceType":"Patient","id":"bare","meta":{"versionId":"1","lastUpdated":"2026-03-02T09:30:00.123Z"}}'
    )


async def _body(clinic: Clinic, id_: str, type_: str) -> bytes:
    ((packed,),) = await clinic.rows(
        "SELECT body FROM resource WHERE self = $1", clinic.store.hasher.self_of(type_, id_)
    )
    return await write.unpack(clinic.store, packed)
