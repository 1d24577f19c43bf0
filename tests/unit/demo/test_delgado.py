"""The showpiece: everything the chart page shows of Maria Elena Delgado."""

from __future__ import annotations

from base64 import b64decode
from datetime import date, timedelta
from typing import Any

from osler.demo import DELGADO
from tests.unit.demo.reading import TODAY, of_type, patient_of

Record = list[dict[str, Any]]


def _days_ago(when: str) -> int:
    return (TODAY - date.fromisoformat(when[:10])).days


def _values(delgado: Record, text: str) -> list[str]:
    found = [r for r in of_type(delgado, "Observation") if r["code"]["text"] == text and "valueQuantity" in r]
    return [str(r["valueQuantity"]["value"]) for r in sorted(found, key=lambda r: r["effectiveDateTime"])]


def test_who_she_is(delgado: Record) -> None:
    patient = patient_of(delgado)
    assert patient["id"] == DELGADO == "delgado"
    assert (patient["name"][0]["family"], patient["name"][0]["given"]) == ("Delgado", ["Maria", "Elena"])
    assert patient["birthDate"] == "1964-03-14"
    assert patient["identifier"][0]["value"] == "48201193"
    assert patient["communication"][0]["language"]["text"] == "Spanish"
    assert any(e.get("valueBoolean") for e in patient["extension"] if e["url"].endswith("interpreterRequired"))
    assert patient["generalPractitioner"][0]["display"] == "Dr A. Okafor"
    assert of_type(delgado, "Coverage")[0]["class"][0]["name"] == "Blue Shield PPO"


def test_her_problems_are_in_the_order_of_her_list(delgado: Record) -> None:
    problems = [
        c for c in of_type(delgado, "Condition") if c["category"][0]["coding"][0]["code"] == "problem-list-item"
    ]
    assert [c["code"]["text"] for c in sorted(problems, key=lambda c: c["recordedDate"])] == [
        "Type 2 diabetes with CKD",
        "Hypertension",
        "CKD stage 3a, A2",
        "Hyperlipidemia",
        "Osteoarthritis, right knee",
        "Depression, in remission",
    ]


def test_her_seven_medicines(delgado: Record) -> None:
    active = {
        m["medicationCodeableConcept"]["text"]: m
        for m in of_type(delgado, "MedicationRequest")
        if m["status"] == "active"
    }
    refills = {name: m.get("dispenseRequest", {}).get("numberOfRepeatsAllowed") for name, m in active.items()}
    assert refills == {
        "metformin 1,000 mg tablet": 4,
        "empagliflozin 10 mg tablet": 2,
        "lisinopril 20 mg tablet": 3,
        "amlodipine 5 mg tablet": 3,
        "atorvastatin 40 mg tablet": 1,
        "sertraline 50 mg tablet": 5,
        "naproxen 220 mg tablet": None,
    }
    naproxen = active["naproxen 220 mg tablet"]
    assert naproxen["reportedBoolean"] is True
    assert naproxen["intent"] == "plan"
    assert naproxen["dosageInstruction"][0]["timing"]["code"]["text"] == "as needed for knee pain"


def test_her_allergies_with_reactions(delgado: Record) -> None:
    found = {
        a["code"]["text"]: (a["reaction"][0]["manifestation"][0]["text"], a["criticality"])
        for a in of_type(delgado, "AllergyIntolerance")
    }
    assert found == {"penicillin": ("anaphylaxis", "high"), "sulfamethoxazole": ("rash", "low")}


def test_the_results_of_three_days_ago(delgado: Record) -> None:
    new = [r for r in of_type(delgado, "Observation") if "issued" in r and _days_ago(r["issued"]) == 3]
    flags = {r["code"]["text"]: r["interpretation"][0]["coding"][0]["code"] for r in new}
    abnormal = {name: flag for name, flag in flags.items() if flag != "N"}
    assert abnormal == {
        "Hemoglobin A1c": "H",
        "Potassium": "HH",
        "Creatinine": "H",
        "eGFR": "L",
        "Urine albumin/creatinine": "H",
    }
    values = {r["code"]["text"]: str(r["valueQuantity"]["value"]) for r in new}
    assert (values["LDL cholesterol"], values["Hemoglobin"], values["TSH"]) == ("66", "12.8", "2.1")


