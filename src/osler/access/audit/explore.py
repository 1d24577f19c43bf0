"""Questions to the audit: who looked at this patient, what did this person do, what happened then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from osler.access.actors import Actor, Purpose
from osler.access.audit.entry import Action, Outcome
from osler.access.compile import granted_permissions
from osler.access.events import event
from osler.access.gatehouse import Gatehouse
from osler.access.permissions import Permission, require
from osler.store.audit_lines import AuditLineRow, list_lines

_ACTIONS = {action.value: action for action in Action}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_PURPOSES = {purpose.number: purpose for purpose in Purpose}
Place = tuple[datetime, int, int]
"""Where a page ended: at, writer and number of its last line."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One request, ready to show."""

    place: Place
    at: datetime
    actor: str
    """The account's, token's or system part's id."""
    display: str
    via: str
    """Session or token id, or the address of somebody not signed in."""
    action: Action | None
    purpose: Purpose | None
    outcome: Outcome | None
    what: str
    count: int
    resource: str
    """`Type/id`, `Type` for a search, or empty. A row about a resource that was never there has no id to show."""
    patient: str | None


async def list_by_patient(
    house: Gatehouse,
    reader: Actor,
    patient: str,
    *,
    since: datetime,
    until: datetime,
    before: Place | None = None,
    limit: int = 100,
) -> list[AuditLine]:
    """Everything anyone did with a patient's record, newest first. Raises Forbidden. Asking is itself audited."""
    return await _list(house, reader, "by patient", since, until, before, limit, patient=patient)


async def list_by_actor(
    house: Gatehouse,
    reader: Actor,
    actor: str,
    *,
    since: datetime,
    until: datetime,
    before: Place | None = None,
    limit: int = 100,
) -> list[AuditLine]:
    """Everything one account or token did, by its id, newest first. Raises Forbidden. Asking is itself audited."""
    return await _list(house, reader, "by actor", since, until, before, limit, actor=actor)


async def list_by_time(
    house: Gatehouse,
    reader: Actor,
    *,
    since: datetime,
    until: datetime,
    before: Place | None = None,
    limit: int = 100,
) -> list[AuditLine]:
    """Everything that happened in [since, until), newest first. Raises Forbidden. Asking is itself audited."""
    return await _list(house, reader, "by time", since, until, before, limit)


async def _list(
    house: Gatehouse,
    reader: Actor,
    how: str,
    since: datetime,
    until: datetime,
    before: Place | None,
    limit: int,
    *,
    patient: str | None = None,
    actor: str | None = None,
) -> list[AuditLine]:
    require(granted_permissions(reader), Permission.AUDIT_READ)
    async with house.pool.connection() as conn:
        rows = await list_lines(
            conn, since=since, until=until, patient=patient, actor=actor, before=before, limit=limit
        )
    await house.log.record(event(reader, Action.AUDIT_READ, house.clock(), what=f"audit {how}", n=len(rows)))
    return [_line(row) for row in rows]


def _line(row: AuditLineRow) -> AuditLine:
    named = f"{row.target_type}/{row.target_id}" if row.target_id else row.type or ""
    return AuditLine(
        place=(row.at, row.writer, row.num),
        at=row.at,
        actor=row.actor,
        display=row.display,
        via=row.via,
        action=_ACTIONS.get(row.action),
        purpose=_PURPOSES.get(row.purpose),
        outcome=_OUTCOMES.get(row.outcome),
        what=row.what,
        count=row.n,
        resource=named,
        patient=row.patient,
    )
