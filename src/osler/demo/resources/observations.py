"""Observations: vital signs, scores, measurements, smoking and code status."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from osler.demo.clinic import SITES
from osler.demo.codes.care import RESUSCITATION, SMOKING
from osler.demo.codes.systems import HL7, LOINC, SNOMED, US_CORE_CODES, coding, concept, quantity
from osler.demo.record import Record

_FLAGS = {"L": "Low", "LL": "Critical low", "H": "High", "HH": "Critical high", "N": "Normal"}


class Vital(NamedTuple):
    profile: str
    loinc: str
    name: str
    text: str
    unit: str
    ucum: str
    digits: int


VITALS: dict[str, Vital] = {
    "heart-rate": Vital("heart-rate", "8867-4", "Heart rate", "Heart rate", "/min", "/min", 0),
    "respiration": Vital("respiratory-rate", "9279-1", "Respiratory rate", "Respiratory rate", "/min", "/min", 0),
    "oxygen": Vital(
        "pulse-oximetry", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "SpO₂", "%", "%", 0
    ),
    "temperature": Vital("body-temperature", "8310-5", "Body temperature", "Temperature", "°C", "Cel", 1),
    "weight": Vital("body-weight", "29463-7", "Body weight", "Weight", "kg", "kg", 1),
    "height": Vital("body-height", "8302-2", "Body height", "Height", "cm", "cm", 1),
    "bmi": Vital("bmi", "39156-5", "Body mass index (BMI) [Ratio]", "BMI", "kg/m2", "kg/m2", 1),
    "head": Vital(
        "head-circumference", "9843-4", "Head Occipital-frontal circumference", "Head circumference", "cm", "cm", 1
    ),
}


def exact(value: float, digits: int) -> Decimal | int:
    """The number as a chart prints it, with its digits kept."""
    return Decimal(f"{value:.{digits}f}") if digits else round(value)


def add_vital(record: Record, key: str, value: float, *, at: str, encounter: str, by: str) -> dict:
    """One vital sign. `value` is in the unit of `VITALS`."""
    row = VITALS[key]
    found = _observation(
        record, row.profile, "vital-signs", "Vital Signs", row.loinc, row.name, row.text, at, encounter, by
    )
    if key == "oxygen":
        found["code"]["coding"].append(coding(LOINC, "2708-6", "Oxygen saturation in Arterial blood"))
    found["valueQuantity"] = quantity(exact(value, row.digits), row.unit, row.ucum)
    return record.add(found)


def add_blood_pressure(
    record: Record, systolic: int, diastolic: int, *, at: str, encounter: str, by: str, note: str = ""
) -> dict:
    """Blood pressure with its two components; flagged from 140 over 90, and below 90 systolic."""
    found = _observation(
        record, "blood-pressure", "vital-signs", "Vital Signs", "85354-9",
        "Blood pressure panel with all children optional", "Blood pressure", at, encounter, by,
    )  # fmt: skip
    if systolic >= 140 or diastolic >= 90:
        found["interpretation"] = [flag("H")]
    elif systolic < 90:
        found["interpretation"] = [flag("L")]
    if note:
        found["note"] = [{"text": note}]
    found["component"] = [
        {"code": concept(LOINC, code, name), "valueQuantity": quantity(value, "mmHg", "mm[Hg]")}
        for code, name, value in (
            ("8480-6", "Systolic blood pressure", systolic),
            ("8462-4", "Diastolic blood pressure", diastolic),
        )
    ]
    return record.add(found)


def add_percentile(
    record: Record, profile: str, loinc: str, name: str, value: int, *, at: str, encounter: str, by: str
) -> dict:
    """A growth percentile of a child."""
    found = _observation(record, "", "vital-signs", "Vital Signs", loinc, name, name, at, encounter, by)
    found["meta"]["profile"] = [f"http://hl7.org/fhir/us/core/StructureDefinition/{profile}"]
    found["valueQuantity"] = quantity(value, "%")
    return record.add(found)


def add_pain(record: Record, score: int, *, at: str, encounter: str, by: str, where: str = "") -> dict:
    """Pain from 0 to 10, as the patient says it; `where` is the place that hurts."""
    found = _observation(
        record, "vital-signs", "vital-signs", "Vital Signs", "72514-3",
        "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "Pain", at, encounter, by,
    )  # fmt: skip
    found["valueQuantity"] = quantity(score, "/10", "{score}")
    if where:
        found["bodySite"] = {"text": where}
    return record.add(found)


def add_score(
    record: Record, loinc: str, name: str, text: str, score: int, *, at: str, encounter: str, by: str
) -> dict:
    """The total of a questionnaire, such as the PHQ-9."""
    found = _observation(
        record, "observation-screening-assessment", "survey", "Survey", loinc, name, text, at, encounter, by
    )
    found["valueQuantity"] = quantity(score, "{score}")
    return record.add(found)


def add_measure(
    record: Record, loinc: str, name: str, text: str, value: float, unit: str, ucum: str, digits: int, *,
    at: str, encounter: str, by: str, category: tuple[str, str] = ("exam", "Exam"),
) -> dict:  # fmt: skip
    """A clinical measurement that is neither a vital sign nor a laboratory test: gestational age, ejection fraction."""
    found = _observation(record, "observation-clinical-result", *category, loinc, name, text, at, encounter, by)
    found["valueQuantity"] = quantity(exact(value, digits), unit, ucum)
    return record.add(found)


def add_smoking_status(record: Record, status: str, *, at: str, encounter: str, by: str) -> dict:
    found = _observation(
        record, "smokingstatus", "social-history", "Social History", "72166-2", "Tobacco smoking status", "Smoking status",
        at, encounter, by,
    )  # fmt: skip
    code, display, text = SMOKING[status]
    found["valueCodeableConcept"] = concept(SNOMED, code, display, text)
    return record.add(found)


def add_code_status(record: Record, status: str, *, at: str, encounter: str, by: str) -> dict:
    """Code status: SNOMED CT |Resuscitation status| under the LOINC heading of advance directives, as C-CDA pairs them."""
    found = _observation(record, "", "exam", "Exam", "75320-2", "Advance directive", "Code status", at, encounter, by)
    found["category"] = [{"coding": [coding(US_CORE_CODES + "us-core-category", "treatment-intervention-preference")]}]
    found["code"]["coding"].insert(0, coding(SNOMED, "304251008", "Resuscitation status"))
    code, display, text = RESUSCITATION[status]
    found["valueCodeableConcept"] = concept(SNOMED, code, display, text)
    return record.add(found)


def _observation(record, profile, category, category_name, loinc, name, text, at, encounter, by) -> dict:
    found = {
        "resourceType": "Observation",
        "id": record.new_id(),
        "meta": record.meta(profile) if profile else record.meta(),
        "status": "final",
        "category": [{"coding": [coding(HL7 + "observation-category", category, category_name)]}],
        "code": concept(LOINC, loinc, name, text),
        "subject": record.subject,
    }
    if encounter:
        found["encounter"] = {"reference": f"Encounter/{encounter}"}
    found["effectiveDateTime"] = at
    performer = f"Organization/{by}" if by in SITES else f"Practitioner/{by}" if by else f"Patient/{record.id}"
    found["performer"] = [{"reference": performer}]
    return found


def flag(code: str) -> dict:
    """An interpretation: L, LL, H, HH or N."""
    return {"coding": [coding(HL7 + "v3-ObservationInterpretation", code, _FLAGS[code])]}
