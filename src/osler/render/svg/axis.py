"""Round numbers and dates to write along an axis."""

from __future__ import annotations

import math
from datetime import date, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def value_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Ascending round values that hold [low, high] between the first and the last."""
    if high <= low:
        low, high = low - 1, high + 1
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(index * step, 6) for index in range(first, last + 1)]


def date_ticks(start: date, end: date, most: int = 7) -> list[tuple[date, str, str]]:
    """Marks between two dates: the day, its label, and its year where the year is new, to be written below."""
    days = (end - start).days
    if days <= 62:
        return _labelled([start + timedelta(round(days * index / 4)) for index in range(5)], with_day=True)
    months = (end.year - start.year) * 12 + end.month - start.month
    step = next(size for size in (1, 2, 3, 4, 6, 12, 24, 60, 120, 240) if months / size <= most)
    marks = [_plus_months(start, offset) for offset in range(0 if start.day == 1 else 1, months + 1, step)]
    return _labelled([mark for mark in marks if start <= mark <= end])


def _labelled(marks: list[date], *, with_day: bool = False) -> list[tuple[date, str, str]]:
    labels: list[tuple[date, str, str]] = []
    year = 0
    for mark in marks:
        month = MONTHS[mark.month - 1]
        labels.append(
            (mark, f"{mark.day:02d}-{month}" if with_day else month, str(mark.year) if mark.year != year else "")
        )
        year = mark.year
    return labels


def _plus_months(day: date, months: int) -> date:
    index = day.month - 1 + months
    return date(day.year + index // 12, index % 12 + 1, 1)
