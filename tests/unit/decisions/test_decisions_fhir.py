"""FHIR resources become orders, allergies and facts; broken ones become unknown ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.decisions.drug_checks import check
from osler.decisions.fhir import active_orders, allergies_of, allergy_of, order_of, patient_facts
from osler.decisions.findings import Kind, Level
from tests.drug_release import drugs

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
TODAY = date(2026, 11, 22)
Json = dict[str, Any]


def request(**more: Any) -> Json:
    coded = {"coding": [{"system": RXNORM, "code": "314076", "display": "lisinopril 10 MG Oral Tablet"}]}
    return {"resourceType": "MedicationRequest", "status": "active", "medicationCodeableConcept": coded} | more


def dosage(value: Any, unit: str, frequency: int = 1) -> Json:
    return {
        "timing": {"repeat": {"frequency": frequency, "period": 1, "periodUnit": "d"}},
        "route": {"text": "Oral"},
        "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}],
    }


def allergy(text: str = "", **more: Any) -> Json:
    return {"resourceType": "AllergyIntolerance", "code": {"text": text}} | more


def observation(code: str, value: Any, unit: str, on: str) -> Json:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "effectiveDateTime": on,
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
    }


def test_a_request_becomes_an_order_with_its_dose():
    order = order_of(request(dosageInstruction=[dosage(1, "tablet", 2)]), drugs())
    assert order.drug is not None
    assert order.drug.names == {"lisinopril"}
    assert order.dose is not None
    assert (order.dose.once, order.dose.unit, order.dose.per_day, order.route) == (1, "1", 2, "oral")


@pytest.mark.parametrize(
    "dosages",
    [
        [{"text": "one tablet in the morning"}],
        [dosage(1, "tablet"), dosage(2, "tablet")],
        [dosage(5, "mg/kg")],
        [{"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}],
    ],
)
def test_a_dose_that_is_not_counted_is_not_checked(dosages: list[Json]):
    order = order_of(request(dosageInstruction=dosages), drugs())
    facts = patient_facts({"birthDate": "1960-01-01", "gender": "male"}, [], [], on=TODAY)
    findings = [each for each in check(order, patient=facts) if each.kind is Kind.DOSE]
    assert [each.level for each in findings] == [Level.NOT_CHECKED]


def test_a_contained_medication_and_a_display_are_read():
    inside = {"resourceType": "Medication", "id": "m", "code": {"text": "warfarin 5 mg"}}
    contained = request(medicationCodeableConcept=None, medicationReference={"reference": "#m"}, contained=[inside])
    assert order_of(contained, drugs()).drug is not None
    shown = request(medicationCodeableConcept=None, medicationReference={"display": "metformin 500 mg"})
    assert order_of(shown, drugs()).drug is not None


def test_words_count_where_no_code_is_known():
    coded = {"coding": [{"system": "urn:ours", "code": "7"}], "text": "Coreg"}
    drug = order_of(request(medicationCodeableConcept=coded), drugs()).drug
    assert drug is not None
    assert drug.names == {"carvedilol"}


def test_stopped_drugs_are_not_active():
    assert len(active_orders([request(), request(status="stopped"), request(status="entered-in-error")], drugs())) == 1


@pytest.mark.parametrize(
    "text", ["Penicillin", "PCN", "penicillins", "Allergy to penicillin", "amoxicillin", "Augmentin"]
)
def test_a_penicillin_allergy_is_known_by_many_names(text: str):
    found = allergies_of([allergy(text)], drugs())
    amoxicillin = order_of(request(medicationCodeableConcept={"text": "amoxicillin 500 mg"}), drugs())
    findings = check(amoxicillin, allergies=found)
    assert any(each.kind is Kind.ALLERGY and each.level is Level.INTERRUPTIVE for each in findings)


def test_things_that_are_no_drugs_are_known_as_such():
    for text in ("Shellfish", "Tree pollen", "House dust mite", "Cat dander"):
        found = allergy_of(allergy(text), drugs())
        assert found is not None
        assert not found.unknown


def test_an_allergen_that_is_not_known_is_not_checked():
    (found,) = allergies_of([allergy("zyxwol", category=["medication"])], drugs())
    assert found.unknown
    findings = check(order_of(request(), drugs()), allergies=[found])
    assert any(each.row == "not-checked-allergy" for each in findings)


def test_no_known_allergies_and_refuted_ones_do_not_count():
    refuted = allergy("Penicillin", verificationStatus={"coding": [{"code": "refuted"}]})
    resolved = allergy("Penicillin", clinicalStatus={"coding": [{"code": "resolved"}]})
    assert allergies_of([allergy("No known allergies"), refuted, resolved], drugs()) == []


def test_facts_are_the_latest():
    patient = {"resourceType": "Patient", "gender": "female", "birthDate": "1990-05-01"}
    observations = [
        observation("98979-8", Decimal(80), "mL/min", "2025-01-01"),
        observation("98979-8", Decimal(25), "mL/min", "2026-10-01"),
        observation("29463-7", Decimal(154), "[lb_av]", "2026-10-01"),
    ]
    pregnant = {
        "resourceType": "Condition",
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "Z33.1"}]},
    }
    facts = patient_facts(patient, observations, [pregnant], on=TODAY)
    assert facts.egfr == 25
    assert facts.egfr_on == date(2026, 10, 1)
    assert facts.weight_kg is not None
    assert round(facts.weight_kg) == 70
    assert (facts.female, facts.pregnant) == (True, True)
    assert facts.age_years is not None
    assert round(facts.age_years) == 37


def test_what_nobody_said_is_none():
    facts = patient_facts({}, [], [], on=TODAY)
    assert (facts.age_years, facts.weight_kg, facts.female, facts.pregnant, facts.egfr) == (None,) * 5


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["code", "coding", "text", "system", "value", "unit", "status", "medicationCodeableConcept", "dosageInstruction", "doseAndRate",
         "doseQuantity", "timing", "repeat", "period", "periodUnit", "frequency", "reaction", "substance", "birthDate", "valueQuantity",
         "effectiveDateTime", "contained", "medicationReference", "reference", "id", "route", "criticality", "category", "clinicalStatus"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
resources = st.dictionaries(st.sampled_from(["medicationCodeableConcept", "code", "dosageInstruction", "reaction", "status", "birthDate",
    "valueQuantity", "contained", "medicationReference", "clinicalStatus", "category", "effectivePeriod"]), json_values)  # fmt: skip


@given(resources)
def test_broken_resources_never_raise(resource: Json):
    check(order_of(resource, drugs()), active_orders([resource], drugs()), allergies_of([resource], drugs()))
    patient_facts(resource, [resource], [resource], on=TODAY)
