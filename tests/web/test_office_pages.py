"""What billers and administrators find at sign-in, and what stays hidden from them there."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from osler.access.actors import SYSTEM
from osler.access.audit.entry import Action
from osler.access.records import Records
from osler.access.tokens import Tokens, create_token
from osler.store.diagnosis import Finding
from tests.practice import ZONE, Practice, present

NOTE, REASON = "Wording of a note that bills nothing", "Sprained at the fair"


async def visited(practice: Practice, patient: str, *, days_ago: int = 1) -> tuple[str, str]:
    """A visit that is over, with a coded diagnosis that has a note; ids of both."""
    at = (present().astimezone(ZoneInfo(ZONE)) - timedelta(days=days_ago)).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    subject = {"reference": f"Patient/{patient}"}

    async def work(records: Records) -> tuple[str, str]:
        encounter: dict[str, Any] = {
            "resourceType": "Encounter", "status": "finished", "subject": subject, "class": {"code": "AMB"},
            "type": [{"text": "Ankle visit"}],
            "period": {"start": at.isoformat(), "end": (at + timedelta(minutes=20)).isoformat()},
        }  # fmt: skip
        visit = await records.create(encounter)
        condition = {
            "resourceType": "Condition", "subject": subject, "encounter": {"reference": visit.reference},
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis"}]}],
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "S93.401A"}], "text": REASON},
            "note": [{"text": NOTE}],
        }  # fmt: skip
        await records.create(condition)
        return visit.id, visit.reference

    return await practice.app.state.context.gate.write(SYSTEM, work, action=Action.CREATE)


async def listed(practice: Practice, patient: str, visit: str, code: str) -> None:
    """A problem of the list, which names no visit, becomes the visit's first diagnosis."""

    async def work(records: Records) -> None:
        found = await records.create(
            {
                "resourceType": "Condition", "subject": {"reference": f"Patient/{patient}"},
                "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
                "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
            }
        )  # fmt: skip
        named = [{"condition": {"reference": found.reference}, "rank": 1}]
        await records.patch("Encounter", visit, lambda encounter: encounter | {"diagnosis": named})

    await practice.app.state.context.gate.write(SYSTEM, work, action=Action.UPDATE)


async def claim(practice: Practice, patient: str, visit: str, status: str) -> None:
    resource = {
        "resourceType": "Claim", "status": status, "use": "claim", "created": "2026-11-01", "type": {"text": "Professional"},
        "patient": {"reference": f"Patient/{patient}"}, "provider": {"display": "Clinic"}, "priority": {"text": "normal"},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"display": "Plan"}}],
        "item": [{"sequence": 1, "productOrService": {"text": "Visit"}, "encounter": [{"reference": visit}]}],
    }  # fmt: skip
    await practice.app.state.context.gate.write(SYSTEM, lambda records: records.create(resource), action=Action.CREATE)


async def test_a_biller_sees_today_and_the_visits_that_no_claim_names(practice: Practice) -> None:
    patient = practice.patients[3]
    visit, reference = await visited(practice, patient)
    await listed(practice, patient, visit, "I10")
    old, _ = await visited(practice, patient, days_ago=40)
    async with practice.person("raman") as biller:
        page = await biller.page("/")
        line = re.search(rf'<li id="visit-{visit}">.*?</li>', page, re.DOTALL)
        assert line, "the visit is listed"
        assert f'href="/patients/{patient}/details"' in line[0]
        assert f'href="/record/Encounter/{visit}"' in line[0]
        for words in ("Ankle visit", "I10, S93.401A"):
            assert words in line[0]
        assert f"visit-{old}" not in page
        assert "Your role does not show appointments." not in page
        assert 'id="today"' in page
        for hidden in (NOTE, "Progress note"):
            assert hidden not in page
        assert [name for name, times in Counter(re.findall(r' id="([^"]+)"', page)).items() if times > 1] == []
        for link in set(re.findall(r'href="(/(?:patients|record)/[^"#]+)"', page)):
            assert (await biller.http.get(link)).status_code == 200, link
        await claim(practice, patient, reference, "cancelled")
        assert f"visit-{visit}" in await biller.page("/")
        await claim(practice, patient, reference, "active")
        assert f"visit-{visit}" not in await biller.page("/")


async def test_patients_who_could_be_taken_for_one_another_are_marked(practice: Practice) -> None:
    visits: list[str] = []
    for given in ("Ann Rose", "Anne Rose"):
        twin = {
            "resourceType": "Patient", "name": [{"family": "Alikeson", "given": [given]}], "birthDate": "1980-05-05",
            "gender": "female",
        }  # fmt: skip
        made = await practice.app.state.context.gate.write(
            SYSTEM, lambda records, twin=twin: records.create(twin), action=Action.CREATE
        )
        visits.append((await visited(practice, made.id))[0])
    async with practice.person("raman") as biller:
        page = await biller.page("/")
    for visit in visits:
        line = re.search(rf'<li id="visit-{visit}">.*?</li>', page, re.DOTALL)
        assert line
        assert "Similar name" in line[0]
        assert "no coverage" in line[0]


async def test_who_bills_nothing_has_no_list_of_bills(practice: Practice) -> None:
    for login in ("okafor", "brandt"):
        async with practice.person(login) as person:
            assert "Visits to bill" not in await person.page("/")


async def test_an_administrator_sees_how_things_are_and_no_patient(practice: Practice, monkeypatch) -> None:
    house = practice.app.state.office.gatehouse
    _, good = await create_token(house, SYSTEM, name="Analyzer gateway", scopes="system/Observation.cruds")
    _, ended = await create_token(house, SYSTEM, name="Old export", scopes="system/*.rs")
    await Tokens(house).revoke(SYSTEM, ended.id)
    findings = [Finding("backup", False, "there is none that is known of"), Finding("clock", True, "0.0 s apart")]

    async def found() -> list[Finding]:
        return findings

    monkeypatch.setattr(practice.app.state.office, "look_over", found)
    async with practice.person("keller") as admin:
        page = await admin.page("/")
        for words in ("1 thing to look at", "there is none that is known of", "0.0 s apart", "okafor", "Priya Raman · Biller",
                      "Analyzer gateway", "system/Observation.cruds", "never used", "osler backup"):  # fmt: skip
            assert words in page, words
        assert "Old export" not in page
        assert "DELGADO" not in page
        findings.pop(0)
        assert "Everything is as it should be." in await admin.page("/")
    async with practice.person("oyelaran") as auditor:
        page = await auditor.page("/")
        assert "Latest in the audit" in page
        assert "audit read" in page
        for closed in ("How the record is kept", "Analyzer gateway", "People"):
            assert closed not in page
    assert good.name == "Analyzer gateway"


async def test_the_page_says_what_the_doctor_says(practice: Practice) -> None:
    async with practice.person("keller") as admin:
        page = await admin.page("/")
    for words in ("Migrations", "Data checksums", "Tokens"):
        assert words in page, words