def test_her_trends(delgado: Record) -> None:
    assert _values(delgado, "Hemoglobin A1c")[-4:] == ["7.2", "7.1", "7.6", "8.4"]
    assert _values(delgado, "Potassium")[-3:] == ["4.9", "5.1", "5.6"]
    eighteen_months = [
        r
        for r in of_type(delgado, "Observation")
        if r["code"]["text"] == "eGFR" and _days_ago(r["effectiveDateTime"]) == 548
    ]
    assert int(eighteen_months[0]["valueQuantity"]["value"]) - 52 == 11


def test_her_vitals_of_today(delgado: Record) -> None:
    last = {}
    for observation in sorted(of_type(delgado, "Observation"), key=lambda r: r["effectiveDateTime"]):
        if observation["effectiveDateTime"].startswith(f"{TODAY}T09:12") and "valueQuantity" in observation:
            last[observation["code"]["text"]] = str(observation["valueQuantity"]["value"])
    assert last == {
        "Heart rate": "78",
        "Respiratory rate": "16",
        "SpO₂": "97",
        "Temperature": "36.8",
        "Weight": "82.4",
        "Height": "163.0",
        "BMI": "31.0",
        "Pain": "3",
    }
    pressures = _pressures(delgado)
    assert pressures[f"{TODAY}T09:12"] == (148, 86)
    assert pressures[f"{TODAY}T09:24"] == (144, 84)


def test_a_year_of_blood_pressure(delgado: Record) -> None:
    since = (TODAY - timedelta(days=366)).isoformat()
    year = [value for at, value in sorted(_pressures(delgado).items()) if at > since]
    assert len(year) >= 12
    assert year[0] == (152, 92)


def _pressures(delgado: Record) -> dict[str, tuple[int, int]]:
    return {
        r["effectiveDateTime"][:16]: (
            r["component"][0]["valueQuantity"]["value"],
            r["component"][1]["valueQuantity"]["value"],
        )
        for r in of_type(delgado, "Observation")
        if "component" in r
    }


def test_what_happened_since_her_last_visit(delgado: Record) -> None:
    flu = [i for i in of_type(delgado, "Immunization") if _days_ago(i["occurrenceDateTime"]) == 60]
    assert [(i["vaccineCode"]["text"], i["reportOrigin"]["text"]) for i in flu] == [("Influenza", "Corner Pharmacy")]
    emergency = [e for e in of_type(delgado, "Encounter") if e["class"]["code"] == "EMER"]
    assert [_days_ago(e["period"]["start"]) for e in emergency] == [49]
    assert [_days_ago(c["sent"]) for c in of_type(delgado, "Communication")] == [1]
    visits = [
        e for e in of_type(delgado, "Encounter") if e["class"]["code"] == "AMB" and "okafor" in str(e["participant"])
    ]
    ended = sorted(e["period"]["start"] for e in visits if e["status"] == "finished")
    assert _days_ago(ended[-1]) == 101


def test_the_visit_in_progress(delgado: Record) -> None:
    (visit,) = [e for e in of_type(delgado, "Encounter") if e["status"] == "in-progress"]
    assert visit["period"] == {"start": f"{TODAY}T09:20:00-05:00"}
    assert visit["location"][0]["location"]["display"] == "Room 4"
    (draft,) = [d for d in of_type(delgado, "DocumentReference") if d["docStatus"] == "preliminary"]
    assert "62-year-old woman" in b64decode(draft["content"][0]["attachment"]["data"]).decode()
    (appointment,) = of_type(delgado, "Appointment")
    assert (appointment["status"], appointment["start"]) == ("arrived", f"{TODAY}T09:20:00-05:00")


def test_her_code_status_is_full(delgado: Record) -> None:
    (status,) = [r for r in of_type(delgado, "Observation") if r["code"]["text"] == "Code status"]
    assert status["valueCodeableConcept"]["text"] == "Full code"


def test_her_eye_exam_is_fourteen_months_overdue(delgado: Record) -> None:
    exams = [p["performedDateTime"] for p in of_type(delgado, "Procedure") if "eye exam" in p["code"]["text"]]
    due = date.fromisoformat(max(exams)) + timedelta(days=365)
    assert (TODAY - due).days // 30 == 14
