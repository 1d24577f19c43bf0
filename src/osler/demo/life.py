"""The life of an adult patient: threads of long illness woven through visits, with check-ups and short illnesses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from osler.demo import illnesses, prevention
from osler.demo.intake import ask_allergies, enroll
from osler.demo.laboratory import draw
from osler.demo.record import Record
from osler.demo.resources.observations import add_smoking_status
from osler.demo.resources.planning import add_care_plan, add_procedure
from osler.demo.resources.problems import add_problem
from osler.demo.threads import Thread
from osler.demo.treatment import Running, ask_phq9, begin, follow, renew
from osler.demo.visits import Visit, close_visit, open_visit, take_vitals


def live(
    record: Record, threads: Iterable[Thread], *, years: float = 10, smoker: str = "", today_at: int = 0,
    allergies: bool = True, until: date | None = None,
) -> None:  # fmt: skip
    """Write an adult's record of `years` up to today, or to a day before.

    `today_at` is the minute of a finished visit today, if any. Without `allergies` the patient has none that are known.
    """
    rng, today = record.rng, record.today
    since = max(record.ago(round(years * 365.25)), record.person.born + timedelta(days=18 * 366))
    enroll(record, since)
    running = [begin(record, thread, since) for thread in threads]
    avoid = frozenset(drug.split("-")[0] for r in running for step in r.thread.steps for drug in step.start)
    smoker = smoker or rng.choices(("never", "former", "current"), (62, 25, 13))[0]
    days = [day for day in _visit_days(record, running, since) if until is None or day < until]
    allergic: frozenset[str] = frozenset()
    checked: date | None = None
    visit: Visit | None = None
    if today_at:
        days.append(today)
    for number, day in enumerate(days):
        visit = open_visit(record, day, minute=today_at if today_at and day == today else None)
        due = checked is None or (day - checked).days > 350
        _see(record, visit, running, due=due, smoker=smoker, allergic=allergic)
        if number == 0:
            allergic = ask_allergies(record, visit.start, avoid=avoid, none=not allergies)
        checked = day if due else checked
    if running and visit:
        _plan_care(record, running, visit)


def _visit_days(record: Record, running: list[Running], since: date) -> list[date]:
    """Days of visits: the first one, each thread's start, and from then on as often as the busiest thread asks."""
    rng, today = record.rng, record.today
    day, days = since + timedelta(days=rng.randrange(5, 60)), []
    starts = sorted(thread.start for thread in running)
    while day < today - timedelta(days=2):
        days.append(_workday(day))
        rates = [r.thread.visits_a_year for r in running if r.start <= day]
        rate = max(rates, default=0.9) + (0.3 if len(rates) > 2 else 0)
        gap = timedelta(days=round(365 / rate * rng.uniform(0.75, 1.25)))
        following = day + gap
        for start in starts:
            if day < start < following:
                following = start
                break
        if rng.random() < 0.13 and gap.days > 60:
            days.append(_workday(day + timedelta(days=rng.randrange(20, gap.days - 20))))
        day = following
    return [day for day in sorted(set(days)) if day < today]


def _workday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _see(
    record: Record, visit: Visit, running: list[Running], *, due: bool, smoker: str, allergic: frozenset[str]
) -> None:
    rng, day = record.rng, visit.day
    current = [r for r in running if r.start <= day]
    starting = [r for r in current if not r.begun]
    age = record.person.age(day)
    short = None
    if not due and not starting and rng.random() < (0.85 if not current else 0.12):
        short = rng.choice(illnesses.fitting(record, age))
    take_vitals(record, visit, height=record.body.height if due else None)
    if short:
        illnesses.treat(record, visit, short, age=age, allergic=allergic)
        close_visit(record, visit)
        return
    if due:
        _check_up(record, visit, current, smoker)
    for thread in current:
        follow(record, visit, thread)
    renew(record, visit)
    prevention.give_due_to_adult(record, visit)
    visit.reason = "" if due else "Follow-up"
    visit.subjective = visit.subjective or ["Feels well, no concerns."]
    visit.exam = visit.exam or {"general": "Well appearing. Heart regular, lungs clear."}
    visit.plan = visit.plan or ["Return in one year or sooner if needed."]
    close_visit(record, visit)


def _check_up(record: Record, visit: Visit, current: list[Running], smoker: str) -> None:
    visit.kind = "wellness"
    visit.diagnoses.append("adult-exam")
    add_smoking_status(record, smoker, at=visit.start, encounter=visit.encounter, by=visit.nurse)
    if smoker == "current" and "tobacco" not in record.conditions:
        add_problem(
            record, "tobacco", onset=str(record.person.born.year + 19), recorded=visit.start, recorder=visit.by,
            encounter=visit.encounter,
        )  # fmt: skip
        visit.plan.append("Smoking: advised to stop, quit line and nicotine patches offered.")
    if not any(r.thread.phq9 for r in current):
        ask_phq9(record, visit)
    age = record.person.age(visit.day)
    if not current and record.rng.random() < 0.6:
        for panel in ("cmp", "lipids", "cbc"):
            draw(record, panel, visit)
        visit.plan.append("Routine blood tests drawn.")
    if 45 <= age <= 75 and record.rng.random() < 0.12:
        add_procedure(record, "colonoscopy", on=visit.day.isoformat(), outcome="No polyps; repeat in 10 years")
    if record.person.sex == "female" and 45 <= age <= 74 and record.rng.random() < 0.45:
        add_procedure(record, "mammogram", on=visit.day.isoformat(), outcome="BI-RADS 1, negative")
    visit.plan.append("Preventive care reviewed.")


def _plan_care(record: Record, running: list[Running], visit: Visit) -> None:
    problems = [r.thread.problem for r in running if r.begun]
    if problems:
        lines = [r.line for r in running if r.line]
        add_care_plan(record, lines, start=visit.day.isoformat(), encounter=visit.encounter, problems=problems)
