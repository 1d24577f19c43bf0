"""The people that a page or a policy must cope with are all there, also in a small clinic."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from osler.demo import staff
from osler.demo.clinic import CLINICIANS, SITES, npi
from osler.demo.growth import bmi_percentile, growth, percentile
from osler.demo.kidney import creatinine_for
from osler.demo.schedule import TODAY as LIST_OF_TODAY
from tests.unit.demo.reading import TODAY, of_type, patient_of

Batches = list[list[dict[str, Any]]]


def test_the_new_patient_was_never_asked_about_allergies(batches: Batches) -> None:
    assert {resource["resourceType"] for resource in batches[2]} == {"Patient", "Coverage", "CareTeam", "Appointment"}


def test_a_patient_has_no_known_allergies(batches: Batches) -> None:
    (answer,) = of_type(batches[3], "AllergyIntolerance")
    assert answer["code"]["coding"][0]["code"] == "716186003"


def test_names_that_are_hard_on_a_screen(batches: Batches) -> None:
    names = [patient_of(batch)["name"][0] for batch in batches[1:]]
    families = {name["family"] for name in names}
    assert {"Ñúñez", "O’Brien-D'Angelo", "Wulandari"} <= families
    assert max(len(family) for family in families) > 30
    assert [name["family"] for name in names if "given" not in name] == ["Wulandari"]


def test_twins_share_surname_birth_date_and_address(batches: Batches) -> None:
    one, other = patient_of(batches[8]), patient_of(batches[9])
    assert one["name"][0]["given"] != other["name"][0]["given"]
    for same in ("birthDate", "address", "telecom", "gender"):
        assert one[same] == other[same]
    assert one["identifier"] != other["identifier"]


def test_a_record_under_part_2_is_labeled_throughout(batches: Batches) -> None:
    for resource in batches[10]:
        assert {label["code"] for label in resource["meta"]["security"]} == {"42CFRPart2", "R"}


def test_one_note_of_an_ordinary_record_is_restricted(batches: Batches) -> None:
    labeled = [resource for resource in batches[21] if "security" in resource["meta"]]
    assert sorted(resource["resourceType"] for resource in labeled) == ["DocumentReference", "Provenance"]


def test_one_patient_has_died_and_takes_nothing_any_more(batches: Batches) -> None:
    died = patient_of(batches[11])["deceasedDateTime"]
    assert died < TODAY.isoformat()
    assert {m["status"] for m in of_type(batches[11], "MedicationRequest")} <= {"completed", "stopped"}
    assert max(e["period"]["end"] for e in of_type(batches[11], "Encounter")) < died


def test_todays_list_has_eighteen_appointments_with_two_clinicians(batches: Batches) -> None:
    today = [a for batch in batches for a in of_type(batch, "Appointment") if a["start"].startswith(TODAY.isoformat())]
    assert len(today) == len(LIST_OF_TODAY) == 18
    assert {a["participant"][1]["actor"]["reference"] for a in today} == {
        "Practitioner/okafor",
        "Practitioner/lindqvist",
    }
    assert set(Counter(a["status"] for a in today)) == {"booked", "arrived", "fulfilled", "noshow", "cancelled"}


def test_no_clinician_is_booked_twice_at_a_time(batches: Batches) -> None:
    taken = Counter(
        (a["start"], a["participant"][1]["actor"]["reference"])
        for batch in batches
        for a in of_type(batch, "Appointment")
        if a["status"] != "cancelled"
    )
    assert taken.most_common(1)[0][1] == 1


def test_a_fulfilled_appointment_has_its_visit(batches: Batches) -> None:
    for number, slot in LIST_OF_TODAY.items():
        visits = [
            e for e in of_type(batches[number + 1], "Encounter") if e["period"]["start"].startswith(TODAY.isoformat())
        ]
        assert bool(visits) == (slot.status == "fulfilled" or number == 0), number


def test_two_drugs_of_one_class_are_not_taken_together(batches: Batches) -> None:
    classes = (
        {"lisinopril", "losartan", "sacubitril"},
        {"empagliflozin", "dapagliflozin"},
        {"metoprolol", "carvedilol"},
    )
    for batch in batches[1:]:
        active = [
            m["medicationCodeableConcept"]["text"].split()[0]
            for m in of_type(batch, "MedicationRequest")
            if m["status"] == "active"
        ]
        for alike in classes:
            assert len([drug for drug in active if drug in alike]) <= 1


def test_a_child_of_two_has_had_the_vaccines_of_the_schedule(batches: Batches) -> None:
    given = Counter(i["vaccineCode"]["text"].split(" (PCV")[0] for i in of_type(batches[26], "Immunization"))
    assert {name: given[name] for name in ("DTaP", "MMR", "Varicella", "Hepatitis A", "Pneumococcal")} == {
        "DTaP": 4,
        "MMR": 1,
        "Varicella": 1,
        "Hepatitis A": 2,
        "Pneumococcal": 4,
    }


def test_there_is_an_account_for_every_role() -> None:
    accounts = staff(1)
    assert {a.role for a in accounts} == {"physician", "nurse", "front_desk", "biller", "auditor", "administrator"}
    assert len({a.login for a in accounts}) == len(accounts)
    assert {a.practitioner for a in accounts if a.practitioner} <= set(CLINICIANS)
    assert {a.site for a in accounts} == set(SITES)


def test_provider_identifiers_have_a_right_check_digit() -> None:
    assert npi("123456789") == "1234567893"


def test_creatinine_follows_from_the_filtration_rate() -> None:
    assert round(creatinine_for(52, age=62, female=True), 2) == 1.18
    assert round(creatinine_for(100, age=40, female=False), 2) == 0.98


def test_percentiles_of_growth() -> None:
    row = growth("female", 30)
    assert bmi_percentile(row, row.bmi) == 50
    assert percentile(1.28) == 90
    assert percentile(-9) == 1
    assert growth("male", 500).months == 240


def test_problems_never_begin_before_birth(batches: Batches) -> None:
    for batch in batches[1:]:
        born = date.fromisoformat(patient_of(batch)["birthDate"])
        for condition in of_type(batch, "Condition"):
            assert condition["onsetDateTime"][:4] >= str(born.year)
