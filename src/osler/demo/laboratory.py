"""Blood and urine tests: ordered before or at a visit, drawn, and resulted a day later."""

from __future__ import annotations

from datetime import date, timedelta

from osler.demo.codes.labs import PANELS
from osler.demo.kidney import creatinine_for
from osler.demo.record import Record
from osler.demo.resources.planning import order_labs
from osler.demo.resources.results import add_report, add_result
from osler.demo.visits import Visit

_DAYS_BEFORE = 4


def draw(record: Record, panel: str, visit: Visit) -> list[dict]:
    """A panel ordered and drawn at the visit, with its results a day later (never after today)."""
    order = order_labs(record, panel, at=visit.end, by=visit.by, encounter=visit.encounter)
    later = min(visit.day + timedelta(days=1), record.today)
    issued = record.stamp(later, 435) if later > visit.day else visit.end
    return _result(record, panel, visit.day, at=visit.end, issued=issued, encounter=visit.encounter, order=order["id"])


def draw_ahead(record: Record, panel: str, day: date, *, before: int = _DAYS_BEFORE) -> list[dict]:
    """A panel drawn some days before a visit, so that its results are there to talk about."""
    drawn = day - timedelta(days=before)
    ordered = record.stamp(drawn - timedelta(days=10), 720)
    order = order_labs(record, panel, at=ordered, by=record.person.pcp, encounter="")
    at, issued = (
        record.stamp(drawn, 480 + record.rng.randrange(60)),
        record.stamp(drawn, 960 + record.rng.randrange(120)),
    )
    return _result(record, panel, drawn, at=at, issued=issued, encounter="", order=order["id"])


def _result(record: Record, panel: str, day: date, *, at: str, issued: str, encounter: str, order: str) -> list[dict]:
    results = [
        add_result(record, key, value, at=at, issued=issued, encounter=encounter)
        for key, value in _values(record, panel, day).items()
    ]
    add_report(record, panel, results, at=at, issued=issued, encounter=encounter, order=order)
    return results


def _values(record: Record, panel: str, day: date) -> dict[str, float]:
    """Raw values of a panel, with those that follow from others computed: creatinine, glucose, LDL, hematocrit."""
    body = record.body
    found = {key: body.read(key, day) for key in PANELS[panel].analytes}
    if "creatinine" in found:
        _kidneys(record, found, day)
    if "glucose" in found and body.follows("a1c"):
        found["glucose"] = 28.7 * body.read("a1c", day) - 46.7 + record.rng.gauss(-8, 14)
    if "ldl" in found:
        found["ldl"] = body.read("ldl", day)
        found["cholesterol"] = found["ldl"] + found["hdl"] + found["triglyceride"] / 5
    if "hematocrit" in found:
        found["hematocrit"] = found["hemoglobin"] * 3 + record.rng.gauss(0, 0.4)
        found["rbc"] = found["hematocrit"] / found["mcv"] * 10
    if "inr" in found and found["inr"] > 1.8 and record.rng.random() < 0.03:
        found["inr"] += 2.4
    for key in found:
        found[key] = max(found[key], 0.1)
    return found


def _kidneys(record: Record, found: dict[str, float], day: date) -> None:
    """Creatinine and urea after the filtration rate; now and then a failing kidney holds potassium back."""
    rate = found["egfr"] = max(8.0, found["egfr"])
    found["creatinine"] = creatinine_for(rate, age=record.person.age(day), female=record.person.sex == "female")
    found["urea"] += max(0.0, (75 - rate) * 0.3)
    if rate < 60 and record.rng.random() < 0.03:
        found["potassium"] += 0.9
