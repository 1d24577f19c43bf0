"""Results: values, flags, and which come first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from osler.clinical.results.fhir import Result, results_of
from osler.clinical.results.rules import by_analyte, flag_of, for_summary, urgency
from osler.fhir import json
from osler.store.stored import Stored

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def result(code: str = "k", number: str = "5", **more: object) -> Result:
    return Result(f"{code}-{number}", code, code, "2026-03-01", Decimal(number), codes=(code,), **more)  # type: ignore[arg-type]


def read(**observation: object) -> list[Result]:
    resource = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Test"}, **observation}
    return results_of(Stored("Observation", "o", 1, NOW, json.encode(resource)))


@pytest.mark.parametrize(
    ("more", "flag"),
    [
        ({"flag": "HH"}, "HH"),
        ({"flag": "N", "high": Decimal(1)}, ""),
        ({"high": Decimal(4)}, "H"),
        ({"low": Decimal(6)}, "L"),
        ({"low": Decimal(4), "high": Decimal(6)}, ""),
        ({"high": Decimal(4), "comparator": "<"}, ""),
        ({"low": Decimal(6), "comparator": ">"}, ""),
        ({}, ""),
    ],
)
def test_the_flag_that_came_counts_before_the_range(more: dict, flag: str) -> None:
    assert flag_of(result(**more)) == flag


def test_urgency() -> None:
    assert [urgency(result(flag=flag)) for flag in ("HH", "A", "N", "")] == ["critical", "abnormal", "", ""]


def test_critical_then_abnormal_then_pursued_then_the_rest_and_old_ones_last() -> None:
    results = [
        result("plain"),
        result("pursued"),
        result("abnormal", flag="H"),
        result("critical", flag="LL"),
        result("old", flag="HH"),
    ]
    moments = {each.id: NOW - timedelta(days=900 if each.code == "old" else 1) for each in results}
    shown = for_summary(by_analyte(results, frozenset(("pursued",))), NOW, 10, moments)
    assert [each.code for each in shown] == ["critical", "abnormal", "pursued", "plain", "old"]
    assert len(for_summary(by_analyte(results), NOW, 2, moments)) == 2


def test_results_of_one_kind_are_gathered() -> None:
    gathered = by_analyte([result("a", "1"), result("b"), result("a", "2")])
    assert [(each.code, len(each.results)) for each in gathered] == [("a", 2), ("b", 1)]
    assert gathered[0].latest.number == 1


@pytest.mark.parametrize(
    ("value", "number", "words"),
    [
        ({"valueQuantity": {"value": Decimal("1.10"), "unit": "mg/dL"}}, Decimal("1.10"), ""),
        ({"valueString": "cloudy"}, None, "cloudy"),
        ({"valueCodeableConcept": {"text": "Positive"}}, None, "Positive"),
        ({"valueBoolean": True}, None, "Yes"),
        ({"valueInteger": 3}, Decimal(3), ""),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 64}}}, None, "1:64"),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 5, "unit": "/HPF"}}}, None, "1–5 /HPF"),
    ],
)
def test_every_kind_of_value_reads(value: dict, number: Decimal | None, words: str) -> None:
    (one,) = read(**value)
    assert (one.number, one.words) == (number, words)


def test_components_are_results_of_their_own() -> None:
    parts = [{"code": {"text": name}, "valueString": "yes"} for name in ("first", "second")]
    assert [each.name for each in read(component=parts)] == ["first", "second"]


def test_withdrawn_results_and_ranges_for_others_do_not_count() -> None:
    assert read(status="entered-in-error", valueString="x") == []
    meant_for_others = [{"high": {"value": 1}, "appliesTo": [{"text": "pregnant"}]}]
    (one,) = read(valueQuantity={"value": 2}, referenceRange=meant_for_others)
    assert one.high is None
