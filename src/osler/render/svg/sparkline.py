"""A line the height of a word: where a value has been, and where it should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from osler.render.svg.shapes import drawing, element, marker, path

WIDTH, HEIGHT, MARGIN = 84.0, 22.0, 3.0


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Values oldest first. `low` and `high` bound the goal or reference band; either may be missing."""

    values: tuple[float, ...]
    at: tuple[float, ...] = ()
    """When each was taken, on any one scale; without it they stand at equal distances."""
    low: float | None = None
    high: float | None = None
    state: Literal["", "high", "low", "critical-high", "critical-low"] = ""
    """Of the last value."""
    name: str = ""


def sparkline(spark: Sparkline) -> str:
    """Draw it; fewer than two values make an empty string, for one point shows no course."""
    if len(spark.values) < 2:
        return ""
    bottom, top = _range(spark)

    def height_of(value: float) -> float:
        return HEIGHT - MARGIN - (value - bottom) / (top - bottom) * (HEIGHT - 2 * MARGIN)

    points = list(zip(_positions(spark), map(height_of, spark.values), strict=True))
    critical, _, direction = spark.state.rpartition("-")
    last = marker(*points[-1], direction, 2.8, critical=bool(critical))
    return drawing("spark", WIDTH, HEIGHT, describe(spark), (_band(spark, height_of), path(points, "ln"), last))


def describe(spark: Sparkline) -> str:
    """The picture in words: `Potassium: 4.6, 4.7, 5.6, rising`."""
    values = ", ".join(f"{value:g}" for value in spark.values[-8:])
    first, last = spark.values[0], spark.values[-1]
    course = "rising" if last > first else "falling" if last < first else "unchanged"
    return f"{spark.name or 'Trend'}: {values}, {course}"


def _positions(spark: Sparkline) -> list[float]:
    room = WIDTH - 2 * MARGIN
    count = len(spark.values)
    if len(spark.at) == count and spark.at[-1] > spark.at[0]:
        start, length = spark.at[0], spark.at[-1] - spark.at[0]
        return [MARGIN + (at - start) / length * room for at in spark.at]
    return [MARGIN + index * room / (count - 1) for index in range(count)]


def _range(spark: Sparkline) -> tuple[float, float]:
    """The values and their band, so that a small change within a wide band looks small."""
    shown = [*spark.values, *(bound for bound in (spark.low, spark.high) if bound is not None)]
    bottom, top = min(shown), max(shown)
    if top > bottom:
        return bottom, top
    room = abs(top) * 0.1 or 1.0
    return bottom - room, top + room


def _band(spark: Sparkline, height_of: Callable[[float], float]) -> str:
    if spark.low is None and spark.high is None:
        return ""
    upper = 0.0 if spark.high is None else height_of(spark.high)
    lower = HEIGHT if spark.low is None else height_of(spark.low)
    return element("rect", x=0, y=upper, width=WIDTH, height=lower - upper, rx=2, class_="band")
