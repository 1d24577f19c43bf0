"""What a person does to a problem list. Each runs inside the one transaction of its request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from osler.access.authorship import person
from osler.access.records import Records, Resource
from osler.clinical.problems.fhir import (
    Status,
    condition_for,
    entered_in_error,
    patient_of_condition,
    resolved,
)
from osler.core.errors import Conflict, NotFound


async def add_problem(
    records: Records, *, patient: str, name: str, code: str = "", status: Status = "active", onset: str = "",
    abated: str = "", now: datetime,
) -> Resource:  # fmt: skip
    """`code` is `system|code`, `onset` and `abated` FHIR dates of any precision; all three may be empty."""
    return await records.create(
        condition_for(
            name=name, code=code, status=status, onset=onset, abated=abated, patient=patient,
            recorder=person(records.actor), now=now,
        )
    )  # fmt: skip


async def resolve_problem(records: Records, *, patient: str, id: str, on: str, if_match: int | None = None) -> Resource:
    """The problem is over. Raises VersionConflict when someone changed it meanwhile."""

    def change(condition: dict[str, Any]) -> dict[str, Any]:
        _require_open(condition, patient)
        return resolved(condition, on)

    return await records.patch("Condition", id, change, if_match=if_match)


async def withdraw_problem(records: Records, *, patient: str, id: str, if_match: int | None = None) -> Resource:
    """It was entered in error."""

    def change(condition: dict[str, Any]) -> dict[str, Any]:
        _require_open(condition, patient)
        return entered_in_error(condition)

    return await records.patch("Condition", id, change, if_match=if_match)


def _require_open(condition: dict[str, Any], patient: str) -> None:
    if patient_of_condition(condition) != patient:
        raise NotFound("There is no such problem in this chart.")
    codes = [coding.get("code") for coding in condition.get("verificationStatus", {}).get("coding") or ()]
    if "entered-in-error" in codes:
        raise Conflict("This problem was already marked as entered in error.")
