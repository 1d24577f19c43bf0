"""Who is expected today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from osler.access.records import Records
from osler.clinical.patients.fhir import Patient
from osler.clinical.patients.queries import list_patients
from osler.clinical.visits.queries import Booking, list_bookings


@dataclass(frozen=True, slots=True)
class Expected:
    """One booking with its patient."""

    booking: Booking
    patient: Patient


async def list_today(records: Records, day: date, zone: tzinfo) -> list[Expected]:
    """One's own list for whoever has patients booked that day, else everybody's whom one may see; in order of time."""
    bookings = await list_bookings(records, day, zone, records.actor.practitioner)
    if not bookings and records.actor.practitioner:
        bookings = await list_bookings(records, day, zone)
    patients = {each.id: each for each in await list_patients(records, (each.patient for each in bookings))}
    return [Expected(each, patients[each.patient]) for each in bookings if each.patient in patients]
