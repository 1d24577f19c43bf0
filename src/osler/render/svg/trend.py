"""One measurement over time, with a goal for each line and the treatment above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from osler.render.svg import axis, lanes
from osler.render.svg.lanes import Lane
from osler.render.svg.shapes import drawing, element, marker, path, text

WIDTH, PLOT, LEFT, RIGHT = 420.0, 122.0, 30.0, 30.0
SPAN = WIDTH - LEFT - RIGHT


@dataclass(frozen=True, slots=True)
class Point:
    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Goal:
    """What one line should be: between two bounds, or beyond one. `text` is shown: `systolic goal 110–130`."""

    text: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One line, oldest point first. A goal belongs to one line and marks only its points."""

    name: str
    points: tuple[Point, ...]
    goal: Goal | None = None
    line: Literal["first", "second"] = "first"


@dataclass(frozen=True, slots=True)
class Trend:
    """A whole chart over [start, end). All datetimes aware and in the zone to be shown."""

    name: str
    start: datetime
    end: datetime
    series: tuple[Series, ...]
    unit: str = ""
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things are: the plot's upper edge, and the range of values it shows."""

    trend: Trend
    top: float
    low: float
    high: float

    def x(self, at: datetime) -> float:
        share = (at - self.trend.start) / (self.trend.end - self.trend.start)
        return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.top + PLOT * (1 - min(max(share, 0.0), 1.0))


def trend_chart(trend: Trend) -> str:
    """Draw it. A window without points says so, and still shows its dates and treatment."""
    top = lanes.height(trend.lanes) + 12
    ticks = axis.value_ticks(*_range(trend))
    frame = _Frame(trend, top, ticks[0], ticks[-1])
    parts = (
        *(_measured(frame, ticks) if any(series.points for series in trend.series) else _nothing(frame)),
        *lanes.draw(trend.lanes, frame.x, LEFT, WIDTH - RIGHT),
        *_dates(frame),
    )
    return drawing("trend", WIDTH, top + PLOT + 30, describe(trend), parts)


def describe(trend: Trend) -> str:
    """The chart in words: what it is, its last values and their goals."""
    said = [trend.name]
    for series in trend.series:
        if not series.points:
            said.append(f"{series.name}: not recorded")
            continue
        first, last = series.points[0].value, series.points[-1].value
        course = "rising" if last > first else "falling" if last < first else "unchanged"
        said.append(f"{series.name}: latest {last:g} {trend.unit}".rstrip() + f", {course} from {first:g}")
        if series.goal:
            said.append(series.goal.text)
    said += [f"{lane.name}: {', '.join(span.text for span in lane.spans)}" for lane in trend.lanes]
    return ". ".join(said) + "."


def _range(trend: Trend) -> tuple[float, float]:
    values = [point.value for series in trend.series for point in series.points]
    for series in trend.series:
        if series.goal:
            values += [bound for bound in (series.goal.low, series.goal.high) if bound is not None]
    if not values:
        return 0.0, 1.0
    room = (max(values) - min(values)) * 0.08
    return min(values) - room, max(values) + room


_NEAR = 5.0
"""Less than the height of a label."""


def _goals(frame: _Frame) -> Iterator[str]:
    for series in frame.trend.series:
        goal = series.goal
        if goal is None:
            continue
        upper = frame.top if goal.high is None else frame.y(goal.high)
        lower = frame.top + PLOT if goal.low is None else frame.y(goal.low)
        if goal.low is None or goal.high is None:
            edge, below = (upper, 11) if goal.low is None else (lower, -3.5)
            yield element("line", class_=f"goal {series.line}", x1=LEFT, x2=WIDTH - RIGHT, y1=edge, y2=edge)
            yield _goal_name(frame, series, goal, (edge + below,))
            continue
        yield element("rect", class_=f"band {series.line}", x=LEFT, y=upper, width=SPAN, height=lower - upper)
        yield _goal_name(frame, series, goal, (lower - 3, upper + 9.5))


