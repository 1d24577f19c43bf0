"""Charting through the pages: what is written, once; undone; withdrawn; and what cannot be saved."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from osler.core.clock import SetClock
from osler.core.errors import Unavailable
from tests.practice import NEW, NO_ALLERGIES, Person, Practice, present, undo_of

NOW = {"taken_on": "01-Nov-2026", "taken_at": "09:12"}


@pytest.fixture
def patient(practice: Practice) -> str:
    return practice.patients[3]


async def resources(person: Person, search: str) -> list[str]:
    return re.findall(r"<h2>([A-Za-z]+/[^<]+)</h2>", await person.page(f"/record/{search}"))


async def test_vital_signs_are_on_the_chart_and_in_the_record_as_entered(park: Person, patient: str) -> None:
    path, chart = f"/patients/{patient}/vitals/add", f"/patients/{patient}"
    form = await park.form(path)
    answer = await park.send(
        path, on=chart, systolic="132", diastolic="81", temperature="98.60", temperature_unit="[degF]", **NOW, **form
    )
    assert answer.status_code == 200, answer.text
    assert "Vital signs saved" in answer.text
    assert "BP 132/81, Temperature 98.60 °F" in answer.text
    assert 'id="vitals"' in answer.text
    page = await park.page(f"/record/Observation?patient={patient}&code=8310-5&_sort=-_lastUpdated")
    assert "98.60" in page
    assert "[degF]" in page


async def test_a_form_sent_twice_at_once_is_written_once(okafor: Person, patient: str) -> None:
    path, chart = f"/patients/{patient}/problems/add", f"/patients/{patient}"
    form = await okafor.form(path)
    sent = [okafor.send(path, on=chart, problem="Twice clicked", status="active", **form) for _ in range(4)]
    answers = await asyncio.gather(*sent)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({undo_of(answer.text) for answer in answers}) == 1
    page = await okafor.page(f"{chart}/problems")
    assert page.count('">Twice clicked</a>') == 1


async def test_undo_takes_back_one_s_own_within_a_minute_and_says_why(okafor: Person, patient: str) -> None:
    path, chart = f"/patients/{patient}/vitals/add", f"/patients/{patient}"
    answer = await okafor.send(
        path, on=chart, systolic="141", diastolic="82", heart_rate="77", **NOW, **await okafor.form(path)
    )
    undone = await okafor.send(undo_of(answer.text), on=chart)
    assert "undone" in undone.text
    sheet = await okafor.page(f"{chart}/vitals")
    assert sheet.count("141/82") == 1
    assert "entered in error, show" in sheet[: sheet.index("141/82")]
    assert "141/82" not in await okafor.page(chart)
    page = await okafor.page(f"/record/Observation?patient={patient}&status=entered-in-error")
    assert page.count("entered-in-error") >= 2
    again = await okafor.send(undo_of(answer.text), on=chart)
    assert again.status_code == 409


async def test_nobody_undoes_what_someone_else_charted(okafor: Person, park: Person, patient: str) -> None:
    path, chart = f"/patients/{patient}/problems/add", f"/patients/{patient}"
    answer = await park.send(path, on=chart, problem="Charted by a nurse", status="active", **await park.form(path))
    refused = await okafor.send(undo_of(answer.text), on=chart)
    assert refused.status_code == 403
    assert "Charted by a nurse" in await okafor.page(chart)


async def test_after_a_minute_it_takes_a_reason(practice: Practice, okafor: Person, patient: str) -> None:
    path, chart = f"/patients/{patient}/problems/add", f"/patients/{patient}"
    answer = await okafor.send(path, on=chart, problem="Too late", status="active", **await okafor.form(path))
    office = practice.app.state.office
    office.clock = SetClock(present() + timedelta(seconds=70))
    try:
        refused = await okafor.send(undo_of(answer.text), on=chart)
    finally:
        office.clock = present
    assert refused.status_code == 409
    assert "entered in error" in refused.text


async def test_an_allergy_ends_no_known_allergies_and_undo_brings_it_back(practice: Practice, okafor: Person) -> None:
    patient = practice.patients[NO_ALLERGIES]
    path, chart = f"/patients/{patient}/allergies/add", f"/patients/{patient}"
    fields = {"substance": "latex", "kind": "environment", "reaction": "hives", "criticality": "high"}
    answer = await okafor.send(path, on=chart, **fields, **await okafor.form(path))
    assert answer.status_code == 200
    assert re.search(r"Allergy saved \d\d:\d\d:\d\d: latex\.", answer.text)
    page = await okafor.page(chart)
    assert "latex" in page
    assert "No known allergies" not in page
    await okafor.send(undo_of(answer.text), on=chart)
    assert "No known allergies" in await okafor.page(chart)


async def test_no_known_allergies_is_stated_once_and_never_beside_an_allergy(
    practice: Practice, okafor: Person
) -> None:
    patient = practice.patients[4]
    path, chart = f"/patients/{patient}/allergies/none", f"/patients/{patient}"
    listed = "allergy-box listed" in await okafor.page(chart)
    answer = await okafor.send(path, on=chart)
    assert answer.status_code == (409 if listed else 200)
    assert (await okafor.send(path, on=chart)).status_code == 409


async def test_asking_a_new_patient_and_finding_none(practice: Practice, okafor: Person) -> None:
    chart = f"/patients/{practice.patients[NEW]}"
    assert "Not asked" in await okafor.page(chart)
    answer = await okafor.send(f"{chart}/allergies/none", on=chart)
    assert answer.status_code == 200
    assert "No known allergies" in await okafor.page(chart)
    await okafor.send(undo_of(answer.text), on=chart)
    assert "Not asked" in await okafor.page(chart)


async def test_what_cannot_be_keeps_the_form_and_what_was_typed(okafor: Person, patient: str) -> None:
    path = f"/patients/{patient}/vitals/add"
    answer = await okafor.send(
        path, on=f"/patients/{patient}", systolic="1200", diastolic="80", **NOW, **await okafor.form(path)
    )
    assert answer.status_code == 422
    assert "between 40 and 300 mmHg" in answer.text
    assert 'value="1200"' in answer.text


async def test_what_is_unusual_is_asked_about_and_then_believed(okafor: Person, patient: str) -> None:
    path, chart = f"/patients/{patient}/vitals/add", f"/patients/{patient}"
    fields = {"heart_rate": "170", **NOW, **await okafor.form(path)}
    asked = await okafor.send(path, on=chart, **fields)
    assert asked.status_code == 422
    assert 'name="sure"' in asked.text
    assert (await okafor.send(path, on=chart, sure="yes", **fields)).status_code == 200


async def test_a_time_to_come_is_refused(okafor: Person, patient: str) -> None:
    path = f"/patients/{patient}/vitals/add"
    later = present() + timedelta(days=3)
    fields = {"heart_rate": "70", "taken_on": f"{later:%d-%b-%Y}", "taken_at": "09:00"}
    answer = await okafor.send(path, on=f"/patients/{patient}", **fields, **await okafor.form(path))
    assert answer.status_code == 422
    assert "still to come" in answer.text


async def test_a_stale_form_does_not_write_over_someone_else_s_change(okafor: Person, patient: str) -> None:
    chart = f"/patients/{patient}"
    path = f"{chart}/problems/add"
    await okafor.send(path, on=chart, problem="Contested", status="active", **await okafor.form(path))
    id_ = re.search(r'/problems/([^"/]+)">Contested</a>', await okafor.page(f"{chart}/problems"))
    assert id_
    first = await okafor.form(f"{chart}/problems/{id_[1]}/resolve")
    second = await okafor.form(f"{chart}/problems/{id_[1]}/withdraw")
    assert (
        await okafor.send(f"{chart}/problems/{id_[1]}/resolve", on=chart, abated="2026", **first)
    ).status_code == 200
    stale = await okafor.send(f"{chart}/problems/{id_[1]}/withdraw", on=chart, reason="wrong", **second)
    assert stale.status_code == 409
    fresh = await okafor.form(f"{chart}/problems/{id_[1]}/withdraw")
    assert (await okafor.send(f"{chart}/problems/{id_[1]}/withdraw", on=chart, reason="", **fresh)).status_code == 422
    done = await okafor.send(
        f"{chart}/problems/{id_[1]}/withdraw", on=f"{chart}/problems", reason="wrong patient", **fresh
    )
    assert done.headers["hx-redirect"].startswith(f"{chart}/problems?done=")
    assert "wrong patient" in await okafor.page(f"{chart}/problems/{id_[1]}")


async def test_one_chart_does_not_reach_into_another(practice: Practice, okafor: Person) -> None:
    ours, other = f"/patients/{practice.patients[3]}", f"/patients/{practice.patients[4]}"
    path = f"{ours}/problems/add"
    await okafor.send(path, on=ours, problem="Ours alone", status="active", **await okafor.form(path))
    id_ = re.search(r'/problems/([^"/]+)">Ours alone</a>', await okafor.page(f"{ours}/problems"))
    assert id_
    assert (await okafor.http.get(f"{other}/problems/{id_[1]}")).status_code == 404
    assert (await okafor.send(f"{other}/problems/{id_[1]}/withdraw", on=other, reason="x")).status_code == 404
    assert "Ours alone" in await okafor.page(ours)


async def test_when_the_record_is_away_the_page_keeps_every_word(
    practice: Practice, okafor: Person, patient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/patients/{patient}/problems/add"
    form = await okafor.form(path)

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("The database cannot be reached.", retry_after=7)

    monkeypatch.setattr(type(practice.app.state.office.gate), "write", away)
    answer = await okafor.http.post(path, data={"problem": "Precious words", "status": "active", **form})
    assert (answer.status_code, 'value="Precious words"' in answer.text) == (503, True)
    panel = await okafor.send(path, on=f"/patients/{patient}", problem="Precious words", status="active", **form)
    assert (panel.status_code, panel.headers["retry-after"]) == (503, "7")
    assert panel.headers["osler-fragment"] == "message"


async def test_without_scripts_a_form_is_a_page_and_leads_back_to_the_chart(okafor: Person, patient: str) -> None:
    path = f"/patients/{patient}/problems/add"
    page = await okafor.page(path)
    assert "<form" in page
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    answer = await okafor.http.post(path, data={"problem": "By hand", "status": "active", **form})
    assert answer.status_code == 303
    after = await okafor.page(answer.headers["location"])
    assert re.search(r"Problem saved \d\d:\d\d:\d\d: By hand\.", after)
    assert undo_of(after)


async def test_the_typeahead_knows_the_codes_of_this_record(okafor: Person) -> None:
    found = (await okafor.http.get("/lookup/problems?q=hyper")).text
    assert "http://snomed.info/sct|59621000" in found
    assert "pen" in (await okafor.http.get("/lookup/substances?q=pen")).text.lower()


async def test_the_typeahead_knows_what_clinicians_type(okafor: Person) -> None:
    assert "http://hl7.org/fhir/sid/icd-10-cm|I10" in (await okafor.http.get("/lookup/problems?q=htn")).text
    assert "penicillin" in (await okafor.http.get("/lookup/substances?q=pcn")).text.lower()


async def test_every_write_leaves_one_audit_row_about_the_patient(
    practice: Practice, okafor: Person, patient: str
) -> None:
    path, chart = f"/patients/{patient}/vitals/add", f"/patients/{patient}"
    form = await okafor.form(path)
    before = len(await practice.audited())
    await okafor.send(path, on=chart, heart_rate="66", respiration="15", **NOW, **form)
    rows = (await practice.audited())[before:]
    assert [(row["outcome"], row["pat"]) for row in rows] == [(0, practice.self_of("Patient", patient))]
