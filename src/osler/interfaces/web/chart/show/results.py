"""Laboratory results: the few that matter on the summary, and all of them over time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from osler.clinical.problems.fhir import Goal
from osler.clinical.results.fhir import Report, Result
from osler.clinical.results.names import short_name, short_names
from osler.clinical.results.rules import Analyte, by_analyte, by_panel, for_summary, is_judged, urgency
from osler.fhir.ahead import count_ahead
from osler.fhir.readers import instant
from osler.interfaces.web.chart.show.measures import course, goal_words, result_value
from osler.interfaces.web.components import format
from osler.interfaces.web.components.results import GridCell, GridPanel, GridRow, ResultRow, ResultsCard, ResultsGrid
from osler.interfaces.web.components.values import Action, Value
from osler.interfaces.web.show import chart_address

_ROWS, _COLUMNS = 10, 12


def results_card(
    results: Sequence[Result],
    patient: str,
    zone: tzinfo,
    *,
    goals: Sequence[Goal],
    since: datetime | None,
    ahead: int = 0,
) -> ResultsCard:
    """`results` newest first; those after `since` are counted as new."""
    wanted = {code: goal for goal in goals for code in goal.measures}
    moments = {each.id: at for each in results if (at := instant(each.at, zone))}
    newest = max(moments.values(), default=None)
    analytes = by_analyte(results, frozenset(wanted))
    shown = for_summary(analytes, newest, _ROWS, moments)
    names = short_names(each.latest for each in shown)
    fresh = [each for each in analytes if since and (at := moments.get(each.latest.id)) and at > since]
    rest = [each for each in analytes if each not in shown]
    return ResultsCard(
        tuple(_row(each, names[each.code], patient, zone, wanted) for each in shown),
        format.day(newest, zone) if newest else None,
        len(fresh) if since else 0,
        Action("All results", chart_address(patient, "results")),
        f"Observation?patient={patient}&category=laboratory&_sort=-date",
        new_abnormal=_abnormal(fresh) if since else 0,
        rest=_rest(rest),
        ahead=ahead,
    )


def _rest(rest: Sequence[Analyte]) -> str:
    """`14 more, 2 abnormal, 5 without range`: that none is flagged only where each could have been."""
    if not rest:
        return ""
    abnormal, bare = _abnormal(rest), sum(not is_judged(each.latest) for each in rest)
    said = [f"{abnormal} abnormal"] if abnormal else []
    said += [f"{bare} without range"] if bare else []
    return f"{len(rest)} more, {', '.join(said) or 'none flagged'}"


def _abnormal(analytes: Sequence[Analyte]) -> int:
    return sum(bool(urgency(each.latest)) for each in analytes)


def _row(analyte: Analyte, name: str, patient: str, zone: tzinfo, wanted: dict[str, Goal]) -> ResultRow:
    latest = analyte.latest
    goal = next((wanted[code] for code in latest.codes if code in wanted), None)
    return ResultRow(
        latest.id,
        name,
        _without_long_unit(result_value(latest)),
        format.day(latest.at, zone),
        f"Observation/{latest.id}",
        chart_address(patient, f"results#{_anchor(analyte.code)}"),
        goal_reference(goal) if goal else reference(latest),
        course(analyte.results, zone, goal),
        status=latest.status if latest.status not in ("final", "") else "",
        whole_name=analyte.name if analyte.name != name else "",
    )


def _without_long_unit(value: Value) -> Value:
    """The filtration rate has one unit everywhere, and it is longer than its row; the page of results says it."""
    return replace(value, unit="") if value.unit == format.unit_text("mL/min/{1.73_m2}") else value


def goal_reference(goal: Goal) -> str:
    words = goal_words(goal).removeprefix("goal ")
    return f"{words} goal" if goal.low is not None or goal.high is not None else ""


def reference(result: Result) -> str:
    """The reference range as it is read: `3.5–5.1`, `< 30`."""
    if result.range_text and result.low is None and result.high is None:
        return result.range_text
    low = None if result.low is None else format.measured(result.low)
    high = None if result.high is None else format.measured(result.high)
    if low and high:
        return f"{low}–{high}"
    return f"≤ {high}" if high else f"≥ {low}" if low else ""


def results_grid(results: Sequence[Result], reports: Sequence[Report], zone: tzinfo, now: datetime) -> ResultsGrid:
    """Analytes down by panel, the last days with results across, newest first; the latest result of a day stands for it."""
    days = list(dict.fromkeys(format.day(each.at, zone).iso for each in results if each.at))[:_COLUMNS]
    shown = [each for each in by_analyte(results) if any(_day(result, zone) in days for result in each.results)]
    panels = by_panel(shown, reports)
    names = short_names(each.latest for each in shown)
    named = len(panels) > 1
    return ResultsGrid(
        tuple(format.day(each) for each in days),
        tuple(
            GridPanel(
                short_name(panel.name) or ("Other tests" if named else ""),
                tuple(_grid_row(each, names[each.code], days, zone) for each in panel.analytes),
            )
            for panel in panels
        ),
        len({_day(each, zone) for each in results[: count_ahead(results, now, zone)]}),
    )  # fmt: skip


def _day(result: Result, zone: tzinfo) -> str:
    return format.day(result.at, zone).iso if result.at else ""


def _grid_row(analyte: Analyte, name: str, days: Sequence[str], zone: tzinfo) -> GridRow:
    return GridRow(
        name, format.unit_text(analyte.latest.unit), reference(analyte.latest),
        tuple(_cell(analyte, day, zone) for day in days), course(analyte.results, zone), _anchor(analyte.code),
        analyte.name if analyte.name != name else "",
    )  # fmt: skip


def _anchor(code: str) -> str:
    """Names a row of the grid in addresses."""
    return f"test-{re.sub('[^A-Za-z0-9]+', '-', code.rpartition('|')[2]).strip('-')}"


def _cell(analyte: Analyte, day: str, zone: tzinfo) -> GridCell:
    found = next((each for each in analyte.results if _day(each, zone) == day), None)
    if found is None:
        return GridCell(None)
    value = result_value(found)
    same_unit = format.unit_text(found.unit) == format.unit_text(analyte.latest.unit)
    return GridCell(type(value)(value.text, "" if same_unit else value.unit, value.flag), f"Observation/{found.id}")
