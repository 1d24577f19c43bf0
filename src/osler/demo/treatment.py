"""Following one long illness at a visit: tests, steps of treatment, procedures, and what the note says of it."""

from __future__ import annotations

from datetime import date, timedelta

from osler.demo.codes.drugs import DRUGS
from osler.demo.goals import set_goal
from osler.demo.laboratory import draw, draw_ahead
from osler.demo.record import Record
from osler.demo.resources import medications
from osler.demo.resources.observations import add_pain, add_score
from osler.demo.resources.planning import add_procedure, refer
from osler.demo.resources.problems import add_problem
from osler.demo.threads import Thread
from osler.demo.visits import Visit


class Running:
    """A thread with its place in this patient's time."""

    __slots__ = ("begun", "drawn", "line", "procedures", "start", "steps", "thread")

    def __init__(self, thread: Thread, start: date) -> None:
        self.thread = thread
        self.start = start
        self.begun = False
        self.steps = 0
        self.procedures = 0
        self.drawn: dict[str, date] = {}
        self.line = ""
        """What the last visit planned."""


def begin(record: Record, thread: Thread, since: date) -> Running:
    """Place a thread in this patient's time, and let the body follow its curves."""
    rng = record.rng
    before = rng.uniform(*thread.onset)
    start = max(record.ago(round(before * 365.25)), since)
    offset = (start - record.today).days
    for measure, points in thread.curves.items():
        shift = rng.gauss(1, 0.025)
        record.body.follow(measure, [(offset + round(years * 365.25), value * shift) for years, value in points])
    return Running(thread, start)


def ask_phq9(record: Record, visit: Visit) -> None:
    """The PHQ-9, asked at the visit."""
    score = min(27, max(0, round(record.body.read("phq9", visit.day))))
    record.latest["phq9"] = str(score)
    add_score(
        record, "44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]", "PHQ-9 total score", score,
        at=visit.start, encounter=visit.encounter, by=visit.nurse,
    )  # fmt: skip


def follow(record: Record, visit: Visit, running: Running) -> None:
    """One thread's part in a visit: tests, the next step of treatment, and its words in the note."""
    thread, day = running.thread, visit.day
    if thread.phq9:
        ask_phq9(record, visit)
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
    if not running.begun:
        running.begun = True
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


def _diagnose(record: Record, visit: Visit, running: Running) -> None:
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


def _take_steps(record: Record, visit: Visit, running: Running) -> list[str]:
    said = []
    elapsed = (visit.day - running.start).days / 365.25
    steps = running.thread.steps
    while running.steps < len(steps) and steps[running.steps].years <= elapsed + 0.02:
        step = steps[running.steps]
        running.steps += 1
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


def renew(record: Record, visit: Visit) -> None:
    """Order long-running drugs for another year."""
    for drug, order in list(record.active.items()):
        since = date.fromisoformat(order["authoredOn"][:10])
        if DRUGS[drug].days and (visit.day - since).days > 330:
            medications.renew(record, drug, on=visit.day, at=visit.end, by=visit.by, encounter=visit.encounter)


def _do_procedures(record: Record, visit: Visit, running: Running) -> None:
    elapsed = (visit.day - running.start).days / 365.25
    planned = running.thread.procedures
    while running.procedures < len(planned) and planned[running.procedures][1] <= elapsed + 0.02:
        key, _, outcome = planned[running.procedures]
        running.procedures += 1
        add_procedure(record, key, on=visit.day.isoformat(), encounter=visit.encounter, outcome=outcome)


class _Known(dict):
    def __missing__(self, key: str) -> str:
        return "not yet known"


def _fill(line: str, words: dict[str, str]) -> str:
    return line.format_map(_Known(words)) if "{" in line else line
