"""One measurement over time, with a goal for each line and the treatment above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from osler.render.svg import axis, lanes
from osler.render.svg.lanes import Lane
from osler.render.svg.shapes import drawing, element, marker, path, text

WIDTH, PLOT, LEFT, RIGHT = 420.0, 118.0, 30.0, 10.0


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
    """Draw it. A window without points still shows its axes and treatment."""
    top = lanes.height(trend.lanes) + 12
    ticks = axis.value_ticks(*_range(trend))
    frame = _Frame(trend, top, ticks[0], ticks[-1])
    parts = (
        *_goals(frame),
        *_grid(frame, ticks),
        *lanes.draw(trend.lanes, frame.x, LEFT, WIDTH - RIGHT),
        *(part for series in trend.series for part in _line(frame, series)),
        *_months(frame),
    )
    return drawing("trend", WIDTH, top + PLOT + 22, describe(trend), parts)


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
    return (min(values), max(values)) if values else (0.0, 1.0)


def _goals(frame: _Frame) -> Iterator[str]:
    for series in frame.trend.series:
        goal = series.goal
        if goal is None:
            continue
        upper = frame.top if goal.high is None else frame.y(goal.high)
        lower = frame.top + PLOT if goal.low is None else frame.y(goal.low)
        if goal.low is None or goal.high is None:
            edge = lower if goal.high is None else upper
            yield element("line", class_=f"goal {series.line}", x1=LEFT, x2=WIDTH - RIGHT, y1=edge, y2=edge)
            yield text(WIDTH - RIGHT - 3, edge + (9.5 if goal.low is None else -3.5), goal.text, class_="goal-name", anchor="end")
            continue
        yield element("rect", class_=f"band {series.line}", x=LEFT, y=upper, width=WIDTH - LEFT - RIGHT, height=lower - upper)
        yield text(WIDTH - RIGHT - 3, lower - 3, goal.text, class_="goal-name", anchor="end")


def _grid(frame: _Frame, ticks: list[float]) -> Iterator[str]:
    for tick in ticks:
        y = frame.y(tick)
        yield element("line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y)
        yield text(LEFT - 5, y + 3.2, f"{tick:g}", anchor="end")


def _line(frame: _Frame, series: Series) -> Iterator[str]:
    placed = [(frame.x(point.at), frame.y(point.value)) for point in series.points]
    yield path(placed, f"line {series.line}")
    every = max(1, len(placed) // 40)
    for index, (point, (x, y)) in enumerate(zip(series.points, placed, strict=True)):
        state = _state(point.value, series.goal)
        if state or index == len(placed) - 1 or (index % every == 0 and len(placed) <= 40):
            yield marker(x, y, state)
    if placed:
        x, y = placed[-1]
        yield text(min(x + 4, WIDTH - RIGHT), max(y - 7, frame.top + 4), f"{series.points[-1].value:g}", class_="last", anchor="end")


def _state(value: float, goal: Goal | None) -> str:
    if goal is None:
        return ""
    if goal.high is not None and value > goal.high:
        return "high"
    return "low" if goal.low is not None and value < goal.low else ""


def _months(frame: _Frame) -> Iterator[str]:
    y = frame.top + PLOT + 17
    for day, label in axis.date_ticks(_day(frame.trend.start), _day(frame.trend.end)):
        at = datetime.combine(day, datetime.min.time(), frame.trend.start.tzinfo)
        x = frame.x(at)
        anchor = "start" if x < LEFT + 12 else "end" if x > WIDTH - RIGHT - 14 else "middle"
        yield text(x, y, label, anchor=anchor)


def _day(at: datetime) -> date:
    return (at - timedelta(microseconds=1)).date() if at.hour == at.minute == 0 else at.date()
