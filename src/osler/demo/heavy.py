"""One patient with very many encounters, for the benches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

from osler.demo.intake import ask_allergies, enroll
from osler.demo.laboratory import draw
from osler.demo.people import make_person
from osler.demo.record import Record
from osler.demo.resources import medications
from osler.demo.resources.observations import add_pain, add_score
from osler.demo.resources.problems import add_problem
from osler.demo.visits import close_visit, open_visit, take_vitals

HEAVY = "heavy"
_PROBLEMS = (
    "diabetes",
    "hypertension",
    "ckd-3b",
    "hyperlipidemia",
    "heart-failure",
    "afib",
    "copd",
    "depression",
    "knee-oa",
)
_DRUGS = (
    "metformin-500",
    "lisinopril-20",
    "furosemide-40",
    "atorvastatin-40",
    "carvedilol-12.5",
    "warfarin-4",
    "tiotropium",
)
_PHQ9 = ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]", "PHQ-9 total score")
_PER_BATCH = 40


def write_heavy(seed: int, encounters: int, *, today: date, zone: ZoneInfo) -> Iterator[list[dict]]:
    """Batches of a patient of 81 with this many encounters over twenty years, each with about forty resources."""
    rng = Random(f"{seed}:{HEAVY}")  # noqa: S311  the point is to be repeatable
    person = make_person(rng, 0, today, ages=(81, 81), sex="female")
    person.family, person.given, person.mrn = "Longfellow", ("Octavia", "Ruth"), "48999999"
    record = Record(seed=seed, key=HEAVY, rng=rng, person=person, today=today, zone=zone, id=HEAVY)
    since = today - timedelta(days=7300)
    enroll(record, since)
    ask_allergies(record, since.isoformat())
    for number, key in enumerate(_PROBLEMS):
        onset = since + timedelta(days=number * 300)
        add_problem(record, key, onset=onset.isoformat(), recorded=onset.isoformat(), recorder=person.pcp)
    record.body.follow("a1c", [(-7300, 6.6), (-3000, 7.8), (0, 8.3)])
    record.body.follow("egfr", [(-7300, 74), (-2500, 48), (0, 31)])
    for number in range(encounters):
        day = since + timedelta(days=7295 * number // max(1, encounters))
        _one(record, number, day, last=number >= encounters - len(_DRUGS))
        if number % _PER_BATCH == _PER_BATCH - 1:
            yield _take(record)
    if record.resources:
        yield _take(record)


def _one(record: Record, number: int, day: date, *, last: bool) -> None:
    visit = open_visit(record, day, reason="Follow-up")
    take_vitals(record, visit, height=162)
    add_pain(record, record.rng.randrange(8), at=visit.start, encounter=visit.encounter, by=visit.nurse)
    add_score(record, *_PHQ9, record.rng.randrange(12), at=visit.start, encounter=visit.encounter, by=visit.nurse)
    for panel in ("cmp", "cbc"):
        draw(record, panel, visit)
    drug = _DRUGS[number % len(_DRUGS)]
    medications.prescribe(record, drug, on=day, at=visit.end, by=visit.by, encounter=visit.encounter)
    if not last:
        medications.finish(record, drug, on=day + timedelta(days=60))
    visit.diagnoses.extend(_PROBLEMS[number % 5 : number % 5 + 3])
    visit.subjective.append("Comes for the regular visit. Sleeps well, eats little, walks with a frame.")
    visit.plan.append("Chronic problems reviewed; treatment continued.")
    close_visit(record, visit)


def _take(record: Record) -> list[dict]:
    batch, record.resources = record.resources, []
    return batch
