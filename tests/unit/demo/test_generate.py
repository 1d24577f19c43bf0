"""What every caller may rely on: the same clinic every time, whole batches, clean resources."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from osler.demo import HEAVY, generate
from osler.demo.generate import patient
from osler.fhir.json import encode
from osler.fhir.structure import faults
from tests.unit.demo.reading import PATIENTS, TODAY, of_type, references

ZONE = ZoneInfo("America/New_York")


def test_the_same_seed_and_day_give_the_same_bytes(batches: list[list[dict[str, Any]]]) -> None:
    again = list(generate(1, PATIENTS, today=TODAY))
    assert [encode(batch) for batch in again[:12]] == [encode(batch) for batch in batches[:12]]
    assert again == batches


def test_another_seed_gives_other_people(batches: list[list[dict[str, Any]]]) -> None:
    others = list(generate(2, 5, today=TODAY))
    assert encode(others[3]) != encode(batches[3])


def test_a_patient_does_not_depend_on_how_many_there_are(batches: list[list[dict[str, Any]]]) -> None:
    for number in (0, 1, 13, PATIENTS - 1):
        assert encode(patient(1, number, today=TODAY, zone=ZONE)) == encode(batches[number + 1])


def test_the_clinic_comes_first_and_each_patient_is_one_batch(batches: list[list[dict[str, Any]]]) -> None:
    assert not of_type(batches[0], "Patient")
    assert {resource["resourceType"] for resource in batches[0]} == {
        "Organization",
        "Location",
        "Practitioner",
        "PractitionerRole",
    }
    assert [len(of_type(batch, "Patient")) for batch in batches[1:]] == [1] * PATIENTS
    assert max(map(len, batches)) <= 2_000


def test_a_batch_refers_only_to_itself_and_to_what_came_before(batches: list[list[dict[str, Any]]]) -> None:
    known: set[str] = set()
    for batch in batches:
        known |= {f"{resource['resourceType']}/{resource['id']}" for resource in batch}
        assert {target for target in references(batch) if target not in known} == set()


def test_ids_are_unique(resources: list[dict[str, Any]]) -> None:
    ids = Counter((resource["resourceType"], resource["id"]) for resource in resources)
    assert ids.most_common(1)[0][1] == 1


def test_every_resource_is_structurally_clean(resources: list[dict[str, Any]]) -> None:
    found = Counter(
        (resource["resourceType"], fault.path, fault.message) for resource in resources for fault in faults(resource)
    )
    assert found == {}


def test_nothing_is_empty(resources: list[dict[str, Any]]) -> None:
    assert {path for resource in resources for path in _empties(resource, resource["resourceType"])} == set()


def _empties(node: Any, path: str) -> list[str]:
    if isinstance(node, dict):
        below = [hole for key, value in node.items() for hole in _empties(value, f"{path}.{key}")]
        return below if node else [path]
    if isinstance(node, list):
        below = [hole for value in node for hole in _empties(value, path)]
        return below if node else [path]
    return [path] if node in ("", None) else []


def test_nothing_but_plans_lies_after_today(resources: list[dict[str, Any]]) -> None:
    last = f"{TODAY.isoformat()}T24"
    for resource in resources:
        if resource["resourceType"] not in ("Appointment", "Goal"):
            for key in (
                "effectiveDateTime",
                "issued",
                "recordedDate",
                "authoredOn",
                "occurrenceDateTime",
                "date",
                "sent",
            ):
                assert resource.get(key, "") < last, (resource["resourceType"], key)


def test_every_patient_resource_is_tagged_with_the_owning_site(batches: list[list[dict[str, Any]]]) -> None:
    for batch in batches[1:]:
        site = of_type(batch, "Patient")[0]["managingOrganization"]["reference"].removeprefix("Organization/")
        for resource in batch:
            assert {"system": "urn:osler:site", "code": site} in resource["meta"]["tag"]


def test_any_day_may_be_today() -> None:
    for today in (date(2024, 2, 29), date(2026, 7, 1), date(2027, 1, 1)):
        for batch in generate(3, 22, today=today):
            assert [fault for resource in batch[::11] for fault in faults(resource)] == []


def test_another_zone_shifts_the_offsets() -> None:
    record = patient(1, 0, today=TODAY, zone=ZoneInfo("America/Denver"))
    encounters = of_type(record, "Encounter")
    assert {encounter["period"]["start"][-6:] for encounter in encounters} <= {"-06:00", "-07:00"}


@pytest.mark.parametrize("encounters", [1, 95])
def test_the_patient_for_the_benches_has_as_many_encounters_as_asked(encounters: int) -> None:
    batches = list(generate(1, 0, today=TODAY, patient_encounters=encounters))[1:]
    resources = [resource for batch in batches for resource in batch]
    assert len(of_type(resources, "Encounter")) == encounters
    assert of_type(resources, "Patient")[0]["id"] == HEAVY
    assert max(map(len, batches)) <= 2_000
    if encounters > 50:
        assert 34 <= len(resources) / encounters <= 44
    known: set[str] = {f"{r['resourceType']}/{r['id']}" for batch in generate(1, 0, today=TODAY) for r in batch}
    for batch in batches:
        known |= {f"{resource['resourceType']}/{resource['id']}" for resource in batch}
        assert set(references(batch)) <= known


@pytest.mark.parametrize("clock", ["00:05", "06:10", "09:27", "14:06", "23:58"])
def test_the_clinic_of_today_is_seen_at_the_hour_at_which_it_is_made(clock: str) -> None:
    now = datetime.fromisoformat(f"{TODAY}T{clock}").replace(tzinfo=ZONE)
    for number in range(29):
        resources = patient(1, number, today=TODAY, zone=ZONE, now=now)
        written = b"".join(encode(each) for each in resources if each["resourceType"] != "Appointment").decode()
        stamps = re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", written)
        assert all(datetime.fromisoformat(each) <= now for each in stamps), number
    delgado = patient(1, 0, today=TODAY, zone=ZONE, now=now)
    visit = next(each for each in of_type(delgado, "Encounter") if each["status"] == "in-progress")
    begun = datetime.fromisoformat(visit["period"]["start"])
    assert begun.date() == TODAY
    assert now - begun <= timedelta(minutes=27)
    assert visit["appointment"]
    taken = max(
        datetime.fromisoformat(each["effectiveDateTime"])
        for each in of_type(delgado, "Observation")
        if "T" in each.get("effectiveDateTime", "")
    )
    assert now - taken <= timedelta(minutes=23)
