"""How an expansion is asked for and what it says."""

from __future__ import annotations

import pytest

from osler.core.errors import TooCostly, Unsupported
from osler.fhir.structure import faults
from osler.terminology.valuesets import Expanding
from tests.unit.terminology.valuesets.conftest import (
    CODES,
    DRINKS,
    FOOD,
    NOW,
    code_system,
    codes,
    expanded,
    terminology,
    value_set,
)

ALL = value_set("http://v.test", {"system": FOOD})


def test_it_is_a_value_set_that_says_what_was_used():
    found = terminology().expand(
        ALL, Expanding(include_definition=True, echoed=(("count", "valueInteger", 9),), count=9), now=NOW
    )
    assert faults(found) == []
    assert found["compose"] == ALL["compose"]
    expansion = found["expansion"]
    assert (expansion["total"], expansion["offset"], expansion["timestamp"]) == (6, 0, "2026-11-22T09:30:00+00:00")
    assert expansion["parameter"] == [
        {"name": "count", "valueInteger": 9},
        {"name": "version", "valueUri": f"{FOOD}|2"},
    ]


def test_codes_carry_their_flags_and_names():
    by_code = {each["code"]: each for each in expanded(ALL, include_designations=True)["contains"]}
    assert by_code["food"]["abstract"] is True
    assert by_code["salt"]["inactive"] is True
    assert [each["value"] for each in by_code["apple"]["designation"]] == ["Manzana", "Manzanita"]
    narrowed = expanded(ALL, include_designations=True, designations=("es-MX",))["contains"]
    assert [each.get("designation") for each in narrowed if each["code"] == "apple"] == [
        [{"language": "es-MX", "value": "Manzanita"}]
    ]


@pytest.mark.parametrize(
    ("languages", "display"),
    [((), "Apple"), (("es",), "Manzana"), (("es-mx",), "Manzanita"), (("es-ar",), "Manzana"), (("fr", "es"), "Manzana"), (("fr",), "Apple")],
)  # fmt: skip
def test_displays_come_in_the_language_that_was_asked_for(languages: tuple[str, ...], display: str):
    found = expanded(ALL, languages=languages)["contains"]
    assert next(each["display"] for each in found if each["code"] == "apple") == display


def test_what_the_value_set_calls_a_code_goes_over_the_system():
    own = {"code": "apple", "display": "An apple a day", "designation": [{"language": "es", "value": "La manzana"}]}
    one = value_set("http://v.test", {"system": FOOD, "concept": [own]})
    assert expanded(one)["contains"][0]["display"] == "An apple a day"
    assert expanded(one, languages=("es",))["contains"][0]["display"] == "La manzana"


def test_codes_can_be_left_out():
    assert "salt" not in codes(ALL, active_only=True)
    assert "food" not in codes(ALL, choosable_only=True)
    both = value_set("http://v.test", {"system": FOOD}, {"system": DRINKS})
    assert codes(both, without_systems=(FOOD,)) == ["TEA", "CIDER"]
    assert codes(both, filter="t", without_systems=(FOOD,)) == ["TEA"]


@pytest.mark.parametrize("size", [1, 2, 4, 7])
def test_pages_hold_every_code_once(size: int):
    pages = [codes(ALL, offset=start, count=size) for start in range(0, 8, size)]
    assert [code for page in pages for code in page] == codes(ALL)
    assert expanded(ALL, count=0)["total"] == 6
    assert "contains" not in expanded(ALL, count=0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("app", ["apple"]),
        ("APPLE", ["apple"]),
        ("manz", ["apple"]),
        ("tom", ["tomato"]),
        ("xyz", []),
        ("fruit", ["fruit"]),
    ],
)
def test_a_text_finds_codes_by_the_beginnings_of_their_names(text: str, found: list[str]):
    assert codes(ALL, filter=text) == found


def test_a_text_finds_codes_in_releases_lists_and_imports(catalog):
    listed = value_set("http://v.test/list", {"system": CODES, "concept": [{"code": "A1"}]})
    whole = value_set("http://v.test/all", {"system": CODES, "version": "1"}, {"system": FOOD})
    both = value_set("http://v.test", {"valueSet": ["http://v.test/list", "http://v.test/all"]})
    assert codes(whole, releases=catalog, filter="diab", count=1) in (["A"], ["A1"])
    assert codes(listed, releases=catalog, filter="diab") == ["A1"]
    assert codes(both, listed, whole, releases=catalog, filter="diab") == ["A1"]
    assert codes(whole, releases=catalog, filter="asthma", active_only=True) == []


def test_codes_stand_below_their_parents():
    top = expanded(ALL, nest=True)["contains"]
    assert [each["code"] for each in top] == ["food"]
    fruit, salt = top[0]["contains"]
    assert [each["code"] for each in fruit["contains"]] == ["apple", "pear", "tomato"]
    assert "contains" not in salt
    gap = value_set("http://v.test", {"system": FOOD, "concept": [{"code": "apple"}, {"code": "food"}]})
    assert [each["code"] for each in expanded(gap, nest=True)["contains"][0]["contains"]] == ["apple"]


def test_circles_in_a_hierarchy_do_no_harm():
    turn = [
        {"code": c, "property": [{"code": "parent", "valueCode": p}]} for c, p in (("a", "b"), ("b", "a"), ("c", "c"))
    ]
    ring = code_system("http://ring.test", turn)
    found = expanded(value_set("http://v.test", {"system": "http://ring.test"}), ring, nest=True)["contains"]
    assert str(found).count("'code'") == 3


def test_very_many_codes_are_only_told_in_pages():
    many = code_system("http://many.test", [{"code": f"c{n}", "display": f"Number {n}"} for n in range(12_000)])
    one = value_set("http://v.test", {"system": "http://many.test"})
    with pytest.raises(TooCostly, match="10,000"):
        codes(one, many)
    page = expanded(one, many, offset=11_998, count=10)
    assert (page["total"], len(page["contains"])) == (12_000, 2)
    assert codes(one, many, filter="11999") == ["c11999"]
    assert len(codes(one, many, filter="number")) == 1_000


def test_a_grammar_is_not_listed_but_searched():
    units = value_set("http://v.test", {"system": "http://unitsofmeasure.org"})
    with pytest.raises(Unsupported):
        codes(units)
    assert codes(units, filter="mg/dL", count=3)[0] == "mg/dL"
