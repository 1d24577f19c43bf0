"""The biller's part of the first page: visits to bill, with what a claim is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from osler.access.permissions import Permission
from osler.access.records import Records
from osler.clinical.patients.rules import namesakes
from osler.core.errors import Forbidden
from osler.interfaces.web.components import format
from osler.interfaces.web.components.people import PersonHit
from osler.interfaces.web.components.values import When
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.show import SIMILAR_NAME, chart_address, hit
from osler.workflows.billing.queries import MOST, Unbilled, list_unbilled

_DAYS = 14


@dataclass(frozen=True, slots=True)
class VisitRow:
    id: str
    person: PersonHit
    on: When


@dataclass(frozen=True, slots=True)
class VisitsToBill:
    rows: tuple[VisitRow, ...]
    note: str
    closed: bool = False
    """The reader's role does not open all that it takes."""


async def visits_to_bill(records: Records, desk: Desk) -> VisitsToBill | None:
    """None for those who have nothing to do with bills."""
    if not desk.may(Permission.BILLING_READ):
        return None
    note = f"ended in the last {_DAYS} days, in no claim yet"
    try:
        found = await list_unbilled(records, since=desk.local.date() - timedelta(days=_DAYS))
    except Forbidden:
        return VisitsToBill((), note, closed=True)
    if len(found) == MOST:
        note += f"; the newest {MOST}"
    alike = namesakes(each.patient for each in found)
    return VisitsToBill(tuple(_row(each, desk, alike) for each in found), note)


def _row(each: Unbilled, desk: Desk, alike: frozenset[str]) -> VisitRow:
    diagnoses, insurance = ", ".join(each.diagnoses) or "no diagnosis", each.insurance or "no coverage"
    detail = format.dotted(each.visit.kind, each.visit.clinician, diagnoses, insurance)
    chips = (SIMILAR_NAME,) if each.patient.id in alike else ()
    person = hit(each.patient, desk.local.date(), detail, chips)
    if not desk.may(Permission.CHART_READ):
        person = _to_details(person, each.patient.id)
    when = each.visit.end or each.visit.start
    return VisitRow(each.visit.id, person, format.day(when, desk.zone) if when else When("Not recorded"))


def _to_details(person: PersonHit, patient: str) -> PersonHit:
    return replace(person, href=chart_address(patient, "details"))
