"""The appointment book: today's list, and the two weeks to come.

Slots belong to patient numbers, not to people, so that a patient's record does not depend on who else there is.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from osler.demo.clinic import CLINICIANS, HARBOR, MAIN
from osler.demo.record import Record
from osler.demo.resources.planning import book


class Slot(NamedTuple):
    clinician: str
    minute: int
    """Minutes after midnight."""
    status: str
    reason: str
    kind: str = "follow-up"


def _at(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


TODAY: dict[int, Slot] = {
    13: Slot("okafor", _at("08:00"), "fulfilled", "INR check"),
    24: Slot("okafor", _at("08:20"), "fulfilled", "Diabetes follow-up"),
    28: Slot("okafor", _at("08:40"), "noshow", "Asthma follow-up"),
    5: Slot("okafor", _at("09:00"), "fulfilled", "Blood pressure and gout"),
    0: Slot("okafor", _at("09:20"), "arrived", "Diabetes, hypertension and CKD follow-up"),
    4: Slot("okafor", _at("09:40"), "arrived", "Diabetes follow-up"),
    27: Slot("okafor", _at("10:00"), "booked", "Knee pain"),
    1: Slot("okafor", _at("10:20"), "booked", "New patient visit", "wellness"),
    22: Slot("okafor", _at("10:40"), "cancelled", "Migraine follow-up"),
    12: Slot("okafor", _at("11:00"), "booked", "Prenatal visit", "prenatal"),
    15: Slot("lindqvist", _at("08:00"), "fulfilled", "COPD follow-up"),
    7: Slot("lindqvist", _at("08:30"), "fulfilled", "Well-child visit", "well-child"),
    8: Slot("lindqvist", _at("08:50"), "fulfilled", "Well-child visit", "well-child"),
    14: Slot("lindqvist", _at("09:10"), "arrived", "Heart failure follow-up"),
    17: Slot("lindqvist", _at("09:40"), "booked", "Asthma check", "well-child"),
    21: Slot("lindqvist", _at("10:00"), "booked", "Kidney and diabetes follow-up"),
    9: Slot("lindqvist", _at("10:30"), "booked", "Buprenorphine follow-up"),
    20: Slot("lindqvist", _at("11:00"), "cancelled", "Anxiety follow-up"),
}
"""Patient number: today's appointment."""

_FIRST_COMING, _WORKDAYS = 30, 10


def finished_at(number: int) -> int:
    """The minute of day of this patient's finished visit today, 0 when there is none."""
    slot = TODAY.get(number)
    return slot.minute if slot and slot.status == "fulfilled" else 0


def seat(number: int) -> tuple[str, str, str] | None:
    """Site, physician and nurse of a patient who is on today's list."""
    slot = TODAY.get(number)
    if not slot:
        return None
    return (MAIN, "okafor", "park") if slot.clinician == "okafor" else (HARBOR, "lindqvist", "whitaker")


def add_appointments(record: Record, number: int) -> None:
    """Today's appointment of this patient, or one in the next two weeks for the first two hundred."""
    slot = TODAY.get(number)
    if slot:
        _join(record, _book(record, slot, 0), slot.minute)
    elif number >= _FIRST_COMING or number in (16, 18, 19, 25):
        _book_ahead(record, number)


def _join(record: Record, appointment: dict, minute: int) -> None:
    """Let the visit of today, where there is one, say which appointment it keeps."""
    begun = record.stamp(record.today, minute)
    for resource in record.resources:
        if resource["resourceType"] == "Encounter" and resource["period"]["start"] == begun:
            resource["appointment"] = [{"reference": f"Appointment/{appointment['id']}"}]


def _book_ahead(record: Record, number: int) -> None:
    place = number - 16 if number < _FIRST_COMING else number - _FIRST_COMING + 10
    lane, workday = divmod(place, _WORKDAYS)
    if lane > 21 or record.person.died:
        return
    ahead = _workdays_ahead(record, workday + 1)
    kind, reason = "follow-up", "Follow-up"
    if record.person.age(record.today) < 18:
        kind, reason = "well-child", "Well-child visit"
    elif not record.conditions:
        kind, reason = "wellness", "Annual wellness visit"
    status = "cancelled" if place % 23 == 7 else "booked"
    _book(record, Slot(record.person.pcp, 500 + 20 * lane, status, reason, kind), ahead)


def _workdays_ahead(record: Record, count: int) -> int:
    ahead = 0
    while count:
        ahead += 1
        if (record.today + timedelta(days=ahead)).weekday() < 5:
            count -= 1
    return ahead


def _book(record: Record, slot: Slot, ahead: int) -> dict:
    day = record.today + timedelta(days=ahead)
    site = CLINICIANS[slot.clinician].site
    room = 4 if slot.minute == 560 else 1 + slot.minute // 20 % (6 if site == MAIN else 4)
    problem = next(iter(record.conditions), "")
    return book(
        record, start=record.planned(day, slot.minute), end=record.planned(day, slot.minute + 20), minutes=20, with_=slot.clinician,
        status=slot.status, reason=slot.reason, location=f"{site}-room-{room}", place=f"Room {room}",
        created=record.ago(20 + slot.minute % 40).isoformat(), kind=slot.kind, problem=problem,
    )  # fmt: skip
