"""The life of a child: well-child visits with growth and vaccines after the schedule, and short illnesses between."""

from __future__ import annotations

from datetime import date, timedelta

from osler.demo import illnesses, prevention
from osler.demo.body import Curve
from osler.demo.growth import bmi_percentile, growth, percentile
from osler.demo.intake import ask_allergies, enroll
from osler.demo.laboratory import draw
from osler.demo.record import Record
from osler.demo.resources import medications
from osler.demo.resources.observations import add_percentile, add_vital
from osler.demo.resources.planning import add_procedure
from osler.demo.resources.problems import add_diagnosis, add_problem
from osler.demo.visits import Visit, close_visit, open_visit, take_vitals

_WELL_MONTHS = (0, 1, 2, 4, 6, 9, 12, 15, 18, 24, 30, 36, *range(48, 217, 12))
_PULSE = Curve(((0, 140), (6, 128), (12, 118), (24, 108), (48, 100), (96, 86), (144, 78), (216, 72)))
_BREATHS = Curve(((0, 44), (6, 34), (12, 28), (36, 24), (72, 21), (144, 18), (216, 16)))
_SYSTOLIC = Curve(((36, 94), (72, 99), (120, 104), (168, 111), (216, 116)))
_DIASTOLIC = Curve(((36, 56), (72, 60), (120, 64), (168, 67), (216, 71)))

_MILESTONES: tuple[tuple[int, str], ...] = (
    (0, "Feeding every 2 to 3 hours, many wet diapers."), (1, "Lifts the head, follows faces."), (2, "Smiles, coos."),
    (4, "Rolls, laughs."), (6, "Sits with help, babbles. Starting solids."), (9, "Crawls, pulls to stand, says mama."),
    (12, "Walks with a hand, two words."), (15, "Walks, points to what is wanted."), (18, "Runs, ten words, feeds with a spoon."),
    (24, "Two-word sentences, kicks a ball."), (30, "Jumps, names colors."), (36, "Rides a tricycle, full sentences."),
    (48, "Hops, counts to ten, ready for school."), (60, "Writes the first name. Doing well in kindergarten."),
    (84, "Reads for fun. Plays soccer."), (108, "School is going well. Two hours of screens a day."),
    (132, "Starting middle school. Swims twice a week."), (156, "Good friends. Sleeps eight hours."),
    (180, "Seen alone for part of the visit; no concerns."), (204, "Plans for after school. Wears a seat belt."),
)  # fmt: skip


class _Child:
    """How this child compares with others, as standard deviations."""

    __slots__ = ("head", "height", "weight")

    def __init__(self, record: Record) -> None:
        gauss = record.rng.gauss
        self.height = gauss(0, 0.8)
        self.weight = self.height * 0.6 + gauss(0, 0.6)
        self.head = gauss(0, 0.7)


def grow_up(record: Record, *, condition: str = "", today_at: int = 0) -> None:
    """Write a child's record. `condition` is `asthma`, `adhd` or nothing; `today_at` a finished visit today."""
    person, today = record.person, record.today
    since = max(person.born, record.ago(3652))
    enroll(record, since)
    child = _Child(record)
    prevention.report_childhood(record, since)
    allergic: frozenset[str] = frozenset()
    months_now = person.months(today)
    days = [(_visit_day(record, months), months) for months in _WELL_MONTHS if months <= months_now]
    days = [(day, months) for day, months in days if since <= day < today]
    if today_at:
        days.append((today, months_now))
    for number, (day, months) in enumerate(days):
        visit = open_visit(record, day, kind="well-child", minute=today_at if day == today and today_at else None)
        _examine(record, visit, child, months)
        if number == 0:
            allergic = ask_allergies(record, visit.start)
        _well_visit(record, visit, months)
        _begin_condition(record, visit, condition, months)
        close_visit(record, visit)
        following = days[number + 1][0] if number + 1 < len(days) else today
        _fall_ill(record, day, following, child, allergic, months)


