"""Conditions (the problem list and the diagnoses of a visit) and allergies."""

from __future__ import annotations

from datetime import date, timedelta

from osler.demo.codes.care import REACTIONS, SUBSTANCES
from osler.demo.codes.conditions import DIAGNOSES, condition_code
from osler.demo.codes.systems import HL7, SNOMED, coding, concept, hl7, reference
from osler.demo.record import Record


def add_problem(
    record: Record, key: str, *, onset: str, recorded: str, recorder: str, text: str = "", encounter: str = ""
) -> dict:
    """An active problem-list item, remembered in `record.conditions` under `key`."""
    found = _condition(record, key, "problem-list-item", "Problem List Item", onset, recorded, recorder, text)
    found["meta"] = record.meta("condition-problems-health-concerns")
    if encounter:
        found["encounter"] = reference(f"Encounter/{encounter}")
    record.conditions[key] = found
    return record.add(found)


def add_diagnosis(record: Record, key: str, *, encounter: str, on: str, recorder: str) -> dict:
    """An encounter diagnosis of a short illness, over after ten days, or of a check-up, over at once."""
    found = _condition(record, key, "encounter-diagnosis", "Encounter Diagnosis", on, on, recorder, "")
    found["meta"] = record.meta("condition-encounter-diagnosis")
    found["encounter"] = reference(f"Encounter/{encounter}")
    over = date.fromisoformat(on[:10]) + timedelta(days=0 if DIAGNOSES[key].icd10.startswith("Z") else 10)
    if over <= record.today:
        found["clinicalStatus"] = hl7("condition-clinical", "resolved", "Resolved")
        found["abatementDateTime"] = over.isoformat()
    return record.add(found)


def resolve_problem(record: Record, key: str, on: str) -> None:
    """The problem is over: it leaves the list with its last day."""
    found = record.conditions.pop(key)
    found["clinicalStatus"] = hl7("condition-clinical", "resolved", "Resolved")
    found["abatementDateTime"] = on


def _condition(record, key, category, category_display, onset, recorded, recorder, text) -> dict:
    return {
        "resourceType": "Condition",
        "id": record.new_id(),
        "meta": {},
        "clinicalStatus": hl7("condition-clinical", "active", "Active"),
        "verificationStatus": hl7("condition-ver-status", "confirmed", "Confirmed"),
        "category": [{"coding": [coding(HL7 + "condition-category", category, category_display)]}],
        "code": condition_code(key, text),
        "subject": record.subject,
        "onsetDateTime": onset,
        "recordedDate": recorded,
        "recorder": reference(f"Practitioner/{recorder}"),
    }


def add_allergy(
    record: Record,
    substance: str,
    reaction: str,
    *,
    criticality: str,
    severity: str,
    recorded: str,
    category: str = "medication",
    kind: str = "allergy",
    onset: str = "",
) -> dict:
    """An active, confirmed allergy (or `kind` intolerance) with one reaction."""
    code, display, text = REACTIONS[reaction]
    found = {
        "resourceType": "AllergyIntolerance",
        "id": record.new_id(),
        "meta": record.meta("allergyintolerance"),
        "clinicalStatus": hl7("allergyintolerance-clinical", "active", "Active"),
        "verificationStatus": hl7("allergyintolerance-verification", "confirmed", "Confirmed"),
        "type": kind,
        "category": [category],
        "criticality": criticality,
        "code": concept(*SUBSTANCES[substance]),
        "patient": record.subject,
        "recordedDate": recorded,
        "recorder": reference(f"Practitioner/{record.person.pcp}"),
        "reaction": [{"manifestation": [concept(SNOMED, code, display, text)], "severity": severity}],
    }
    if onset:
        found["onsetDateTime"] = onset
    return record.add(found)


def deny_allergies(record: Record, *, recorded: str) -> dict:
    """The patient was asked and has no known allergies."""
    return record.add(
        {
            "resourceType": "AllergyIntolerance",
            "id": record.new_id(),
            "meta": record.meta("allergyintolerance"),
            "clinicalStatus": hl7("allergyintolerance-clinical", "active", "Active"),
            "verificationStatus": hl7("allergyintolerance-verification", "confirmed", "Confirmed"),
            "code": concept(*SUBSTANCES["none"]),
            "patient": record.subject,
            "recordedDate": recorded,
            "recorder": reference(f"Practitioner/{record.person.nurse}"),
        }
    )
