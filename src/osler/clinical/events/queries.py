"""What happened to a patient, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from osler.access.ask import ask, together
from osler.access.records import Records
from osler.clinical.events.fhir import Event, Kind, event_of
from osler.core.errors import Forbidden
from osler.fhir.readers import instant

_SOURCES: dict[Kind, tuple[str, str]] = {
    "visit": ("Encounter", "date"),
    "result": ("DiagnosticReport", "date"),
    "vaccine": ("Immunization", "date"),
    "message": ("Communication", "sent"),
    "procedure": ("Procedure", "date"),
    "note": ("DocumentReference", "date"),
    "medication": ("MedicationRequest", "authoredon"),
    "problem": ("Condition", "onset-date"),
}
KINDS: tuple[Kind, ...] = tuple(_SOURCES)


async def list_events(
    records: Records, patient: str, *, zone: tzinfo, since: datetime | None = None, until: datetime | None = None,
    kinds: Iterable[Kind] = KINDS, limit: int = 30,
) -> list[Event]:  # fmt: skip
    """The latest of each kind, in one order of time. Kinds that the actor's role does not open are left out."""
    each = [_list_kind(records, patient, kind, since, until, limit) for kind in kinds]
    found = [event for events in await together(records, *each) for event in events]
    far = datetime.min.replace(tzinfo=zone)
    return sorted(found, key=lambda event: instant(event.at, zone) or far, reverse=True)


async def _list_kind(
    records: Records, patient: str, kind: Kind, since: datetime | None, until: datetime | None, limit: int
) -> list[Event]:
    type_, date = _SOURCES[kind]
    span = (f"ge{since.isoformat(timespec='seconds')}",) if since else ()
    span += (f"lt{until.isoformat(timespec='seconds')}",) if until else ()
    more = {date.replace("-", "_"): span} if span else {}
    try:
        hits = await ask(records, type_, patient=f"Patient/{patient}", _sort=f"-{date}", _count=str(limit), **more)
    except Forbidden:
        return []
    return [event for each in hits if (event := event_of(each))]
