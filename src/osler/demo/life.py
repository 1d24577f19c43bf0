"""The life of an adult patient: threads of long illness woven through visits, with check-ups and short illnesses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from osler.demo import illnesses, prevention
from osler.demo.codes.drugs import DRUGS
from osler.demo.goals import set_goal
from osler.demo.intake import ask_allergies, enroll
from osler.demo.laboratory import draw, draw_ahead
from osler.demo.record import Record
from osler.demo.resources import medications
from osler.demo.resources.observations import add_pain, add_score, add_smoking_status
from osler.demo.resources.planning import add_care_plan, add_procedure, refer
from osler.demo.resources.problems import add_problem
from osler.demo.threads import Thread
from osler.demo.visits import Visit, close_visit, open_visit, take_vitals


class _Running:
    """A thread with its place in this patient's time."""

    __slots__ = ("done", "drawn", "line", "procedures", "start", "thread")

    def __init__(self, thread: Thread, start: date) -> None:
        self.thread = thread
        self.start = start
        self.done = 0
        self.procedures = 0
        self.drawn: dict[str, date] = {}
        self.line = ""
        """What the last visit planned."""


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
    running = [_begin(record, thread, since) for thread in threads]
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


def _begin(record: Record, thread: Thread, since: date) -> _Running:
    rng = record.rng
    before = rng.uniform(*thread.onset)
    start = max(record.ago(round(before * 365.25)), since)
    offset = (start - record.today).days
    for measure, points in thread.curves.items():
        shift = rng.gauss(1, 0.025)
        record.body.follow(measure, [(offset + round(years * 365.25), value * shift) for years, value in points])
    return _Running(thread, start)


def _visit_days(record: Record, running: list[_Running], since: date) -> list[date]:
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
    record: Record, visit: Visit, running: list[_Running], *, due: bool, smoker: str, allergic: frozenset[str]
) -> None:
    rng, day = record.rng, visit.day
    current = [r for r in running if r.start <= day]
    starting = [r for r in current if not r.done]
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
        _follow(record, visit, thread)
    _renew(record, visit)
    prevention.give_due_to_adult(record, visit)
    visit.reason = "" if due else "Follow-up"
    visit.subjective = visit.subjective or ["Feels well, no concerns."]
    visit.exam = visit.exam or {"general": "Well appearing. Heart regular, lungs clear."}
    visit.plan = visit.plan or ["Return in one year or sooner if needed."]
    close_visit(record, visit)


def _check_up(record: Record, visit: Visit, current: list[_Running], smoker: str) -> None:
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
        _ask_phq9(record, visit)
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


def _ask_phq9(record: Record, visit: Visit) -> None:
    score = min(27, max(0, round(record.body.read("phq9", visit.day))))
    record.latest["phq9"] = str(score)
    add_score(
        record, "44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]", "PHQ-9 total score", score,
        at=visit.start, encounter=visit.encounter, by=visit.nurse,
    )  # fmt: skip


def _follow(record: Record, visit: Visit, running: _Running) -> None:
    thread, day = running.thread, visit.day
    if thread.phq9:
        _ask_phq9(record, visit)
    if "pain" in thread.curves:
        score = min(10, max(0, round(record.body.read("pain", day))))
        add_pain(record, score, at=visit.start, encounter=visit.encounter, by=visit.nurse)
    for panel, gap in thread.labs:
        last = running.drawn.get(panel)
        if last is None or (day - last).days >= gap:
            running.drawn[panel] = day
            if panel == "inr":
                draw(record, panel, visit)
            else:
                draw_ahead(record, panel, day)
    words = {**record.latest, **visit.values}
    if not running.done:
        _diagnose(record, visit, running)
    if thread.problem not in visit.diagnoses:
        visit.diagnoses.append(thread.problem)
    visit.subjective.append(record.rng.choice(thread.says))
    for part, finding in thread.exam.items():
        visit.exam.setdefault(part, finding)
    lines = [_fill(line, words) for line in _take_steps(record, visit, running) or [thread.assess]]
    visit.plan.extend(lines)
    running.line = lines[-1]
    _do_procedures(record, visit, running)


