"""A pregnancy: prenatal visits every few weeks, with its tests, up to today or to the visit after birth."""

from __future__ import annotations

from datetime import date, timedelta

from osler.demo.codes.systems import HL7, LOINC, SNOMED, coding, concept
from osler.demo.laboratory import draw
from osler.demo.life import live
from osler.demo.prevention import vaccinate
from osler.demo.record import Record
from osler.demo.resources import medications
from osler.demo.resources.observations import add_measure
from osler.demo.resources.planning import add_procedure
from osler.demo.resources.problems import add_problem
from osler.demo.visits import Visit, close_visit, open_visit, take_vitals

_WEEKS = (8, 12, 16, 20, 24, 28, 30, 32, 34, 36, 37, 38, 39)


def expect(record: Record) -> None:
    """A woman seen here for years who is now pregnant, 28 to 37 weeks."""
    rng, today = record.rng, record.today
    weeks_now = rng.randrange(28, 37)
    conceived = today - timedelta(days=weeks_now * 7 + rng.randrange(7))
    before = (conceived - today).days
    record.body.follow("systolic", [(before, 114), (before + 140, 106), (before + 270, 112)])
    record.body.follow("diastolic", [(before, 72), (before + 140, 64), (before + 270, 70)])
    record.body.follow("hemoglobin", [(before, 13.2), (before + 190, 11.3), (before + 270, 11.6)])
    record.body.follow("weight", _gain(record.body.usual("weight"), (conceived - today).days))
    live(record, [], years=rng.uniform(2, 5), smoker="never", until=conceived + timedelta(days=40))
    for weeks in _WEEKS:
        day = conceived + timedelta(days=weeks * 7 + rng.randrange(3))
        day -= timedelta(days=max(0, day.weekday() - 4))
        if day < today:
            _prenatal_visit(record, weeks, day, conceived)


def _gain(weight: float, start: int) -> list[tuple[int, float]]:
    return [(start, weight), (start + 90, weight + 1), (start + 200, weight + 7.5), (start + 280, weight + 12.5)]


def _prenatal_visit(record: Record, weeks: int, day: date, conceived: date) -> None:
    first = "pregnancy" not in record.conditions
    visit = open_visit(record, day, kind="prenatal-first" if first else "prenatal")
    if first:
        add_problem(
            record,
            "pregnancy",
            onset=conceived.isoformat(),
            recorded=visit.start,
            recorder=visit.by,
            encounter=visit.encounter,
        )
        _status(record, visit)
        medications.prescribe(
            record, "prenatal-vitamin", on=day, at=visit.end, by=visit.by, encounter=visit.encounter, reason="pregnancy"
        )
        draw(record, "cbc", visit)
        draw(record, "tsh", visit)
        visit.subjective.append("Missed two periods, test positive at home. Some nausea.")
        visit.plan.append(
            f"Pregnancy, {weeks} weeks, due {_day(conceived + timedelta(days=280))}. Vitamins; first blood tests."
        )
    take_vitals(record, visit)
    where, by = visit.encounter, visit.nurse
    add_measure(
        record,
        "11884-4",
        "Gestational age Estimated",
        "Gestational age",
        weeks,
        "weeks",
        "wk",
        0,
        at=visit.start,
        encounter=where,
        by=by,
    )
    if weeks >= 12:
        add_procedure(
            record,
            "fetal-heart",
            on=visit.start,
            encounter=where,
            by=visit.by,
            outcome=f"{record.rng.randrange(132, 156)} beats a minute",
        )
    if weeks >= 20:
        add_procedure(
            record,
            "fundal-height",
            on=visit.start,
            encounter=where,
            by=visit.by,
            outcome=f"{weeks + record.rng.randrange(-1, 2)} cm",
        )
    _extras(record, visit, weeks)
    visit.diagnoses.append("pregnancy")
    visit.subjective = visit.subjective or [_said(weeks)]
    visit.exam["general"] = "Uterus fits dates." if weeks >= 20 else "Well appearing."
    visit.plan.append(f"Pregnancy at {weeks} weeks, going well. Next visit in {4 if weeks < 28 else 2} weeks.")
    close_visit(record, visit)


def _extras(record: Record, visit: Visit, weeks: int) -> None:
    if weeks == 24:
        draw(record, "glucose-1h", visit)
        visit.plan.append("Glucose screen drawn.")
    if weeks == 28:
        vaccinate(record, visit, "tdap")
        draw(record, "cbc", visit)
    if visit.day.month in (9, 10, 11, 12) and "flu" not in record.seen_vaccines:
        vaccinate(record, visit, "flu")


def _said(weeks: int) -> str:
    return "Nausea is easing." if weeks < 16 else "Feels the baby move. No bleeding, no headache."


def _status(record: Record, visit: Visit) -> None:
    record.add(
        {
            "resourceType": "Observation",
            "id": record.new_id(),
            "meta": record.meta("observation-pregnancystatus"),
            "status": "final",
            "category": [{"coding": [coding(HL7 + "observation-category", "social-history", "Social History")]}],
            "code": concept(LOINC, "82810-3", "Pregnancy status"),
            "subject": record.subject,
            "encounter": {"reference": f"Encounter/{visit.encounter}"},
            "effectiveDateTime": visit.start,
            "performer": [{"reference": f"Practitioner/{visit.by}"}],
            "valueCodeableConcept": concept(SNOMED, "77386006", "Pregnancy", "Pregnant"),
        }
    )


def _day(day: date) -> str:
    return day.strftime("%d-%b-%Y")
