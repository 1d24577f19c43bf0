"""Every filter operator, and what is not loaded."""

from __future__ import annotations

from typing import Any

import pytest

from osler.core.errors import Invalid, TooCostly, Unsupported
from osler.terminology.valuesets import Members
from tests.unit.terminology.valuesets.conftest import CODES, FOOD, code_system, codes, filtered, terminology, value_set


@pytest.mark.parametrize(
    ("property", "op", "value", "expected"),
    [
        ("concept", "is-a", "fruit", "apple fruit pear tomato"),
        ("concept", "descendent-of", "fruit", "apple pear tomato"),
        ("concept", "is-not-a", "fruit", "food salt"),
        ("concept", "generalizes", "tomato", "food fruit salt tomato"),
        ("concept", "is-a", "nothing", ""),
        ("concept", "=", "pear", "pear"),
        ("concept", "in", "pear, apple,none", "apple pear"),
        ("code", "not-in", "pear,apple", "food fruit salt tomato"),
        ("code", "regex", "[a-p]+e.*", "apple pear"),
        ("display", "regex", "S.*|P.*", "pear salt"),
        ("color", "=", "yellow", "pear"),
        ("COLOR", "in", "green,red", "apple tomato"),
        ("color", "not-in", "green", "food fruit pear salt tomato"),
        ("color", "exists", "true", "apple pear tomato"),
        ("color", "exists", "false", "food fruit salt"),
        ("color", "regex", ".*e.*", "apple pear tomato"),
        ("weight", "=", "100", "apple"),
        ("parent", "=", "fruit", "apple pear tomato"),
        ("child", "=", "tomato", "fruit salt"),
        ("inactive", "=", "true", "salt"),
        ("notSelectable", "=", "false", "apple fruit pear salt tomato"),
        ("display", "=", "PEAR", "pear"),
        ("taste", "=", "sweet", ""),
    ],
)
def test_filters_list_what_they_let_through(property: str, op: str, value: str, expected: str):
    one = value_set("http://v.test", filtered(FOOD, property, op, value))
    assert sorted(codes(one)) == expected.split()
    members = Members(terminology(one))
    held = [
        code
        for code in ["apple", "food", "fruit", "pear", "salt", "tomato"]
        if members.member("http://v.test", FOOD, code)
    ]
    assert held == expected.split()


def test_several_filters_must_all_let_through():
    both: dict[str, Any] = filtered(FOOD, "concept", "is-a", "fruit")
    both["filter"] += (
        filtered(FOOD, "color", "exists", "true")["filter"] + filtered(FOOD, "color", "not-in", "red")["filter"]
    )
    assert codes(value_set("http://v.test", both)) == ["apple", "pear"]


@pytest.mark.parametrize(
    ("property", "op", "value"),
    [("concept", "like", "x"), ("color", "is-a", "x"), ("color", "exists", "maybe"), ("code", "regex", "(")],
)
def test_filters_that_mean_nothing_are_refused(property: str, op: str, value: str):
    with pytest.raises(Invalid):
        codes(value_set("http://v.test", filtered(FOOD, property, op, value)))


def test_an_expression_that_takes_too_long_is_given_up():
    long = code_system("http://long.test", [{"code": "x", "display": "a" * 100_000}])
    one = value_set("http://v.test", filtered("http://long.test", "display", "regex", "(.*)(.*)(.*)(.*)(.*)x{40}y"))
    with pytest.raises(TooCostly):
        codes(one, long)


def test_a_release_answers_by_its_index_whatever_the_case(catalog):
    one = value_set("http://v.test", {**filtered(CODES, "Class", "=", "lung"), "version": "1"})
    assert codes(one, releases=catalog) == ["B"]
    below = value_set("http://v.test", filtered(CODES, "concept", "is-a", "A"))
    assert codes(below, releases=catalog) == ["A", "A1"]


def test_what_a_part_of_a_system_does_not_tell_is_neither_yes_nor_no(catalog):
    one = value_set("http://v.test", filtered(CODES, "CLASS", "=", "LUNG"))
    with pytest.raises(Unsupported):
        codes(one, releases=catalog)
    members = Members(terminology(one, releases=catalog))
    assert members.member("http://v.test", CODES, "A") is None
    assert members.member("http://v.test", FOOD, "A") is False
