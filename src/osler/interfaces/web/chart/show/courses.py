"""The course of the results that matter to a problem, each with its goal or range and the treatment above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import islice

from osler.clinical.medications.fhir import Medication
from osler.clinical.medications.queries import Medications
from osler.clinical.problems.fhir import Goal, Problem
from osler.clinical.results.fhir import Result
from osler.clinical.results.names import short_name
from osler.clinical.results.rules import Analyte, by_analyte
from osler.clinical.vitals.fhir import Reading
from osler.fhir.readers import instant
from osler.interfaces.web.chart.show.measures import SYSTOLIC, goal_words, result_value
from osler.interfaces.web.chart.show.results import reference
from osler.interfaces.web.chart.show.vitals import WINDOW_WORDS, WINDOWS, pressure_card, treatment
from osler.interfaces.web.components import format
from osler.interfaces.web.components.values import Action
from osler.interfaces.web.components.vitals import TrendCard, TrendRow
from osler.interfaces.web.show import chart_address
from osler.render.svg.trend import Goal as Band
from osler.render.svg.trend import Point, Series, Trend

MOST = 6
"""Charts on one page."""


def problem_courses(
    problem: Problem, codes: Sequence[str], goals: Sequence[Goal], results: Sequence[Result], pressures: Sequence[Reading],
    medications: Medications | None, patient: str, window: str, zone: tzinfo, now: datetime,
) -> tuple[TrendCard, ...]:  # fmt: skip
    """`codes` (`system|code`) in the order in which they matter; `results` newest first, `pressures` oldest first, both within
    the window. What was never measured has no chart."""
    here = chart_address(patient, "problems", problem.id)
    analytes = {code: each for each in by_analyte(results) for code in each.latest.codes}
    cards: dict[str, TrendCard] = {}
    for code in codes:
        if code == SYSTOLIC and pressures:
            cards[code] = pressure_card(
                pressures, patient, zone, now, window=window, goals=goals, medications=medications, here=here
            )
        elif (analyte := analytes.get(code)) and any(each.number is not None for each in analyte.results):
            cards.setdefault(analyte.code, _card(analyte, problem, goals, medications, patient, window, zone, now))
    return tuple(islice(cards.values(), MOST))


def _card(
    analyte: Analyte, problem: Problem, goals: Sequence[Goal], medications: Medications | None, patient: str, window: str,
    zone: tzinfo, now: datetime,
) -> TrendCard:  # fmt: skip
    placed = [
        (at, each) for each in reversed(analyte.results) if each.number is not None and (at := instant(each.at, zone))
    ]
    length = WINDOWS.get(window)
    end = now.astimezone(zone) + timedelta(days=1)
    begin = min((now - length).astimezone(zone) if length else placed[0][0], end - timedelta(days=14))
    goal = next((each for each in goals if set(each.measures) & set(analyte.latest.codes)), None)
    points = tuple(Point(at, float(each.number or 0)) for at, each in placed)
    lanes = treatment(medications, begin, end, zone, _given_for(problem, medications))
    unit = format.unit_text(analyte.latest.unit)
    code = analyte.code.rpartition("|")[2]
    where = f"{chart_address(patient, 'problems', problem.id)}?bp="
    name = short_name(analyte.name, analyte.latest.codes)
    return TrendCard(
        name,
        Trend(name, begin, end, (Series(name, points, _band(goal, analyte.latest)),), unit, lanes),
        f"{unit} · {WINDOW_WORDS[window]}{', with treatment' if lanes else ''}".removeprefix(" · "),
        tuple(Action(label, where + label.replace(" ", "+")) for label in WINDOWS),
        window,
        (name,),
        tuple(TrendRow(format.day(each.at, zone), (result_value(each),)) for _, each in reversed(placed)),
        f"Observation?patient={patient}&code={analyte.code}&_sort=-date",
        f"trend-{code}",
    )


def _given_for(problem: Problem, medications: Medications | None) -> Callable[[Medication], bool]:
    """Whether an order is for the problem, or an earlier one of a drug that is."""
    orders = (*medications.active, *medications.past) if medications else ()
    names = {each.name.lower() for each in orders if problem.id in each.problems}
    return lambda each: each.name.lower() in names


def _band(goal: Goal | None, latest: Result) -> Band | None:
    """The goal; without one the laboratory's range."""
    if goal and (goal.low is not None or goal.high is not None):
        return Band(goal_words(goal), _number(goal.low), _number(goal.high))
    if latest.low is None and latest.high is None:
        return None
    return Band(f"range {reference(latest)}", _number(latest.low), _number(latest.high))


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