def _visit_day(record: Record, months: int) -> date:
    born = record.person.born
    if months == 0:
        return born + timedelta(days=4)
    day = born + timedelta(days=round(months * 30.44) + record.rng.randrange(0, 9))
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def _examine(record: Record, visit: Visit, child: _Child, months: int) -> None:
    row = growth(record.person.sex, months)
    child.weight += record.rng.gauss(0, 0.12)
    child.height += record.rng.gauss(0, 0.05)
    height = row.height * (1 + row.height_spread * child.height)
    weight = row.weight * (1 + row.weight_spread * child.weight)
    at, where, by = visit.start, visit.encounter, visit.nurse
    if months >= 36:
        record.body.height = round(height, 1)
        offset = (visit.day - record.today).days
        _child_vitals(record, months, offset)
        take_vitals(record, visit, height=round(height, 1), weight=round(weight, 1))
    else:
        rng = record.rng
        add_vital(record, "heart-rate", _PULSE.at(months) + rng.gauss(0, 6), at=at, encounter=where, by=by)
        add_vital(record, "respiration", _BREATHS.at(months) + rng.gauss(0, 3), at=at, encounter=where, by=by)
        add_vital(record, "temperature", 37 + rng.gauss(0, 0.2), at=at, encounter=where, by=by)
        add_vital(record, "weight", weight, at=at, encounter=where, by=by)
        add_vital(record, "height", height, at=at, encounter=where, by=by)
        head = row.head * (1 + row.head_spread * child.head)
        add_vital(record, "head", head, at=at, encounter=where, by=by)
        add_percentile(
            record, "head-occipital-frontal-circumference-percentile", "8289-1",
            "Head Occipital-frontal circumference Percentile", percentile(child.head), at=at, encounter=where, by=by,
        )  # fmt: skip
    if months >= 24:
        share = bmi_percentile(row, weight / (height / 100) ** 2)
        add_percentile(
            record, "pediatric-bmi-for-age", "59576-9", "Body mass index (BMI) [Percentile] Per age and sex", share,
            at=at, encounter=where, by=by,
        )  # fmt: skip
    visit.exam["growth"] = (
        f"Weight {weight:.1f} kg, percentile {percentile(child.weight)}; height {height:.1f} cm, percentile {percentile(child.height)}."
    )


def _child_vitals(record: Record, months: int, offset: int) -> None:
    for key, curve in (
        ("systolic", _SYSTOLIC),
        ("diastolic", _DIASTOLIC),
        ("heart-rate", _PULSE),
        ("respiration", _BREATHS),
    ):
        record.body.bend(key, [(offset, curve.at(months))])


def _well_visit(record: Record, visit: Visit, months: int) -> None:
    visit.diagnoses.append("child-exam")
    said = next((words for age, words in reversed(_MILESTONES) if age <= months), "")
    visit.subjective.append(said)
    visit.exam["general"] = "Well appearing, examination normal for age."
    prevention.give_due_to_child(record, visit, months)
    if months in (12, 24):
        draw(record, "hemoglobin", visit)
        draw(record, "lead", visit)
    if months == 0 and record.rng.random() < 0.3:
        add_diagnosis(record, "jaundice", encounter=visit.encounter, on=visit.start, recorder=visit.by)
    visit.plan.append("Growing well. Safety, sleep and food discussed.")


def _begin_condition(record: Record, visit: Visit, condition: str, months: int) -> None:
    if condition == "asthma" and months >= 48:
        _continue(
            record,
            visit,
            "asthma-mild",
            ("albuterol", "fluticasone-inhaler"),
            "Asthma: albuterol as needed, fluticasone daily; action plan for school.",
        )
        if months % 24 == 0 and months >= 72:
            add_procedure(
                record,
                "spirometry",
                on=visit.day.isoformat(),
                encounter=visit.encounter,
                outcome="FEV1 91 % of predicted",
            )
    if condition == "adhd" and months >= 84:
        _continue(
            record,
            visit,
            "adhd",
            ("methylphenidate-5" if months < 108 else "methylphenidate-10",),
            "ADHD: methylphenidate on school days; weight, sleep and appetite checked.",
        )


def _continue(record: Record, visit: Visit, problem: str, drugs: tuple[str, ...], plan: str) -> None:
    if problem not in record.conditions:
        add_problem(
            record,
            problem,
            onset=visit.day.isoformat(),
            recorded=visit.start,
            recorder=visit.by,
            encounter=visit.encounter,
        )
    visit.diagnoses.append(problem)
    for key in list(record.active):
        if key.split("-")[0] in {drug.split("-")[0] for drug in drugs}:
            medications.finish(record, key, on=visit.day)
    for drug in drugs:
        medications.prescribe(
            record, drug, on=visit.day, at=visit.end, by=visit.by, encounter=visit.encounter, reason=problem
        )
    visit.plan.append(plan)


def _fall_ill(record: Record, after: date, until: date, child: _Child, allergic: frozenset[str], months: int) -> None:
    rng = record.rng
    gap = (until - after).days
    if gap < 45 or rng.random() > min(0.75, gap / 400):
        return
    day = after + timedelta(days=rng.randrange(20, gap - 10))
    day -= timedelta(days=max(0, day.weekday() - 4))
    age = record.person.age(day)
    visit = open_visit(record, day)
    ill = rng.choice(illnesses.fitting(record, age))
    at, where, by = visit.start, visit.encounter, visit.nurse
    row = growth(record.person.sex, record.person.months(day))
    add_vital(record, "temperature", 36.9 + ill.fever + rng.gauss(0, 0.2), at=at, encounter=where, by=by)
    add_vital(record, "heart-rate", _PULSE.at(months) + 8 * ill.fever + rng.gauss(0, 5), at=at, encounter=where, by=by)
    add_vital(record, "oxygen", min(100, 98.5 + rng.gauss(0, 0.8)), at=at, encounter=where, by=by)
    add_vital(record, "weight", row.weight * (1 + row.weight_spread * child.weight), at=at, encounter=where, by=by)
    illnesses.treat(record, visit, ill, age=age, allergic=allergic)
    close_visit(record, visit)
