"""What a person does to an allergy list. Each runs inside the one transaction of its request."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from osler.access.ask import ask
from osler.access.authorship import person
from osler.access.records import Records, Resource
from osler.clinical.allergies.fhir import (
    NO_KNOWN_ALLERGY,
    Criticality,
    Kind,
    allergy_of,
    entered_in_error,
    no_known_allergies,
    patient_of_allergy,
    statement_of,
    with_status,
)
from osler.core.errors import Conflict, NotFound
from osler.fhir.readers import concept


async def add_allergy(
    records: Records, *, patient: str, substance: str, code: str = "", reaction: str = "", reaction_code: str = "",
    kind: Kind = "medication", criticality: Criticality = "", now: datetime,
) -> list[Resource]:  # fmt: skip
    """The new allergy, and after it the statements of "no known allergies" that it has ended. Codes are `system|code`."""
    added = await records.create(
        statement_of(
            substance=_concept(code, substance), reaction=_concept(reaction_code, reaction) if reaction else None,
            kind=kind, criticality=criticality, patient=patient, recorder=person(records.actor), now=now,
        )
    )  # fmt: skip
    ended = [await _set_status(records, id_, "inactive") for id_ in await _none_statements(records, patient)]
    return [added, *ended]


async def state_no_known_allergies(records: Records, *, patient: str, now: datetime) -> Resource:
    """The patient was asked and knows of none. Raises Conflict while an allergy is listed, or when it is stated already."""
    found = [allergy_of(each) for each in await ask(
        records, "AllergyIntolerance", patient=f"Patient/{patient}", _count="200")]  # fmt: skip
    if any(each.current and not each.says_none for each in found):
        raise Conflict("An allergy is listed, so “no known allergies” cannot be stated.")
    if any(each.current for each in found):
        raise Conflict("“No known allergies” is already recorded.")
    return await records.create(no_known_allergies(patient=patient, recorder=person(records.actor), now=now))


async def withdraw_allergy(records: Records, *, patient: str, id: str, if_match: int | None = None) -> Resource:
    """It was entered in error."""

    def change(resource: dict[str, Any]) -> dict[str, Any]:
        if patient_of_allergy(resource) != patient:
            raise NotFound("There is no such allergy in this chart.")
        codes = [coding.get("code") for coding in resource.get("verificationStatus", {}).get("coding") or ()]
        if "entered-in-error" in codes:
            raise Conflict("This allergy was already marked as entered in error.")
        return entered_in_error(resource)

    return await records.patch("AllergyIntolerance", id, change, if_match=if_match)


async def restore_statement(records: Records, *, patient: str, id: str) -> Resource:
    """An ended "no known allergies" holds again, because the allergy that ended it was undone."""
    stored = await records.read("AllergyIntolerance", id)
    if patient_of_allergy(stored.json()) != patient or not allergy_of(stored).says_none:
        raise NotFound("There is no such statement in this chart.")
    return await _set_status(records, id, "active")


async def _none_statements(records: Records, patient: str) -> list[str]:
    found = await ask(
        records, "AllergyIntolerance", patient=f"Patient/{patient}", code=NO_KNOWN_ALLERGY, clinical_status="active"
    )
    return [each.id for each in found if allergy_of(each).current]


async def _set_status(records: Records, id_: str, status: Literal["active", "inactive"]) -> Resource:
    return await records.patch("AllergyIntolerance", id_, lambda resource: with_status(resource, status))


def _concept(code: str, words: str) -> dict[str, Any]:
    system, _, value = code.partition("|")
    return concept(system, value, words)
