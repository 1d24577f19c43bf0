"""What a biller begins the day with: visits that are over and that no claim names yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from osler.access.ask import ask, together
from osler.access.records import Records, Resource
from osler.clinical.patients.fhir import Patient, insurance_of
from osler.clinical.patients.queries import list_patients
from osler.clinical.problems.fhir import problem_of
from osler.clinical.visits.fhir import Visit, visit_of
from osler.fhir.readers import target_of

MOST = 50
"""Visits looked at, the newest first."""
_DIAGNOSES = 200
_NO_CLAIM = ("cancelled", "entered-in-error")
_WRONG = ("entered-in-error", "refuted")


@dataclass(frozen=True, slots=True)
class Unbilled:
    """One visit. `diagnoses` are its ICD-10-CM codes, or words where nothing is coded."""

    visit: Visit
    patient: Patient
    diagnoses: tuple[str, ...] = ()
    insurance: str = ""


async def list_unbilled(records: Records, *, since: date) -> list[Unbilled]:
    """Visits that ended on `since` or later, the newest first. Raises Forbidden for whoever may not ask for one of its parts."""
    visits = await ask(
        records, "Encounter", status="finished", date=f"ge{since.isoformat()}", _sort="-date", _count=str(MOST)
    )
    if not visits:
        return []
    whose = {each.id: target_of(each.json().get("subject")).removeprefix("Patient/") for each in visits}
    patients, billed, diagnoses, insurance = await together(
        records, list_patients(records, whose.values()), _billed(records, visits), _diagnoses(records, visits),
        _insurance(records, dict.fromkeys(whose.values())),
    )  # fmt: skip
    known = {each.id: each for each in patients}
    return [
        Unbilled(visit_of(each), known[patient], tuple(diagnoses.get(each.reference, ())), insurance.get(patient, ""))
        for each in visits
        if (patient := whose[each.id]) in known and each.reference not in billed
    ]


async def _billed(records: Records, visits: Sequence[Resource]) -> set[str]:
    claims = [each.json() for each in await ask(records, "Claim", encounter=_all(visits), _count="200")]
    items = (item for claim in claims if claim.get("status") not in _NO_CLAIM for item in claim.get("item") or ())
    return {target_of(encounter) for item in items for encounter in item.get("encounter") or ()}


async def _diagnoses(records: Records, visits: Sequence[Resource]) -> dict[str, list[str]]:
    """Those that the visit itself names, in its order, then those that name the visit."""
    named = {each.reference: _named(each) for each in visits}
    ids = list(dict.fromkeys(id_ for each in named.values() for id_ in each))[:_DIAGNOSES]
    asked = [ask(records, "Condition", encounter=_all(visits), _count=str(_DIAGNOSES))]
    asked += [ask(records, "Condition", _id=",".join(ids), _count=str(_DIAGNOSES))] if ids else []
    known = {each.id: each for found in await together(records, *asked) for each in found}
    for each in known.values():
        own = named.get(target_of(each.json().get("encounter")), [])
        own += [each.id] if each.id not in own else []
    told = {
        id_: problem.icd or problem.name
        for id_, each in known.items()
        if (problem := problem_of(each)).verification not in _WRONG
    }
    return {visit: list(dict.fromkeys(told[id_] for id_ in own if id_ in told)) for visit, own in named.items()}


def _named(visit: Resource) -> list[str]:
    named = (target_of(each.get("condition")) for each in visit.json().get("diagnosis") or ())
    return [each.removeprefix("Condition/") for each in named if each.startswith("Condition/")]


async def _insurance(records: Records, patients: Iterable[str]) -> dict[str, str]:
    whom = ",".join(f"Patient/{each}" for each in patients)
    found: dict[str, str] = {}
    for each in await ask(records, "Coverage", beneficiary=whom, status="active", _count="200"):
        coverage = each.json()
        found.setdefault(target_of(coverage.get("beneficiary")).removeprefix("Patient/"), insurance_of(coverage))
    return found


def _all(visits: Sequence[Resource]) -> str:
    return ",".join(each.reference for each in visits)