def _goal_name(frame: _Frame, series: Series, goal: Goal, heights: tuple[float, ...]) -> str:
    """At the end and the height where no line passes, the left end first."""
    width = len(goal.text) * 5.6
    passed = [place for line in frame.trend.series for place in _course(frame, line)]

    def crossings(place: tuple[float, str]) -> int:
        y, end = place
        start = LEFT if end == "start" else WIDTH - RIGHT - width
        left, right, top, bottom = start - 6, start + width + 6, y - 13, y + 6
        return sum(1 for at_x, at_y in passed if left < at_x < right and top < at_y < bottom)

    y, end = min(((y, end) for end in ("start", "end") for y in heights), key=crossings)
    x = LEFT + 4 if end == "start" else WIDTH - RIGHT - 4
    return text(x, y, goal.text, class_=f"goal-name {series.line}", anchor=end)


def _course(frame: _Frame, series: Series) -> Iterator[tuple[float, float]]:
    """Places along the line, near enough to each other that no label fits between two."""
    placed = [(frame.x(point.at), frame.y(point.value)) for point in series.points]
    yield from placed
    for (x1, y1), (x2, y2) in pairwise(placed):
        steps = 1 + int(max(abs(x2 - x1), abs(y2 - y1)) // _NEAR)
        for step in range(1, steps):
            yield x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps


def _measured(frame: _Frame, ticks: list[float]) -> Iterator[str]:
    yield from _goals(frame)
    yield from _grid(frame, ticks)
    for series in frame.trend.series:
        yield from _line(frame, series)
    yield from _last_values(frame)


def _nothing(frame: _Frame) -> Iterator[str]:
    floor = frame.top + PLOT
    yield element("line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=floor, y2=floor)
    yield text(
        (LEFT + WIDTH - RIGHT) / 2, frame.top + PLOT / 2, "Not recorded in this time", class_="none", anchor="middle"
    )


def _grid(frame: _Frame, ticks: list[float]) -> Iterator[str]:
    for tick in ticks:
        y = frame.y(tick)
        yield element("line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y)
        yield text(LEFT - 5, y + 3.2, f"{tick:g}", anchor="end")


def _line(frame: _Frame, series: Series) -> Iterator[str]:
    placed = [(frame.x(point.at), frame.y(point.value)) for point in series.points]
    days = [point.at.date() for point in series.points]
    # Measured again on the same day: the line joins the latest of each day, the earlier ones are hollow.
    repeated = [day == after for day, after in pairwise([*days, date.max])]
    yield path([place for place, again in zip(placed, repeated, strict=True) if not again], f"line {series.line}")
    every = max(1, len(placed) // 40)
    for index, (point, (x, y)) in enumerate(zip(series.points, placed, strict=True)):
        state = _state(point.value, series.goal)
        if state or index == len(placed) - 1 or (index % every == 0 and len(placed) <= 40):
            size = 3 if index == len(placed) - 1 else 2.3
            yield marker(x, y, state, size, hollow=repeated[index])


def _last_values(frame: _Frame) -> Iterator[str]:
    """Beside the plot, where no line passes; two near each other move apart."""
    last = sorted((frame.y(each.points[-1].value), each.points[-1].value) for each in frame.trend.series if each.points)
    free = frame.top - 12
    for y, value in last:
        free = max(y, free + 12)
        yield text(WIDTH - RIGHT + 6, free + 3.6, f"{value:g}", class_="last")


def _state(value: float, goal: Goal | None) -> str:
    if goal is None:
        return ""
    if goal.high is not None and value > goal.high:
        return "high"
    return "low" if goal.low is not None and value < goal.low else ""


def _dates(frame: _Frame) -> Iterator[str]:
    y = frame.top + PLOT + 14
    for day, label, year in axis.date_ticks(frame.trend.start.date(), _last_day(frame.trend.end)):
        x = frame.x(datetime.combine(day, datetime.min.time(), frame.trend.start.tzinfo))
        anchor = "start" if x < LEFT + 12 else "end" if x > WIDTH - RIGHT - 14 else "middle"
        yield text(x, y, label, anchor=anchor)
        if year:
            yield text(x, y + 11, year, class_="year", anchor=anchor)


def _last_day(end: datetime) -> date:
    """The end is exclusive: midnight belongs to the day before."""
    return (end - timedelta(microseconds=1)).date()
