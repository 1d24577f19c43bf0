"""The audit answers who, whom and when; asking is on record too. And the maintenance door leaves its two rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from osler.access.actors import SYSTEM, Actor, Purpose
from osler.access.audit.checking import check_audit
from osler.access.audit.entry import Action, Outcome
from osler.access.audit.explore import list_by_actor, list_by_patient, list_by_time
from osler.access.maintenance import Job, maintenance
from osler.core.errors import Forbidden, Invalid
from osler.store.hashing import Hasher
from osler.store.visibility import EVERYTHING
from tests.db.access.conftest import ADMIN, NURSE, START, entry

AUDITOR = Actor("ann", "user", "Ann Auditor", ("auditor",))
DOCTOR = Actor("doc", "user", "Doc", ("physician",), via="session-2")
SPAN = {"since": START - timedelta(days=1), "until": START + timedelta(days=1)}
HASHER = Hasher(b"k" * 32)


@pytest.fixture
async def record(pool, log):
    """Patient p1 with an observation o1, patient p2; Nora read all three, Doc searched p1 and asked for what is not there."""
    p1, p2, o1, gone = (
        HASHER.self_of(*each)
        for each in (("Patient", "p1"), ("Patient", "p2"), ("Observation", "o1"), ("Observation", "none"))
    )
    async with pool.connection() as conn:
        await conn.execute(
            "INSERT INTO property VALUES ('hash_key', $1) ON CONFLICT (name) DO UPDATE SET value = $1",
            (b"k" * 32).hex(),
        )
        await conn.execute(
            "INSERT INTO term (kind, text) VALUES ('t', 'Patient'), ('t', 'Observation') ON CONFLICT DO NOTHING"
        )
        types = {row["text"]: row["id"] for row in await conn.fetch("SELECT text, id FROM term WHERE kind = 't'")}
        for rid, (type_, id_, self_, pat) in enumerate(
            [("Patient", "p1", p1, p1), ("Patient", "p2", p2, p2), ("Observation", "o1", o1, p1)], start=1
        ):
            await conn.execute(
                "INSERT INTO resource (rid, self, pat, upd, ver, type, sv, id, tok, body) VALUES ($1, $2, $3, now(), 1, $4, 1, $5, '{}', '')",
                rid, self_, pat, types[type_], id_,
            )  # fmt: skip
    patient, observation = types["Patient"], types["Observation"]
    await log.record(entry(1, what="Patient", type=patient, target=p1, pat=p1))
    await log.record(entry(2, what="Patient", type=patient, target=p2, pat=p2))
    await log.record(entry(3, what="Observation", type=observation, target=o1, pat=0))
    search = {"action": Action.SEARCH, "what": "Observation?patient&code", "type": observation, "target": 0}
    await log.record(entry(4, actor=DOCTOR, pat=p1, n=12, **search))
    await log.record(entry(5, actor=DOCTOR, type=observation, target=gone, pat=0, n=0, outcome=Outcome.NOT_FOUND))


async def test_by_patient_finds_reads_of_the_patients_resources_too(house, record):
    lines = await list_by_patient(house, AUDITOR, "p1", **SPAN)
    assert [line.resource for line in lines] == ["Observation", "Observation/o1", "Patient/p1"]
    assert [line.display for line in lines] == ["Doc", "Nora Nurse", "Nora Nurse"]
    search = lines[0]
    assert (search.action, search.purpose, search.outcome, search.count, search.patient, search.via, search.what) == (
        Action.SEARCH, Purpose.TREATMENT, Outcome.DONE, 12, "p1", "session-2", "Observation?patient&code",
    )  # fmt: skip


async def test_by_actor_finds_all_they_did_and_what_was_not_there_has_no_id(house, record):
    lines = await list_by_actor(house, AUDITOR, "doc", **SPAN)
    assert [(line.resource, line.outcome) for line in lines] == [
        ("Observation", Outcome.NOT_FOUND),
        ("Observation", Outcome.DONE),
    ]


async def test_by_time_goes_page_by_page(house, record):
    seen, before = [], None
    while page := await list_by_time(
        house, AUDITOR, since=SPAN["since"], until=START + timedelta(milliseconds=6), before=before, limit=2
    ):
        seen += page
        before = page[-1].place
    assert [line.resource for line in seen if line.action is not Action.AUDIT_READ] == [
        "Observation", "Observation", "Observation/o1", "Patient/p2", "Patient/p1",
    ]  # fmt: skip
    assert len({line.place for line in seen}) == len(seen)


async def test_asking_is_on_record_and_only_for_those_who_may(house, record):
    await list_by_patient(house, AUDITOR, "p1", **SPAN)
    mine = await list_by_actor(house, ADMIN, "ann", **SPAN)
    assert [(line.action, line.what, line.count) for line in mine] == [(Action.AUDIT_READ, "audit by patient", 3)]
    with pytest.raises(Forbidden):
        await list_by_time(house, NURSE, **SPAN)


async def test_checking_is_on_record_and_only_for_those_who_may(house, record, tmp_path):
    await house.log.sealer.seal()
    report = await check_audit(house, AUDITOR, tmp_path)
    assert (report.clean, report.rows, report.sealed) == (True, 5, 5)
    (line,) = await list_by_actor(house, AUDITOR, "ann", **SPAN)
    assert (line.action, line.outcome) == (Action.AUDIT_VERIFY, Outcome.DONE)
    with pytest.raises(Forbidden):
        await check_audit(house, NURSE, tmp_path)


async def test_the_maintenance_door_opens_everything_and_leaves_two_rows(house):
    async with maintenance(house.log, Job.IMPORT) as opened:
        assert opened.visibility is EVERYTHING
        opened.touched = 250_000
    with pytest.raises(Invalid):
        async with maintenance(house.log, Job.REINDEX):
            raise Invalid("no")
    lines = await list_by_actor(house, AUDITOR, SYSTEM.id, **SPAN)
    assert sorted((line.what, line.count, line.outcome) for line in lines) == [
        ("import begins", 0, Outcome.DONE),
        ("import ends", 250_000, Outcome.DONE),
        ("reindex begins", 0, Outcome.DONE),
        ("reindex fails", 0, Outcome.UNAVAILABLE),
    ]


async def test_the_maintenance_door_is_closed_to_the_rest(house):
    for actor in (NURSE, AUDITOR, Actor("c", "client", "C", ("client",), scopes=("system/*.cruds",))):
        with pytest.raises(Forbidden):
            async with maintenance(house.log, Job.EXPORT, actor):
                pass
