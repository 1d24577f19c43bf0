"""Measurements that came from elsewhere: blood pressures in halves and in panels, and what is dated ahead of now."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from osler.access.actors import SYSTEM
from osler.access.audit.entry import Action
from osler.access.records import Records
from tests.practice import Person, Practice, present

LOINC = "http://loinc.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def measured(
    patient: str, code: str, text: str, at: str, category: str = "vital-signs", **value: Any
) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "code": {"coding": [{"system": LOINC, "code": code}], "text": text},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": at,
        **value,
    }


def mmhg(number: int) -> dict[str, Any]:
    return {"value": number, "unit": "mm[Hg]", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}


def part(code: str, number: int) -> dict[str, Any]:
    return {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": mmhg(number)}


def halves(patient: str, high: int, low: int, at: str) -> list[dict[str, Any]]:
    return [
        measured(patient, "8480-6", "Systolic Blood Pressure", at, valueQuantity=mmhg(high)),
        measured(patient, "8462-4", "Diastolic Blood Pressure", at, valueQuantity=mmhg(low)),
    ]


def panel(patient: str, code: str, high: int, low: int, at: str) -> dict[str, Any]:
    return measured(patient, code, "Blood Pressure", at, component=[part("8462-4", low), part("8480-6", high)])


def ago(**span: float) -> str:
    return (present() - timedelta(**span)).replace(microsecond=0).isoformat()


async def chart_of(practice: Practice, family: str, *observations: Any, mrn: str = "") -> str:
    """A new patient with these; the address of the chart."""
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
    numbers = {"identifier": [{"type": kind, "system": "urn:elsewhere", "value": mrn}]} if mrn else {}

    async def work(records: Records) -> str:
        name = [{"family": family, "given": ["Test"]}]
        id_ = (await records.create({"resourceType": "Patient", "name": name, "birthDate": "1970-01-02", **numbers})).id
        for make in observations:
            found = make(id_)
            for each in found if isinstance(found, list) else [found]:
                await records.create(each)
        return id_

    gate = practice.app.state.context.gate
    return f"/patients/{await gate.write(SYSTEM, work, action=Action.CREATE, what='test')}"


@pytest.mark.parametrize("code", ["85354-9", "55284-4"])
async def test_a_panel_of_either_code_is_one_blood_pressure(practice: Practice, park: Person, code: str) -> None:
    at = ago(days=2)
    chart = await chart_of(practice, f"Panel{code}", lambda id_: panel(id_, code, 151, 93, at))
    page = await park.page(chart)
    assert "151/93" in page
    assert 'aria-label="Blood pressure' in page or "Blood pressure" in page
    assert (await park.page(f"{chart}/vitals")).count("151/93") == 1


@pytest.mark.parametrize("half", ["systolic", "diastolic"])
async def test_a_blood_pressure_in_halves_is_one_and_is_withdrawn_whole(
    practice: Practice, park: Person, half: str
) -> None:
    earlier, later = ago(days=9), ago(days=2)
    chart = await chart_of(
        practice, f"Halves{half}", lambda id_: halves(id_, 128, 77, earlier), lambda id_: halves(id_, 163, 101, later)
    )
    page = await park.page(chart)
    assert "163/101" in page
    sheet = await park.page(f"{chart}/vitals")
    assert sheet.count("163/101") == 1
    if half == "systolic":
        withdraw = re.search(rf'href="({chart}/vitals/[^"/]+/withdraw)"', sheet)
        assert withdraw
        address = withdraw[1]
    else:
        bundle = await park.page(
            f"/record/Observation?patient={chart[10:]}&code=8462-4&date={later.replace('+', '%2B')}"
        )
        address = f"{chart}/vitals/{re.findall(r'<h2>Observation/([^<]+)</h2>', bundle)[0]}/withdraw"
    form = await park.form(address)
    assert (await park.send(address, on=chart, reason="wrong patient", **form)).status_code == 200
    page = await park.page(chart)
    assert "128/77" in page
    assert "163" not in re.sub(r"<[^>]+>", " ", page)
    record = await park.page(f"/record/Observation?patient={chart[10:]}&status=entered-in-error")
    assert len(re.findall(r"<h2>Observation/", record)) == 2
    sheet = await park.page(f"{chart}/vitals")
    assert "163/101" in sheet[sheet.index("entered in error, show") :]


async def test_what_is_dated_ahead_is_the_latest_of_nothing(practice: Practice, park: Person) -> None:
    ahead = ago(days=-3)
    glucose = {"value": Decimal("9.9"), "unit": "mmol/L"}
    chart = await chart_of(
        practice, "Ahead",
        lambda id_: panel(id_, "85354-9", 128, 77, ago(days=1)), lambda id_: panel(id_, "85354-9", 181, 99, ahead),
        lambda id_: measured(id_, "2345-7", "Glucose", ahead, "laboratory", valueQuantity=glucose),
    )  # fmt: skip
    page = await park.page(chart)
    assert "128/77" in page
    assert "181/99" not in page
    assert "9.9" not in re.sub(r"<[^>]+>", " ", page)
    assert "1 measurement dated ahead of now" in page
    assert "1 result dated ahead of now" in page
    for section, value in (("vitals", "181/99"), ("results", "9.9")):
        sheet = await park.page(f"{chart}/{section}")
        assert value in sheet
        assert sheet.count("dated ahead") == 1


def vaccine(patient: str, at: str) -> dict[str, Any]:
    about = {"patient": {"reference": f"Patient/{patient}"}, "vaccineCode": {"text": f"Influenza of {at[:10]}"}}
    return {"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": at, **about}


async def test_events_dated_ahead_are_marked(practice: Practice, park: Person) -> None:
    past, ahead = ago(days=1), ago(days=-3)
    chart = await chart_of(practice, "Aheadevent", lambda id_: vaccine(id_, past), lambda id_: vaccine(id_, ahead))
    for page in (await park.page(f"{chart}/timeline"), await park.page(f"{chart}/timeline?kind=vaccine")):
        events = re.findall(r'<li id="event-.*?</li>', page, re.DOTALL)
        marked = {"dated ahead" in each for each in events if f"Influenza of {ahead[:10]}" in each}
        plain = {"dated ahead" in each for each in events if f"Influenza of {past[:10]}" in each}
        assert (marked, plain) == ({True}, {False})


async def test_a_long_record_number_is_shortened_and_there_whole(practice: Practice, park: Person) -> None:
    mrn = "88fedc82-1cc1-4e01-9ef1-145bbf149bb0"
    page = await park.page(await chart_of(practice, "Longnumber", mrn=mrn))
    assert f'aria-label="MRN {mrn}, show it whole">88fedc82…</summary>' in page
    assert f'<p class="clinical">{mrn}</p>' in page
    assert "MRN 88fedc82…" in await park.page("/patients?q=longnumber")
    assert "whole-mrn" not in await park.page("/patients/delgado")


async def test_long_names_of_tests_are_shortened_and_there_whole(practice: Practice, park: Person) -> None:
    name = "Hemoglobin A1c/Hemoglobin.total in Blood"
    value = {"value": 7, "unit": "%"}
    chart = await chart_of(
        practice, "Longname", lambda id_: measured(id_, "4548-4", name, ago(days=3), "laboratory", valueQuantity=value)
    )
    for page in (await park.page(chart), await park.page(f"{chart}/results")):
        assert f'title="{name}"' in page
        assert ">Hemoglobin A1c" in page
