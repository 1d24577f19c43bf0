"""Problems, allergies and medications: FHIR to what is shown and back, and the rules of their lists."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from osler.clinical.allergies import fhir as allergies
from osler.clinical.allergies.rules import most_dangerous_first, state_of
from osler.clinical.medications.fhir import Dose, Medication, medication_of
from osler.clinical.medications.rules import bears_on_pressure, courses, split_drug
from osler.clinical.problems import fhir as problems
from osler.clinical.problems.rules import in_order
from osler.fhir import json
from osler.fhir.readers import concept
from osler.fhir.structure import faults
from osler.store.stored import Stored

NOW = datetime(2026, 3, 2, 9, 12, tzinfo=UTC)
BY = {"reference": "Practitioner/okafor", "display": "Dr A. Okafor"}
SNOMED = "http://snomed.info/sct"


def stored(resource: dict, id_: str = "x1") -> Stored:
    return Stored(resource["resourceType"], id_, 1, NOW, json.encode({**resource, "id": id_}))


def condition(**changes: str) -> dict:
    values = {
        "name": "Gout",
        "code": f"{SNOMED}|90560007",
        "status": "active",
        "onset": "2024-03",
        "abated": "",
    } | changes
    return problems.condition_for(**values, patient="p", recorder=BY, now=NOW)  # type: ignore[arg-type]


def test_a_problem_is_written_soundly_and_reads_back() -> None:
    resource = condition()
    assert faults(resource) == []
    problem = problems.problem_of(stored(resource))
    assert (problem.name, problem.codes, problem.active, problem.onset) == (
        "Gout",
        (f"{SNOMED}|90560007",),
        True,
        "2024-03",
    )
    assert problem.recorder == "Dr A. Okafor"
    assert problems.patient_of_condition(resource) == "p"


def test_a_problem_in_words_has_no_code() -> None:
    resource = condition(code="", name="Worried about work")
    assert faults(resource) == []
    assert resource["code"] == {"text": "Worried about work"}


def test_a_resolved_problem_is_over_and_a_withdrawn_one_has_no_clinical_status() -> None:
    over = problems.resolved(condition(), "2026-01-05")
    assert not problems.problem_of(stored(over)).active
    withdrawn = problems.entered_in_error(condition())
    assert faults(withdrawn) == []
    assert "clinicalStatus" not in withdrawn
    assert problems.problem_of(stored(withdrawn)).in_error


def test_the_list_comes_before_diagnoses_of_single_visits() -> None:
    visit = condition(name="Cold")
    visit["category"] = [{"coding": [{"code": "encounter-diagnosis"}]}]
    found = [problems.problem_of(stored(each)) for each in (visit, condition())]
    assert [each.name for each in in_order(found)] == ["Gout", "Cold"]


@pytest.mark.parametrize(
    ("target", "low", "high"),
    [
        ({"detailQuantity": {"value": Decimal("7.0"), "comparator": "<"}}, None, Decimal("7.0")),
        ({"detailQuantity": {"value": 60, "comparator": ">="}}, Decimal(60), None),
        ({"detailRange": {"low": {"value": 110}, "high": {"value": 130}}}, Decimal(110), Decimal(130)),
        ({"detailString": "better"}, None, None),
    ],
)
def test_the_bounds_of_a_goal(target: dict, low: Decimal | None, high: Decimal | None) -> None:
    goal = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Goal"}, "target": [target],
            "subject": {"reference": "Patient/p"}, "addresses": [{"reference": "Condition/c"}]}  # fmt: skip
    read = problems.goal_of(stored(goal))
    assert (read.low, read.high, read.problems) == (low, high, ("c",))


def allergy(substance: str = "penicillin", criticality: str = "high") -> dict:
    return allergies.statement_of(
        substance=concept(SNOMED, "91936005", substance), reaction=concept("", "", "rash"), kind="medication",
        criticality=criticality, patient="p", recorder=BY, now=NOW,  # type: ignore[arg-type]
    )  # fmt: skip


def read(*resources: dict) -> list[allergies.Allergy]:
    return [allergies.allergy_of(stored(each, f"a{place}")) for place, each in enumerate(resources)]


def test_an_allergy_is_written_soundly_and_reads_back() -> None:
    assert faults(allergy()) == []
    (one,) = read(allergy())
    assert (one.substance, one.reactions, one.criticality, one.current) == ("penicillin", ("rash",), "high", True)


def test_not_asked_none_known_and_listed_are_three_states() -> None:
    none = allergies.no_known_allergies(patient="p", recorder=BY, now=NOW)
    assert faults(none) == []
    assert state_of(read()) == "not-asked"
    assert state_of(read(none)) == "none-known"
    assert state_of(read(none, allergy())) == "listed"
    assert state_of(read(allergies.entered_in_error(allergy()))) == "not-asked"
    assert state_of(read(allergies.with_status(none, "inactive"))) == "not-asked"


def test_the_most_dangerous_comes_first_and_the_unjudged_before_the_harmless() -> None:
    found = read(allergy("aspirin", "low"), allergy("egg", ""), allergy("latex", "high"))
    assert [each.substance for each in most_dangerous_first(found)] == ["latex", "egg", "aspirin"]


@pytest.mark.parametrize(
    ("words", "name", "product"),
    [
        ("metformin 1,000 mg tablet", "metformin", "1,000 mg tablet"),
        ("insulin glargine 100 units/mL pen", "insulin glargine", "100 units/mL pen"),
        ("hydrocortisone 1 % cream", "hydrocortisone", "1 % cream"),
        ("metformin hydrochloride 500 MG Oral Tablet", "metformin hydrochloride", "500 MG Oral Tablet"),
        ("24 HR metformin 500 MG", "24 HR metformin 500 MG", ""),
        ("lisinopril 10 MG / hydrochlorothiazide 12.5 MG", "lisinopril 10 MG / hydrochlorothiazide 12.5 MG", ""),
        ("vitamin B 12", "vitamin B 12", ""),
    ],
)
def test_a_drug_is_parted_before_its_strength(words: str, name: str, product: str) -> None:
    assert split_drug(words) == (name, product)


def test_drugs_that_bear_on_blood_pressure() -> None:
    assert bears_on_pressure("Lisinopril and hydroCHLOROthiazide")
    assert bears_on_pressure("naproxen")
    assert not bears_on_pressure("metformin")


def test_an_order_reads_as_name_dose_and_directions() -> None:
    order = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "amoxicillin 500 mg capsule"}, "authoredOn": "2026-03-02",
        "dosageInstruction": [{"timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}, "route": {"text": "oral"},
                               "asNeededBoolean": True, "doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg"}}]}],
        "dispenseRequest": {"numberOfRepeatsAllowed": 2, "validityPeriod": {"end": "2026-06-01"}},
    }  # fmt: skip
    drug = medication_of(stored(order))
    assert (drug.name, drug.product, drug.dose) == ("amoxicillin", "500 mg capsule", Dose(Decimal(500), "mg"))
    assert (drug.timing, drug.as_needed, drug.refills, drug.runs_out) == ("3 times a day", "yes", 2, "2026-06-01")


def test_a_report_names_its_drug_even_when_it_is_only_a_reference() -> None:
    statement = {"resourceType": "MedicationStatement", "status": "active", "subject": {"reference": "Patient/p"},
                 "medicationReference": {"display": "St. John's wort"}, "dosage": [{"text": "one in the morning"}]}  # fmt: skip
    drug = medication_of(stored(statement))
    assert (drug.name, drug.text, drug.reported, drug.dose) == ("St. John's wort", "one in the morning", True, None)


def test_courses_gather_orders_of_one_drug_oldest_first() -> None:
    orders = [Medication(f"MedicationRequest/{n}", 1, name, "", "active", started=on)
              for n, (name, on) in enumerate((("Lisinopril", "2026-03-04"), ("lisinopril", "2025-01-01")))]  # fmt: skip
    assert [each.started for each in courses(orders)["lisinopril"]] == ["2025-01-01", "2026-03-04"]
