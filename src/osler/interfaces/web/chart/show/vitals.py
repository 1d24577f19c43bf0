"""Vital signs as tiles, and blood pressure over time with its treatment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from osler.clinical.medications.fhir import Medication
from osler.clinical.medications.queries import Medications
from osler.clinical.medications.rules import bears_on_pressure, courses
from osler.clinical.problems.fhir import Goal
from osler.clinical.vitals.fhir import Reading
from osler.clinical.vitals.queries import Latest
from osler.clinical.vitals.rules import flag_of, rounded
from osler.clinical.vitals.signs import SINGLE, WEIGHT
from osler.fhir.readers import instant
from osler.interfaces.web.chart.show.lists import add_action
from osler.interfaces.web.chart.show.measures import SYSTOLIC, pressure_text
from osler.interfaces.web.components import format
from osler.interfaces.web.components.values import Action, Value, When, flag_for
from osler.interfaces.web.components.vitals import TrendCard, TrendRow, VitalsGrid, VitalTile
from osler.interfaces.web.show import chart_address
from osler.render.svg.lanes import Lane, Span
from osler.render.svg.trend import Goal as Band
from osler.render.svg.trend import Point, Series, Trend

WINDOWS: dict[str, timedelta | None] = {
    "3 mo": timedelta(days=91), "1 y": timedelta(days=365), "5 y": timedelta(days=1826), "All": None
}  # fmt: skip
WINDOW_WORDS = {"3 mo": "3 months", "1 y": "12 months", "5 y": "5 years", "All": "all"}
_TILES = (("pressure", "Blood pressure"), ("heart_rate", "Heart rate"), ("spo2", "SpO₂"), ("temperature", "Temp"),
          ("weight", "Weight"), ("bmi", "BMI"), ("respiration", "Resp"), ("pain", "Pain"))  # fmt: skip
_NEVER = datetime.min.replace(tzinfo=UTC)
_SIGNS = {sign.key: sign for sign in SINGLE}


def vitals_grid(
    latest: Mapping[str, Latest], patient: str, zone: tzinfo, now: datetime, *, names: Mapping[str, str], adult: bool,
    may_write: bool, ahead: int = 0,
) -> VitalsGrid:  # fmt: skip
    """The latest of each, below the time and author of the newest set; what is of another says its own."""
    shown = [each.reading for key, each in latest.items() if key in dict(_TILES)]
    newest = _newest(shown, zone)
    return VitalsGrid(
        tuple(_tile(key, label, latest.get(key), newest, zone, now, adult, names) for key, label in _TILES if latest),
        _moment(newest, now, zone) if newest else None,
        _name(newest, names) if newest else "",
        add=add_action("Add vital signs", patient, "vitals/add", "v") if may_write else None,
        more=Action("Flowsheet", chart_address(patient, "vitals")),
        fhir=f"Observation?patient={patient}&category=vital-signs&_sort=-date",
        ahead=ahead,
    )


def _newest(readings: Sequence[Reading], zone: tzinfo) -> Reading | None:
    """One of the largest set of the newest day: a pressure taken once more does not make the others look old."""
    sets: dict[tuple[datetime, str], list[Reading]] = {}
    for each in readings:
        sets.setdefault((instant(each.at, zone) or _NEVER, each.by), []).append(each)
    found = max(sets.items(), key=lambda each: (each[0][0].date(), len(each[1]), each[0][0]), default=None)
    return found[1][0] if found else None


def _moment(reading: Reading, now: datetime, zone: tzinfo) -> When | None:
    """`today 09:12`, or the day: with the time where one was recorded."""
    taken = instant(reading.at, zone)
    if taken is None:
        return None
    return format.recent(taken, now, zone) if "T" in reading.at else format.day(reading.at)


def _tile(
    key: str, label: str, latest: Latest | None, newest: Reading | None, zone: tzinfo, now: datetime, adult: bool,
    names: Mapping[str, str],
) -> VitalTile:  # fmt: skip
    if latest is None or newest is None:
        return VitalTile(key, label)
    reading, before = latest.reading, latest.before
    taken = instant(reading.at, zone)
    change = ""
    if key == WEIGHT.key and before:
        change = format.change(rounded(reading.converted, 1), rounded(before.converted, 1))
    when, by = None, ""
    if (reading.at != newest.at and taken != instant(newest.at, zone)) or reading.by != newest.by:
        when, by = _own(reading, now, zone), _name(reading, names)
    return VitalTile(key, label, reading_value(reading, adult), change, when, by, fhir=f"Observation/{reading.id}")


def _own(reading: Reading, now: datetime, zone: tzinfo) -> When:
    """The time of day of what was taken today, else the day; that there is none is said as well."""
    taken = instant(reading.at, zone)
    if taken is None:
        return When("no date")
    same_day = "T" in reading.at and taken.astimezone(zone).date() == now.astimezone(zone).date()
    return format.clock(taken, zone) if same_day else format.day(reading.at, zone)


def _name(reading: Reading, names: Mapping[str, str]) -> str:
    return format.short_person(names.get(reading.by, reading.by if "/" not in reading.by else ""))


def reading_value(reading: Reading, adult: bool) -> Value:
    """As it is read: blood pressure as a pair; what was entered in another unit with the first unit beside it."""
    flag = flag_for(flag_of(reading, adult=adult))
    if reading.key == "pressure":
        return Value(pressure_text(reading), "", flag)
    sign = _SIGNS[reading.key]
    unit = sign.unit(reading.unit)
    text = format.measured(reading.value)
    if reading.key == "pain":
        return Value(text, reading.site or "/10", flag)
    if unit is sign.units[0]:
        return Value(text, unit.text, flag)
    other = format.measured(rounded(reading.converted, sign.places))
    return Value(text, f"{unit.text} · {other} {sign.units[0].text}", flag)


def pressure_card(
    pressures: Sequence[Reading], patient: str, zone: tzinfo, now: datetime, *, window: str, goals: Sequence[Goal],
    medications: Medications | None, here: str = "",
) -> TrendCard:  # fmt: skip
    """`pressures` oldest first, within the window. `here` is the address that takes another window."""
    placed = [(at, each) for each in pressures if (at := instant(each.at, zone))]
    length = WINDOWS.get(window)
    begin = (now - length if length else placed[0][0] if placed else now - timedelta(days=365)).astimezone(zone)
    end = now.astimezone(zone) + timedelta(days=1)
    begin = min(begin, end - timedelta(days=14))
    goal = next((each for each in goals if SYSTOLIC in each.measures), None)
    series = (
        Series("Systolic", tuple(Point(at, float(each.value)) for at, each in placed), _band(goal)),
        Series("Diastolic", tuple(Point(at, float(each.second)) for at, each in placed if each.second is not None),
               line="second"),
    )  # fmt: skip
    lanes = treatment(medications, begin, end, zone, lambda each: bears_on_pressure(each.name))
    words = WINDOW_WORDS[window]
    return TrendCard(
        "Blood pressure",
        Trend("Blood pressure", begin, end, series, "mmHg", lanes),
        f"{words}, with treatment" if lanes else words,
        tuple(Action(label, f"{here or chart_address(patient)}?bp={label.replace(' ', '+')}") for label in WINDOWS),
        window,
        ("Systolic / diastolic",),
        tuple(
            TrendRow(format.moment(at, zone), (Value(pressure_text(each), "mmHg"),)) for at, each in reversed(placed)
        ),
        f"Observation?patient={patient}&combo-code=8480-6,8462-4&_sort=-date",
    )


def _band(goal: Goal | None) -> Band | None:
    if goal is None:
        return None
    low, high = (None if each is None else float(each) for each in (goal.low, goal.high))
    words = f"{low:g}–{high:g}" if low and high else f"< {high:g}" if high else f"> {low:g}" if low else ""
    return Band(f"systolic goal {words}", low, high) if words else None


def treatment(
    medications: Medications | None, begin: datetime, end: datetime, zone: tzinfo, wanted: Callable[[Medication], bool]
) -> tuple[Lane, ...]:
    """One lane for each wanted drug that was taken within the window, the first begun on top."""
    if medications is None:
        return ()
    relevant = filter(wanted, (*medications.active, *medications.past))
    found: list[tuple[datetime, Lane]] = []
    for orders in courses(relevant).values():
        spans = [span for each in orders if (span := _span(each, begin, end, zone))]
        if spans:
            found.append((spans[0].start, Lane(format.drug_name(orders[0].name), _joined(spans))))
    return tuple(lane for _, lane in sorted(found, key=lambda each: each[0]))


def _span(order: Medication, begin: datetime, end: datetime, zone: tzinfo) -> Span | None:
    start, stop = instant(order.started, zone), instant(order.ended, zone)
    if start is None or start >= end or (stop and stop <= begin) or (not order.active and stop is None):
        return None
    amount = order.dose
    dose = f"{format.number(amount.value)} {format.unit_text(amount.unit)}" if amount else order.product
    return Span(dose, max(start, begin), stop)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Orders of the same dose that follow one another are one bar."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if last and last.text == span.text:
            found[-1] = Span(last.text, last.start, span.end)
        else:
            found.append(span)
    return tuple(found)


def is_adult(born: str, today: date) -> bool:
    return born[:4].isdecimal() and today.year - int(born[:4]) > 18
