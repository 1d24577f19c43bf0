"""Charting vital signs. Each runs inside the one transaction of its request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from osler.access.authorship import person
from osler.access.records import Records, Resource
from osler.clinical.vitals.fhir import entered_in_error, observations_for, patient_of_observation
from osler.clinical.vitals.rules import Entered, bmi, doubts
from osler.clinical.vitals.signs import HEIGHT, WEIGHT
from osler.core.errors import Conflict, Fault, Invalid, NotFound


async def add_vitals(
    records: Records, *, patient: str, entered: Mapping[str, Entered], taken_at: datetime,
    last_height: Decimal | None = None, encounter: str = "",
) -> list[Resource]:  # fmt: skip
    """Writes a set of vital signs, and the body mass index when there is a weight and a height (`last_height` in cm will do).

    Raises Invalid for an empty set and for values that cannot be; unusual ones are the form's business.
    """
    if not entered:
        raise Invalid("Enter at least one vital sign.", path="systolic")
    impossible = tuple(Fault(each.message, each.key) for each in doubts(entered) if each.weight == "stop")
    if impossible:
        raise Invalid("Some values cannot be.", faults=impossible)
    weight = entered.get(WEIGHT.key)
    height = entered[HEIGHT.key].converted if HEIGHT.key in entered else last_height
    resources = observations_for(
        entered, computed_bmi=bmi(weight.converted if weight else None, height), taken_at=taken_at, patient=patient,
        performer=person(records.actor), encounter=encounter,
    )  # fmt: skip
    return [await records.create(each) for each in resources]


async def withdraw_reading(records: Records, *, patient: str, id: str, if_match: int | None = None) -> Resource:
    """It was entered in error."""

    def change(observation: dict[str, Any]) -> dict[str, Any]:
        if patient_of_observation(observation) != patient:
            raise NotFound("There is no such measurement in this chart.")
        if observation.get("status") == "entered-in-error":
            raise Conflict("This was already marked as entered in error.")
        return entered_in_error(observation)

    return await records.patch("Observation", id, change, if_match=if_match)
