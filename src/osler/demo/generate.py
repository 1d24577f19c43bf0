"""The generator: the clinic first, then one patient's whole record after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from osler.demo import cast
from osler.demo.clinic import clinic
from osler.demo.delgado import write_delgado
from osler.demo.heavy import write_heavy
from osler.demo.inbox import fill_inbox
from osler.demo.lives import dress, write
from osler.demo.people import make_person
from osler.demo.record import Record
from osler.demo.schedule import add_appointments


def generate(
    seed: int = 1,
    patients: int = 150,
    *,
    today: date,
    zone: str = "America/New_York",
    patient_encounters: int | None = None,
    now: datetime | None = None,
) -> Iterator[list[dict]]:
    """Batches of FHIR R4 resources: the clinic, then each patient.

    A batch refers only to itself and to what came before. The same seed and day give the same clinic; patient *k* is the
    same however many patients there are. With `now`, which is of `today`, the clinic's morning ends there, whatever the
    hour. One patient's record is one batch, seldom over 2,000 resources.
    `patient_encounters` adds one last patient with so many encounters of about forty resources each.
    """
    place = ZoneInfo(zone)
    yield clinic()
    for number in range(patients):
        yield patient(seed, number, today=today, zone=place, now=now)
    if patient_encounters:
        yield from write_heavy(seed, patient_encounters, today=today, zone=place)


def patient(seed: int, number: int, *, today: date, zone: ZoneInfo, now: datetime | None = None) -> list[dict]:
    """The whole record of the patient with this number; 0 is the showpiece."""
    rng = Random(f"{seed}:{number}")  # noqa: S311  the point is to be repeatable
    if number == 0:
        return write_delgado(seed, rng, today=today, zone=zone, now=now)
    part = cast.part(rng, number)
    person = make_person(rng, number, today, ages=part.ages, sex=part.sex)
    dress(person, part, number, today)
    record = Record(seed=seed, key=str(number), rng=rng, person=person, today=today, zone=zone, now=now)
    write(record, part, number)
    add_appointments(record, number)
    fill_inbox(record, number)
    return record.resources