def _diagnose(record: Record, visit: Visit, running: _Running) -> None:
    thread = running.thread
    add_problem(
        record,
        thread.problem,
        onset=running.start.isoformat(),
        recorded=visit.start,
        recorder=visit.by,
        encounter=visit.encounter,
    )
    for goal in thread.goal:
        due = (record.today + timedelta(days=180)).isoformat()
        set_goal(record, goal, start=visit.day.isoformat(), due=due, problem=thread.problem)


def _take_steps(record: Record, visit: Visit, running: _Running) -> list[str]:
    said = []
    elapsed = (visit.day - running.start).days / 365.25
    steps = running.thread.steps
    if not running.done:
        running.done = 1
        place = 0
    else:
        place = running.done - 1
    while place < len(steps) and steps[place].years <= elapsed + 0.02:
        step = steps[place]
        place += 1
        running.done = place + 1
        for drug in step.stop:
            if drug in record.active:
                medications.stop(record, drug, on=visit.day, why=step.why)
        begun = [drug for drug in step.start if _start_drug(record, visit, drug, running.thread.problem)]
        if step.refer:
            refer(
                record, step.refer, at=visit.end, by=visit.by, encounter=visit.encounter, reason=running.thread.problem,
                status="completed" if (record.today - visit.day).days > 120 else "active",
            )  # fmt: skip
        if step.say and (begun or not step.start):
            said.append(step.say)
    return said


_CLASSES = {
    "lisinopril": "renin", "losartan": "renin", "sacubitril": "renin", "empagliflozin": "sglt2", "dapagliflozin": "sglt2",
    "metoprolol": "beta", "carvedilol": "beta", "atorvastatin": "statin", "rosuvastatin": "statin", "naproxen": "nsaid",
    "meloxicam": "nsaid", "warfarin": "anticoagulant", "apixaban": "anticoagulant",
}  # fmt: skip
"""Drugs of which one is enough: two of a class are not begun together."""


def _class(drug: str) -> str:
    name = drug.split("-")[0]
    return _CLASSES.get(name, name)


def _start_drug(record: Record, visit: Visit, drug: str, problem: str) -> bool:
    """Begin a drug, unless another of its class is running. Says whether it was begun."""
    if any(_class(key) == _class(drug) for key in record.active):
        return False
    medications.prescribe(
        record, drug, on=visit.day, at=visit.end, by=visit.by, encounter=visit.encounter, reason=problem
    )
    return True


def _renew(record: Record, visit: Visit) -> None:
    for drug, order in list(record.active.items()):
        since = date.fromisoformat(order["authoredOn"][:10])
        if DRUGS[drug].days and (visit.day - since).days > 330:
            medications.renew(record, drug, on=visit.day, at=visit.end, by=visit.by, encounter=visit.encounter)


def _do_procedures(record: Record, visit: Visit, running: _Running) -> None:
    elapsed = (visit.day - running.start).days / 365.25
    planned = running.thread.procedures
    while running.procedures < len(planned) and planned[running.procedures][1] <= elapsed + 0.02:
        key, _, outcome = planned[running.procedures]
        running.procedures += 1
        add_procedure(record, key, on=visit.day.isoformat(), encounter=visit.encounter, outcome=outcome)


def _plan_care(record: Record, running: list[_Running], visit: Visit) -> None:
    problems = [r.thread.problem for r in running if r.done]
    if problems:
        lines = [r.line for r in running if r.line]
        add_care_plan(record, lines, start=visit.day.isoformat(), encounter=visit.encounter, problems=problems)


class _Known(dict):
    def __missing__(self, key: str) -> str:
        return "not yet known"


def _fill(line: str, words: dict[str, str]) -> str:
    return line.format_map(_Known(words)) if "{" in line else line
