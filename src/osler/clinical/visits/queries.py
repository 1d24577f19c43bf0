"""When a patient was seen, and who is expected today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from osler.access.ask import ask
from osler.access.records import Records
from osler.clinical.visits.fhir import Visit, visit_of
from osler.fhir.readers import display_of, instant, target_of, text_of


@dataclass(frozen=True, slots=True)
class Visits:
    """The visit going on now and the last one before it, if there are such; `latest` are those that have happened, newest
    first, and go back to the last one at least."""

    current: Visit | None = None
    last: Visit | None = None
    latest: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True)
class Booking:
    """One appointment of a day's list."""

    id: str
    patient: str
    start: datetime
    status: str
    reason: str = ""
    clinician: str = ""
    room: str = ""


async def find_visits(records: Records, patient: str, now: datetime, zone: tzinfo) -> Visits:
    """What the chart needs to know: is there a visit now, and since when has nobody seen the patient."""
    found = [visit_of(each) for each in await ask(
        records, "Encounter", patient=f"Patient/{patient}", _sort="-date", _count="12")]  # fmt: skip
    happened = [each for each in found if each.happened and (instant(each.start, zone) or now) <= now]
    current = next((each for each in happened if each.open), None)
    last = next((each for each in happened if not each.open and each.setting in ("AMB", "VR", "HH", "")), None)
    return Visits(current, last or next((each for each in happened if not each.open), None), tuple(happened))


async def list_bookings(records: Records, day: date, zone: tzinfo, practitioner: str | None = None) -> list[Booking]:
    """Appointments of one day in order of time: all the actor may see, or those of one practitioner."""
    who = {"actor": f"Practitioner/{practitioner}"} if practitioner else {}
    found = await ask(records, "Appointment", date=day.isoformat(), _sort="date", _count="200", **who)
    bookings = [booking for each in found if (booking := _booking(each.id, each.json(), zone))]
    return [each for each in bookings if each.status not in ("entered-in-error", "proposed")]


def _booking(id_: str, appointment: dict[str, Any], zone: tzinfo) -> Booking | None:
    who: dict[str, dict[str, Any]] = {}
    for each in appointment.get("participant") or ():
        actor = each.get("actor")
        who.setdefault(target_of(actor).partition("/")[0], actor or {})
    start = instant(appointment.get("start", ""), zone)
    if start is None or "Patient" not in who:
        return None
    reason = text_of(next(iter(appointment.get("reasonCode") or ()), None))
    return Booking(
        id=id_,
        patient=target_of(who["Patient"]).removeprefix("Patient/"),
        start=start,
        status=appointment.get("status", ""),
        reason=reason,
        clinician=display_of(who.get("Practitioner")),
        room=display_of(who.get("Location")),
    )
