"""A Bundle is read whole: only who may see all the patients whose resources it holds, and all their labels, sees it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.db.gate.conftest import BASE, Somebody, at_site, observation, patient
from tests.db.gate.test_following import LABELED, NORTH, READERS, SOUTH, shown_to


def bundle(id_: str, *entries: Any, **more: Any) -> dict[str, Any]:
    """Entries are resources, or (fullUrl, resource)."""
    parts = [each if isinstance(each, tuple) else ("", each) for each in entries]
    made = [{"resource": held} | ({"fullUrl": url} if url else {}) for url, held in parts]
    return {"resourceType": "Bundle", "id": id_, "type": "collection", "entry": made} | more


@pytest.fixture
async def clinic(everyone: Somebody) -> Somebody:
    """A patient of the north in the care of d, and one of the south."""
    await everyone.put({"resourceType": "Practitioner", "id": "d"})
    await everyone.put(patient("p", **at_site("north")))
    await everyone.put(patient("q", **at_site("south")))
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": {"reference": "Patient/p"}}
    await everyone.put(team | {"participant": [{"member": {"reference": "Practitioner/d"}}]})
    return everyone


@pytest.mark.parametrize(("role", "who"), READERS, ids=["site", "panel", "label", "patient"])
async def test_who_may_not_see_what_it_holds_does_not_see_a_bundle(clinic: Somebody, somebody, role, who):
    other = patient("p", **LABELED) if role == "reader" else patient("q")
    await clinic.put(bundle("open", patient("p"), observation("Patient/p")))
    await clinic.put(bundle("whole", other))
    await clinic.put(bundle("part", observation("Patient/q", **(LABELED if role == "reader" else {}))))
    await clinic.put(bundle("both", patient("p"), other))
    await clinic.put(bundle("nested", bundle("inner", other)))
    await clinic.put(bundle("staff", {"resourceType": "Practitioner", "id": "d"}))
    reader: Somebody = somebody(role, **who)
    shown = [
        id_ for id_ in ("open", "whole", "part", "both", "nested", "staff") if await shown_to(reader, id_, "Bundle")
    ]
    assert shown == ["open", "staff"]
    assert len(await clinic.ids("Bundle")) == 6


@pytest.mark.parametrize("held", [
    ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", patient("p")),
    ("http://elsewhere.test/fhir/Patient/p", patient("p")),
    ("http://elsewhere.test/fhir/Observation/o", observation("Patient/p", id="o")),
    patient(),
    observation(),
    observation("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
    observation("http://elsewhere.test/fhir/Patient/p"),
])  # fmt: skip
async def test_whose_it_is_must_be_known_for_who_is_confined(clinic: Somebody, somebody, held):
    await clinic.put(bundle("x", held))
    assert await shown_to(clinic, "x", "Bundle")
    for role, who in READERS:
        assert await shown_to(somebody(role, **who), "x", "Bundle") == (role == "reader")


async def test_addresses_of_our_own_are_ours(clinic: Somebody, somebody):
    await clinic.put(
        bundle("x", (f"{BASE}/Patient/p", patient("p")), (f"{BASE}/Observation/o", observation("Patient/p")))
    )
    for role, who in READERS:
        assert await shown_to(somebody(role, **who), "x", "Bundle")


async def test_every_site_of_what_it_holds_counts(clinic: Somebody, somebody):
    await clinic.put(
        bundle("mixed", observation("Patient/p", **at_site("north")), observation("Patient/p", **at_site("south")))
    )
    await clinic.put(bundle("own", observation("Patient/q"), **at_site("north")))
    for sites, shown in ((NORTH, False), (SOUTH, False), (NORTH | SOUTH, True)):
        assert await shown_to(somebody("everyone", sites=sites), "mixed", "Bundle") == shown
        assert await shown_to(somebody("everyone", sites=sites), "own", "Bundle") == shown


async def test_parameters_hold_resources_too(clinic: Somebody, somebody):
    inner = [{"name": "b", "part": [{"name": "c", "resource": patient("q")}]}]
    await clinic.put({"resourceType": "Parameters", "id": "x", "parameter": inner})
    await clinic.put({"resourceType": "Parameters", "id": "y", "parameter": [{"name": "a", "resource": patient("p")}]})
    north: Somebody = somebody("everyone", sites=NORTH)
    assert [await shown_to(north, id_, "Parameters") for id_ in ("x", "y")] == [False, True]


async def test_everything_of_a_patient_has_bundles_of_them_alone(clinic: Somebody, somebody):
    from osler.access.records import Everything

    await clinic.put(bundle("one", observation("Patient/p")))
    await clinic.put(bundle("two", observation("Patient/p"), observation("Patient/q")))
    for who, expected in ((clinic, {"one", "two"}), (somebody("everyone", sites=NORTH), {"one"})):
        found = await who.look(lambda r: r.everything(Everything("p")))
        assert {each.id for each in found.matches if each.type == "Bundle"} == expected
