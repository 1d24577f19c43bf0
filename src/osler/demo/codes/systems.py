"""Addresses of the code systems, identifier systems and profiles that the demo clinic uses."""

from __future__ import annotations

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
UCUM = "http://unitsofmeasure.org"
OMB_RACE = "urn:oid:2.16.840.1.113883.6.238"
LANGUAGE = "urn:ietf:bcp:47"
NUCC = "http://nucc.org/provider-taxonomy"

HL7 = "http://terminology.hl7.org/CodeSystem/"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
US_CORE_CODES = "http://hl7.org/fhir/us/core/CodeSystem/"

NPI = "http://hl7.org/fhir/sid/us-npi"
MRN = "https://osler.example/mrn"
SITE_TAG = "urn:osler:site"


def coding(system: str, code: str, display: str = "") -> dict[str, str]:
    if display:
        return {"system": system, "code": code, "display": display}
    return {"system": system, "code": code}


def concept(system: str, code: str, display: str = "", text: str = "") -> dict:
    """A CodeableConcept of one coding. `text` is what the chart shows; without it the display."""
    return {"coding": [coding(system, code, display)], "text": text or display}


def hl7(system: str, code: str, display: str = "") -> dict:
    """A CodeableConcept of one HL7 coding, without text: statuses and categories."""
    return {"coding": [coding(HL7 + system, code, display)]}


def reference(target: str, display: str = "") -> dict[str, str]:
    if display:
        return {"reference": target, "display": display}
    return {"reference": target}


def quantity(value: object, unit: str, code: str = "") -> dict:
    """A UCUM quantity. `code` is the UCUM code where it differs from the printed unit."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}
