"""Who a patient is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from osler.access.ask import ask
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient, code_status_of, insurance_of, patient_of, physician_of
from osler.fhir.search.text import normalize_text

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
    """Whether somebody else has the same surname, and the same first name or the same birth date."""
    first = next(iter(patient.given.split()), "")
    family = _escaped(patient.family)
    marks = ({"given": _escaped(first)} if first else {}, {"birthdate": patient.born} if patient.born else {})
    for mark in filter(None, marks if family else ()):
        found = map(patient_of, await ask(records, "Patient", family=family, _count="10", **mark))
        if any(
            each.id != patient.id and normalize_text(each.family) == normalize_text(patient.family) for each in found
        ):
            return True
    return False


def _escaped(text: str) -> str:
    """Within a search a comma, a bar, a dollar sign and a backslash mean something."""
    return re.sub(r"([\\,|$])", r"\\\1", text)


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
