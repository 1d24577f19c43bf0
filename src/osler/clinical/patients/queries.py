"""Who a patient is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from osler.access.ask import ask
from osler.access.beginnings import list_beginning
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient, code_status_of, insurance_of, patient_of, physician_of
from osler.clinical.patients.rules import are_alike, slips
from osler.fhir.search.parse import parse_query
from osler.fhir.search.text import normalize_text

_A_DAY = len("1964-03-14")
_NAMED = 12
"""Patients looked at of each way to spell a surname."""
CODE_STATUS = "http://snomed.info/sct|304251008,http://loinc.org|75320-2"


@dataclass(frozen=True, slots=True)
class CodeStatus:
    text: str
    reference: str


async def get_patient(records: Records, id_: str) -> Patient:
    """Raises NotFound. The audit row will say that the request was about this patient."""
    patient = patient_of(await records.read("Patient", id_))
    records.about_patient(id_)
    return patient


async def list_patients(records: Records, ids: Iterable[str]) -> list[Patient]:
    """Those of the ids that are there for this actor, in their order."""
    wanted = list(dict.fromkeys(ids))[:100]
    if not wanted:
        return []
    found = {each.id: patient_of(each) for each in await ask(records, "Patient", _id=",".join(wanted), _count="100")}
    return [found[id_] for id_ in wanted if id_ in found]


async def has_namesake(records: Records, patient: Patient) -> bool:
    """Whether somebody else could be taken for this patient: by the name as it is spelled, sounds or is turned around, or by
    the birth date and a part of the name."""
    born = await ask(records, "Patient", birthdate=patient.born, _count="200") if len(patient.born) == _A_DAY else []
    if any(are_alike(patient, patient_of(each)) for each in born):
        return True
    given = next(iter(patient.given.split()), "")
    if not (patient.family and given):
        return False
    either = ",".join(normalize_text(each) for each in (given, patient.family))
    query = parse_query(
        "Patient", [("given", either)], zone=records.store.zone, now=records.clock(), base_url=records.store.base_url
    )
    spelled = (patient.family, given, *slips(normalize_text(patient.family)))
    found = await list_beginning(records, query, "family", spelled, limit=_NAMED)
    return any(are_alike(patient, patient_of(each)) for each in found)


async def find_code_status(records: Records, patient: str) -> CodeStatus | None:
    """The latest statement on resuscitation."""
    found = await ask(records, "Observation", patient=f"Patient/{patient}", code=CODE_STATUS, _sort="-date", _count="5")
    for each in found:
        observation = each.json()
        if observation.get("status") != "entered-in-error" and (text := code_status_of(observation)):
            return CodeStatus(text, each.reference)
    return None


async def find_insurance(records: Records, patient: str) -> str:
    """The active plan, empty when none is recorded."""
    found = await ask(records, "Coverage", patient=f"Patient/{patient}", status="active", _count="1")
    return insurance_of(found[0].json()) if found else ""


async def find_physician(records: Records, patient: str) -> str:
    """The primary care physician of the care team."""
    for team in await ask(records, "CareTeam", patient=f"Patient/{patient}", status="active", _count="5"):
        if name := physician_of(team.json()):
            return name
    return ""
