"""What goals are about: the latest of each measure, its course, and whether it is where it should be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from decimal import Decimal
from typing import Literal

from osler.clinical.problems.fhir import Goal
from osler.clinical.results.fhir import Result
from osler.clinical.results.names import short_name
from osler.clinical.results.rules import EGFR, flag_of
from osler.clinical.vitals.fhir import Reading
from osler.fhir.readers import instant
from osler.interfaces.web.components import format
from osler.interfaces.web.components.values import Flag, Value, flag_for
from osler.render.svg.sparkline import Sparkline

SYSTOLIC = "http://loinc.org|8480-6"
_SHORT = {"Hemoglobin A1c": "A1c", "LDL cholesterol": "LDL", "Urine albumin/creatinine": "UACR",
          "PHQ-9 total score": "PHQ-9"}  # fmt: skip
_POINTS = 8
State = Literal["", "high", "low", "critical-high", "critical-low"]


@dataclass(frozen=True, slots=True)
class Measure:
    """The latest of one thing that is measured. `short` is empty where the value speaks for itself."""

    short: str
    value: Value
    number: Decimal | None
    spark: Sparkline | None


def measures(
    goals: Sequence[Goal], results: Iterable[Result], pressures: Sequence[Reading], zone: tzinfo
) -> dict[str, Measure]:
    """By code of what is measured. `results` newest first, `pressures` oldest first."""
    wanted = {code: goal for goal in goals for code in goal.measures}
    gathered: dict[str, list[Result]] = {}
    for result in results:
        for code in result.codes:
            if code in wanted:
                gathered.setdefault(code, []).append(result)
    found = {code: _of_results(each, wanted[code], zone) for code, each in gathered.items()}
    if SYSTOLIC in wanted and pressures:
        found[SYSTOLIC] = _of_pressures(pressures, wanted[SYSTOLIC], zone)
    return found


def filtration(results: Iterable[Result], zone: tzinfo) -> Measure | None:
    """How well the kidneys filter: the latest eGFR and its course. `results` newest first."""
    found = [each for each in results if any(code.rpartition("|")[2] in EGFR for code in each.codes)]
    of_one_kind = [each for each in found if each.code == found[0].code]
    if not of_one_kind:
        return None
    latest = of_one_kind[0]
    value = replace(result_value(latest, flagged=False), unit="")  # its unit is the same everywhere
    return Measure("eGFR", value, latest.number, course(of_one_kind, zone))


def _of_results(results: list[Result], goal: Goal, zone: tzinfo) -> Measure:
    latest = results[0]
    name = short_name(latest.name, latest.codes)
    return Measure(_SHORT.get(name, name), result_value(latest, flagged=False), latest.number,
                   course(results, zone, goal))  # fmt: skip


def _of_pressures(pressures: Sequence[Reading], goal: Goal, zone: tzinfo) -> Measure:
    latest = pressures[-1]
    shown = pressures[-_POINTS:]
    times = tuple(at.timestamp() for each in shown if (at := instant(each.at, zone)))
    spark = Sparkline(tuple(float(each.value) for each in shown), times, _float(goal.low), _float(goal.high),
                      _direction(latest.value, goal), "Systolic blood pressure")  # fmt: skip
    return Measure("", Value(pressure_text(latest), "mmHg"), latest.value, spark)


def pressure_text(reading: Reading) -> str:
    """In whole numbers where a machine wrote more digits than it measured."""
    second = "?" if reading.second is None else format.measured(reading.second, 0)
    return f"{format.measured(reading.value, 0)}/{second}"


def result_value(result: Result, flagged: bool = True) -> Value:
    """A result as it is read, with its flag."""
    flag = flag_for(flag_of(result)) if flagged else None
    if result.number is None:
        return Value(result.words, "", flag)
    sign = {"<=": "≤ ", ">=": "≥ "}.get(result.comparator, f"{result.comparator} " if result.comparator else "")
    return Value(sign + format.measured(result.number), format.unit_text(result.unit), flag)


def course(results: Sequence[Result], zone: tzinfo, goal: Goal | None = None) -> Sparkline | None:
    """The last results as a small line, oldest first; None with fewer than two numbers."""
    shown = [each for each in results if each.number is not None][:_POINTS][::-1]
    if len(shown) < 2:
        return None
    moments = [instant(each.at, zone) for each in shown]
    times = tuple(at.timestamp() for at in moments if at)
    latest = shown[-1]
    low, high = (goal.low, goal.high) if goal else (latest.low, latest.high)
    return Sparkline(
        tuple(float(each.number or 0) for each in shown), times if len(times) == len(shown) else (), _float(low), _float(high),
        spark_state(flag_for(flag_of(latest))), short_name(latest.name, latest.codes),
    )  # fmt: skip


def spark_state(flag: Flag | None) -> State:
    if flag is None or flag.letter not in ("H", "L"):
        return ""
    if flag.tone == "crit":
        return "critical-high" if flag.letter == "H" else "critical-low"
    return "high" if flag.letter == "H" else "low"


def goal_words(goal: Goal) -> str:
    """`goal < 7`, `goal 110–130`."""
    if goal.low is not None and goal.high is not None:
        return f"goal {format.number(goal.low)}–{format.number(goal.high)}"
    if goal.high is not None:
        return f"goal < {format.number(goal.high)}"
    return f"goal > {format.number(goal.low)}" if goal.low is not None else goal.text


def meets(goal: Goal, value: Decimal | None) -> bool:
    """Whether a value is within the goal; a goal without bounds is never said to be met."""
    if value is None or (goal.low is None and goal.high is None):
        return False
    above = goal.low is None or value >= goal.low
    if goal.low is not None and goal.high is not None:
        return above and value <= goal.high
    return above and (goal.high is None or value < goal.high)


def _direction(value: Decimal, goal: Goal) -> State:
    if goal.high is not None and value > goal.high:
        return "high"
    return "low" if goal.low is not None and value < goal.low else ""


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
