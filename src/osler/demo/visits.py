"""One visit: its vital signs, what was said and decided, and its note."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from osler.demo.clinic import SITES
from osler.demo.record import Record
from osler.demo.resources.encounter import add_encounter
from osler.demo.resources.notes import Label, add_note
from osler.demo.resources.observations import add_blood_pressure, add_vital
from osler.demo.resources.problems import add_diagnosis


@dataclass(slots=True)
class Visit:
    """A visit being written. `values` are the vital signs as the note prints them."""

    day: date
    start: str
    end: str
    encounter: str
    by: str
    nurse: str
    room: int
    kind: str = "follow-up"
    reason: str = ""
    status: str = "finished"
    values: dict[str, str] = field(default_factory=dict)
    subjective: list[str] = field(default_factory=list)
    exam: dict[str, str] = field(default_factory=dict)
    """What was found, by part of the body; the first finding of a part stands."""
    plan: list[str] = field(default_factory=list)
    diagnoses: list[str] = field(default_factory=list)
    labels: tuple[Label, ...] = ()


def open_visit(
    record: Record, day: date, *, kind: str = "follow-up", reason: str = "", minute: int | None = None
) -> Visit:
    """A visit of 20 minutes at the patient's own site, at a clinic time unless `minute` of the day is given."""
    person = record.person
    begin = minute if minute is not None else 480 + 20 * record.rng.randrange(24)
    room = 1 + record.rng.randrange(SITES[person.site].rooms)
    return Visit(
        day,
        record.stamp(day, begin),
        record.stamp(day, begin + 20),
        record.new_id(),
        person.pcp,
        person.nurse,
        room,
        kind,
        reason,
    )


def take_vitals(record: Record, visit: Visit, *, height: float | None = None, weight: float | None = None) -> None:
    """Blood pressure, pulse, breathing, oxygen, temperature, weight and BMI; height too when it is given."""
    read, day = record.body.read, visit.day
    at, where, by = visit.start, visit.encounter, visit.nurse
    systolic, diastolic = round(read("systolic", day)), round(read("diastolic", day))
    pulse, oxygen = round(read("heart-rate", day)), min(100, round(read("oxygen", day)))
    heavy = weight if weight is not None else round(read("weight", day), 1)
    add_blood_pressure(record, systolic, diastolic, at=at, encounter=where, by=by)
    add_vital(record, "heart-rate", pulse, at=at, encounter=where, by=by)
    add_vital(record, "respiration", read("respiration", day), at=at, encounter=where, by=by)
    add_vital(record, "oxygen", oxygen, at=at, encounter=where, by=by)
    temperature = read("temperature", day)
    add_vital(record, "temperature", temperature, at=at, encounter=where, by=by)
    add_vital(record, "weight", heavy, at=at, encounter=where, by=by)
    if height is not None:
        add_vital(record, "height", height, at=at, encounter=where, by=by)
    tall = height or record.body.height
    add_vital(record, "bmi", heavy / (tall / 100) ** 2, at=at, encounter=where, by=by)
    visit.values.update(
        bp=f"{systolic}/{diastolic}", hr=str(pulse), spo2=str(oxygen), temp=f"{temperature:.1f}", weight=f"{heavy:.1f}"
    )


def close_visit(record: Record, visit: Visit, *, note: bool = True) -> None:
    """The Encounter, its diagnoses and its signed note. `visit.diagnoses` are keys of problems or short illnesses."""
    ids, words = [], None
    for key in visit.diagnoses:
        known = record.conditions.get(key)
        found = known or add_diagnosis(record, key, encounter=visit.encounter, on=visit.start, recorder=visit.by)
        ids.append(found["id"])
        words = words or {
            "coding": [dict(c) for c in found["code"]["coding"]],
            "text": visit.reason or found["code"]["text"],
        }
    site = record.person.site
    add_encounter(
        record, visit.kind, id=visit.encounter, start=visit.start, end=visit.end, practitioner=visit.by, nurse=visit.nurse,
        location=f"{site}-room-{visit.room}", place=f"Room {visit.room}", reason=visit.reason, reason_code=words,
        diagnoses=tuple(ids), status=visit.status,
    )  # fmt: skip
    if note:
        add_note(
            record, note_text(record, visit), at=visit.end, start=visit.start, by=visit.by, encounter=visit.encounter,
            labels=visit.labels,
        )  # fmt: skip


def note_text(record: Record, visit: Visit) -> str:
    """The note: subjective, objective, assessment and plan."""
    vitals = visit.values
    measured = (
        f"BP {vitals['bp']}, HR {vitals['hr']}, SpO2 {vitals['spo2']} %, T {vitals['temp']} °C, weight {vitals['weight']} kg."
        if "bp" in vitals
        else ""
    )
    plan = "\n".join(f"{n}. {line}" for n, line in enumerate(visit.plan, start=1))
    return (
        f"SUBJECTIVE\n{' '.join(visit.subjective)}\n\n"
        f"OBJECTIVE\n{measured}\n{' '.join(visit.exam.values())}\n\n"
        f"ASSESSMENT AND PLAN\n{plan}\n"
    )
