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
_DENSE: tuple[Kind, ...] = ("visit", "result", "medication")
"""What a long record holds most of."""
KINDS: tuple[Kind, ...] = tuple(_SOURCES)


async def list_events(
    records: Records, patient: str, *, zone: tzinfo, since: datetime | None = None, until: datetime | None = None,
    kinds: Iterable[Kind] = KINDS, limit: int = 30,
) -> list[Event]:  # fmt: skip
    """The latest of each kind, in one order of time. Kinds that the actor's role does not open are left out."""
    each = [_list_kind(records, patient, kind, since, until, limit) for kind in kinds]
    return in_time([event for events in await together(records, *each) for event in events], zone)


def in_time(events: Iterable[Event], zone: tzinfo) -> list[Event]:
    """Newest first."""
    far = datetime.min.replace(tzinfo=zone)
    return sorted(events, key=lambda event: instant(event.at, zone) or far, reverse=True)


async def _list_kind(
    records: Records, patient: str, kind: Kind, since: datetime | None, until: datetime | None, limit: int
) -> list[Event]:
    type_, date = _SOURCES[kind]
    if since and not until and kind in _DENSE:
        # Walking back from now ends after `limit`; a bound on the date would be looked for through the whole record.
        latest = await _list_kind(records, patient, kind, None, None, limit)
        zone = records.store.zone
        return [each for each in latest if (at := instant(each.at, zone)) and at >= since]
    span = (f"ge{since.isoformat(timespec='seconds')}",) if since else ()
    span += (f"lt{until.isoformat(timespec='seconds')}",) if until else ()
    more = {date.replace("-", "_"): span} if span else {}
    try:
        hits = await ask(records, type_, patient=f"Patient/{patient}", _sort=f"-{date}", _count=str(limit), **more)
    except Forbidden:
        return []
    return [event for each in hits if (event := event_of(each))]
