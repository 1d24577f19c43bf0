"""Charts: what is drawn where, what is said of it, and nothing that a strict policy would refuse."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.render.svg import axis
from osler.render.svg.lanes import Lane, Span
from osler.render.svg.sparkline import Sparkline, describe, sparkline
from osler.render.svg.trend import Goal, Point, Series, Trend, trend_chart

POTASSIUM = Sparkline((4.6, 4.7, 4.9, 5.1, 5.6), low=3.5, high=5.1, state="critical-high", name="Potassium")


def at(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


SYSTOLIC = Series(
    "Systolic", (Point(at(1, 5), 152), Point(at(6, 1), 128), Point(at(11, 1), 104)), Goal("goal 110–130", 110, 130)
)
CHART = Trend("Blood pressure", at(1, 1), at(12, 1), (SYSTOLIC,), "mmHg")

numbers = st.floats(-1e6, 1e6, allow_nan=False)


def test_a_sparkline_says_its_course_in_words() -> None:
    assert describe(POTASSIUM) == "Potassium: 4.6, 4.7, 4.9, 5.1, 5.6, rising"
    assert 'aria-label="Potassium: 4.6' in sparkline(POTASSIUM)


def test_one_value_has_no_course() -> None:
    assert sparkline(Sparkline((4.6,))) == ""


@pytest.mark.parametrize(("state", "shape"), [("", "circle"), ("high", "path"), ("low", "path")])
def test_the_last_point_shows_its_state_by_shape(state: str, shape: str) -> None:
    drawn = sparkline(replace(POTASSIUM, state=state))  # type: ignore[arg-type]
    assert re.search(rf'<{shape}[^>]*class="pt', drawn)


def test_a_critical_point_is_marked_so() -> None:
    assert 'class="pt high crit"' in sparkline(POTASSIUM)


def test_unequal_times_are_drawn_at_unequal_distances() -> None:
    xs = [float(x) for x in re.findall(r"[ML]([\d.]+) ", sparkline(Sparkline((1, 2, 3), at=(0, 1, 10))))]
    assert xs[1] - xs[0] < xs[2] - xs[1]


@given(st.lists(numbers, min_size=2, max_size=30), st.none() | numbers, st.none() | numbers)
def test_every_sparkline_is_well_formed_and_stays_in_its_frame(
    values: list[float], low: float | None, high: float | None
) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    drawn = sparkline(Sparkline(tuple(values), low=low, high=high))
    root = ElementTree.fromstring(drawn)
    for band in root.iter("rect"):
        assert 0 <= float(band.attrib["y"]) <= 22
        assert 0 <= float(band.attrib["height"]) <= 22
    for y in re.findall(r"[ML][\d.]+ (-?[\d.]+)", drawn):
        assert 0 <= float(y) <= 22


def test_a_trend_says_latest_course_and_goal() -> None:
    assert "Systolic: latest 104 mmHg, falling from 152. goal 110–130" in trend_chart(CHART)


def test_a_goal_marks_only_the_points_of_its_own_line() -> None:
    diastolic = Series("Diastolic", (Point(at(1, 5), 92), Point(at(11, 1), 86)), line="second")
    drawn = trend_chart(replace(CHART, series=(SYSTOLIC, diastolic)))
    assert drawn.count('class="pt high"') == 1
    assert drawn.count('class="pt low"') == 1


def test_a_one_sided_goal_is_a_line_not_a_band() -> None:
    drawn = trend_chart(replace(CHART, series=(replace(SYSTOLIC, goal=Goal("goal < 130", None, 130)),)))
    assert 'class="goal first"' in drawn
    assert 'class="band' not in drawn


def test_nothing_measured_says_so_and_shows_no_scale() -> None:
    drawn = trend_chart(replace(CHART, series=()))
    assert "Not recorded in this time" in drawn
    assert ">0.2<" not in drawn


def test_a_dose_change_cuts_the_lane_and_short_bars_keep_their_words_beside() -> None:
    lane = Lane("lisinopril", (Span("10 mg", at(1, 1), at(3, 1)), Span("20 mg", at(11, 25))))
    drawn = trend_chart(replace(CHART, lanes=(lane,)))
    assert drawn.count('class="lane"') == 2
    assert re.search(r'text-anchor="end">lisinopril 20 mg<', drawn)


def test_a_first_dose_too_short_for_words_leaves_the_name_to_the_next() -> None:
    lane = Lane("metFORMIN", (Span("500 mg", at(1, 1), at(1, 6)), Span("1,000 mg", at(1, 6))))
    drawn = trend_chart(replace(CHART, lanes=(lane,)))
    assert ">metFORMIN 1,000 mg</text>" in drawn


def test_text_from_the_record_is_escaped() -> None:
    lane = Lane('<script>"&', (Span("1", at(1, 1)),))
    drawn = trend_chart(replace(CHART, name="<b>", lanes=(lane,)))
    assert "<script" not in drawn
    assert "<b>" not in drawn
    ElementTree.fromstring(drawn)


def test_no_style_attribute_and_no_colour_is_written() -> None:
    drawn = trend_chart(CHART) + sparkline(POTASSIUM)
    assert "style=" not in drawn
    assert "fill=" not in drawn


@given(numbers, st.floats(0.001, 1e5))
def test_ticks_are_round_few_and_hold_the_range(low: float, size: float) -> None:
    ticks = axis.value_ticks(low, low + size)
    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= low + 1e-5
    assert ticks[-1] >= low + size - 1e-5


def test_the_year_is_written_at_the_first_mark_and_where_it_changes() -> None:
    marks = axis.date_ticks(date(2025, 11, 1), date(2026, 4, 30))
    assert [(label, year) for _, label, year in marks] == [
        ("Nov", "2025"), ("Dec", ""), ("Jan", "2026"), ("Feb", ""), ("Mar", ""), ("Apr", ""),
    ]  # fmt: skip


def test_a_short_span_is_marked_by_days() -> None:
    assert axis.date_ticks(date(2026, 10, 1), date(2026, 11, 30))[0][1:] == ("01-Oct", "2026")


def test_ten_years_are_not_marked_by_every_month() -> None:
    assert len(axis.date_ticks(date(2016, 1, 1), date(2026, 1, 1))) <= 8
