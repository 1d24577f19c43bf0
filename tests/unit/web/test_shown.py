"""What cards say of a chart: nothing active is not nothing recorded, and each value has its own time and author."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from osler.clinical.medications.queries import Medications
from osler.clinical.results.fhir import Result
from osler.clinical.vitals.fhir import Reading
from osler.clinical.vitals.queries import Latest
from osler.interfaces.web.chart.show.lists import medication_list
from osler.interfaces.web.chart.show.results import results_card
from osler.interfaces.web.chart.show.vitals import vitals_grid
from osler.interfaces.web.page import environment

NOW = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


def reading(key: str, at: str, by: str) -> Latest:
    second = Decimal(82) if key == "pressure" else None
    return Latest(Reading(key, key, Decimal(78), "/min", at, Decimal(78), second=second, by=by))


def test_only_past_medications_are_not_called_unrecorded() -> None:
    card = environment().get_template("components/medications.html").module.medication_list  # type: ignore[attr-defined]
    none = medication_list(Medications(()), "p", UTC, NOW)
    past = medication_list(Medications(()), "p", UTC, NOW, past=21)
    assert "No medications recorded" in card(none)
    assert "No medications recorded" not in card(past)
    assert "21 past" in card(past)


def test_the_head_of_the_vitals_is_the_newest_and_others_say_their_own() -> None:
    latest = {
        "pressure": reading("pressure", "2026-11-21T18:46:00Z", "J. Park, MA"),
        "heart_rate": reading("heart_rate", "2026-11-21T09:00:00Z", "J. Park, MA"),
        "spo2": reading("spo2", "2026-11-21T18:46:00Z", "Practitioner/o"),
        "weight": reading("weight", "2026-08-03T09:00:00Z", "Practitioner/x"),
    }
    grid = vitals_grid(latest, "p", UTC, NOW, names={"Practitioner/o": "Dr A. Okafor"}, adult=True, may_write=False)
    assert (grid.taken and grid.taken.text, grid.by) == ("today 18:46", "J. Park, MA")
    own = {tile.key: (tile.when.text if tile.when else "", tile.by) for tile in grid.tiles if tile.value}
    assert own == {
        "pressure": ("", ""),
        "heart_rate": ("09:00", "J. Park, MA"),
        "spo2": ("18:46", "Dr A. Okafor"),
        "weight": ("03-Aug-2026", ""),
    }


def test_without_any_there_are_no_empty_tiles() -> None:
    assert vitals_grid({}, "p", UTC, NOW, names={}, adult=True, may_write=False).tiles == ()


def heads(latest: dict[str, Latest]) -> tuple[str, str, dict[str, str]]:
    grid = vitals_grid(latest, "p", UTC, NOW, names={}, adult=True, may_write=False)
    own = {tile.key: tile.when.text if tile.when else "" for tile in grid.tiles if tile.value}
    return grid.taken.text if grid.taken else "", grid.by, own


def test_one_newer_reading_heads_the_vitals_over_many_older_ones() -> None:
    old = {key: reading(key, "2020-05-01T09:00:00Z", "A. Old") for key in ("heart_rate", "spo2", "weight")}
    at, by, own = heads({**old, "pressure": reading("pressure", "2026-11-21T18:46:00Z", "B. New")})
    assert (at, by) == ("today 18:46", "B. New")
    assert own == {"pressure": "", **dict.fromkeys(old, "01-May-2020")}


def test_days_without_a_time_get_none_and_what_has_no_date_says_so() -> None:
    at, _, own = heads({
        "pressure": reading("pressure", "2026-11-21", "A"), "weight": reading("weight", "2020-05", "A"),
        "spo2": reading("spo2", "", "A"),
    })  # fmt: skip
    assert (at, own) == ("21-Nov-2026", {"pressure": "", "weight": "May-2020", "spo2": "no date"})


RANGE: dict[str, Any] = {"low": Decimal(3), "high": Decimal(5)}


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ([], ""),
        ([RANGE], "1 more, none flagged"),
        ([{"flag": "N"}, {"range_text": "negative"}], "2 more, none flagged"),
        ([{}], "1 more, 1 without range"),
        ([{}, RANGE, {}], "3 more, 2 without range"),
    ],
)
def test_what_nobody_judged_is_not_called_normal(left_out: list[dict[str, Any]], words: str) -> None:
    shown = [Result(f"s{n}", f"s{n}", "Sodium", "2026-11-20", Decimal(4), **RANGE) for n in range(10)]
    rest = [Result(f"r{n}", f"r{n}", "Other", "2020-01-01", Decimal(4), **each) for n, each in enumerate(left_out)]
    card = results_card([*shown, *rest], "p", UTC, goals=(), since=None)
    page = environment().get_template("components/results.html").module.results_card(card)  # type: ignore[attr-defined]
    assert card.more is not None
    assert card.rest == words
    assert words in page
    assert "none abnormal" not in page


def test_abnormal_results_and_those_without_range_are_both_counted() -> None:
    found = [Result(f"h{n}", f"h{n}", "High", "2026-11-20", Decimal(9), **RANGE) for n in range(12)]
    bare = [Result("b", "b", "Bare", "2026-11-20", Decimal(9))]
    card = results_card([*found, *bare], "p", UTC, goals=(), since=None)
    assert card.more is not None
    assert card.rest == "3 more, 2 abnormal, 1 without range"
