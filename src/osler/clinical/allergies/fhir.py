"""Allergies and intolerances ↔ AllergyIntolerance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from osler.access.records import Resource
from osler.fhir.readers import codes_of, concept, display_of, first_code, notes_of, target_of, text_of, when

Json = dict[str, Any]
Kind = Literal["medication", "food", "environment"]
Criticality = Literal["high", "low", "unable-to-assess", ""]

SNOMED = "http://snomed.info/sct"
NO_KNOWN_ALLERGY = f"{SNOMED}|716186003"
_PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-allergyintolerance"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"


@dataclass(frozen=True, slots=True)
class Allergy:
    """One statement about a substance. Dates as FHIR writes them."""

    id: str
    substance: str
    version: int
    reactions: tuple[str, ...] = ()
    severity: str = ""
    criticality: Criticality = ""
    kinds: tuple[str, ...] = ()
    intolerance: bool = False
    status: str = "active"
    verification: str = ""
    codes: tuple[str, ...] = ()
    onset: str = ""
    recorded: str = ""
    recorder: str = ""
    note: str = ""

    @property
    def says_none(self) -> bool:
        """ "No known allergies", which is a statement and not an allergy."""
        return NO_KNOWN_ALLERGY in self.codes

    @property
    def current(self) -> bool:
        return self.status in ("active", "") and self.verification not in ("refuted", "entered-in-error")

    @property
    def in_error(self) -> bool:
        return self.verification == "entered-in-error"


_SEVERITIES = ("severe", "moderate", "mild")


def allergy_of(stored: Resource) -> Allergy:
    resource = stored.json()
    code = resource.get("code")
    reactions: list[Json] = resource.get("reaction") or []
    severities = {each.get("severity") for each in reactions}
    substance = text_of(code) or next((text_of(each.get("substance")) for each in reactions), "")
    return Allergy(
        id=stored.id,
        substance=substance,
        version=stored.version,
        reactions=tuple(text_of(each) for reaction in reactions for each in reaction.get("manifestation") or ()),
        severity=next((each for each in _SEVERITIES if each in severities), ""),
        criticality=resource.get("criticality", ""),
        kinds=tuple(resource.get("category") or ()),
        intolerance=resource.get("type") == "intolerance",
        status=first_code(resource.get("clinicalStatus")),
        verification=first_code(resource.get("verificationStatus")),
        codes=tuple(codes_of(code)),
        onset=when(resource, "onset"),
        recorded=resource.get("recordedDate", ""),
        recorder=display_of(resource.get("recorder")),
        note=notes_of(resource),
    )


def statement_of(
    *, substance: Json, reaction: Json | None, kind: Kind, criticality: Criticality, patient: str, recorder: Json,
    now: datetime,
) -> Json:  # fmt: skip
    """A new, active, confirmed AllergyIntolerance. `substance` and `reaction` are CodeableConcepts."""
    resource = _statement(substance, patient, recorder, now)
    resource["type"] = "allergy"
    resource["category"] = [kind]
    if criticality:
        resource["criticality"] = criticality
    if reaction:
        resource["reaction"] = [{"manifestation": [reaction]}]
    return resource


def no_known_allergies(*, patient: str, recorder: Json, now: datetime) -> Json:
    """The coded statement that the patient was asked and knows of none."""
    return _statement(concept(SNOMED, "716186003", "No known allergy"), patient, recorder, now)


def _statement(code: Json, patient: str, recorder: Json, now: datetime) -> Json:
    return {
        "resourceType": "AllergyIntolerance",
        "meta": {"profile": [_PROFILE]},
        "clinicalStatus": _coded(_CLINICAL, "active"),
        "verificationStatus": _coded(_VERIFICATION, "confirmed"),
        "code": code,
        "patient": {"reference": f"Patient/{patient}"},
        "recordedDate": now.isoformat(timespec="seconds"),
        "recorder": recorder,
    }


def entered_in_error(resource: Json) -> Json:
    """The same, withdrawn. It has no clinical status any more (invariant ait-2)."""
    kept = {name: value for name, value in resource.items() if name != "clinicalStatus"}
    return kept | {"verificationStatus": _coded(_VERIFICATION, "entered-in-error")}


def with_status(resource: Json, status: Literal["active", "inactive"]) -> Json:
    return resource | {"clinicalStatus": _coded(_CLINICAL, status)}


def patient_of_allergy(resource: Json) -> str:
    return target_of(resource.get("patient")).removeprefix("Patient/")


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}
