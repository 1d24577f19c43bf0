"""What value sets include, exclude and import."""

from __future__ import annotations

import pytest

from osler.core.errors import Invalid, NotFound, TooCostly, Unsupported
from osler.terminology.valuesets import Members, Shelf, Versions
from osler.terminology.valuesets.work import Work
from tests.unit.terminology.valuesets.conftest import (
    CODES,
    DRINKS,
    FOOD,
    code_system,
    codes,
    expanded,
    filtered,
    terminology,
    value_set,
)

FRUIT = value_set("http://v.test/fruit", filtered(FOOD, "concept", "is-a", "fruit"))


def test_includes_add_up_and_each_code_stands_once():
    listed = {"system": FOOD, "concept": [{"code": "apple"}, {"code": "salt"}]}
    one = value_set("http://v.test", {"system": DRINKS}, listed, {"valueSet": ["http://v.test/fruit"]})
    assert codes(one, FRUIT) == ["TEA", "CIDER", "apple", "salt", "fruit", "pear", "tomato"]


def test_excludes_take_away_whoever_included():
    without = [{"system": FOOD, "concept": [{"code": "pear"}]}, {"valueSet": ["http://v.test/red"]}]
    red = value_set("http://v.test/red", filtered(FOOD, "color", "=", "red"))
    one = value_set("http://v.test", {"valueSet": ["http://v.test/fruit"]}, exclude=without)
    assert codes(one, FRUIT, red) == ["fruit", "apple"]


def test_value_sets_in_one_include_narrow_each_other_and_the_system():
    colored = value_set("http://v.test/colored", filtered(FOOD, "color", "exists", "true"))
    one = value_set("http://v.test", {"valueSet": ["http://v.test/fruit", "http://v.test/colored"]})
    assert codes(one, FRUIT, colored) == ["apple", "pear", "tomato"]
    two = value_set(
        "http://v.test",
        {"system": FOOD, "concept": [{"code": "salt"}, {"code": "pear"}], "valueSet": ["http://v.test/fruit"]},
    )
    assert codes(two, FRUIT) == ["pear"]


def test_inactive_codes_can_be_left_out_by_the_definition():
    assert "salt" in codes(value_set("http://v.test", {"system": FOOD}))
    assert "salt" not in codes(value_set("http://v.test", {"system": FOOD}, inactive=False))


def test_case_counts_only_where_the_system_says_so():
    one = value_set("http://v.test", {"system": DRINKS, "concept": [{"code": "TEA"}]}, {"system": FOOD})
    members = Members(terminology(one))
    assert members.member("http://v.test", DRINKS, "tea") is True
    assert members.member("http://v.test", DRINKS, "cider") is False
    assert members.member("http://v.test", FOOD, "PEAR") is False


def test_what_was_published_counts_where_nothing_else_is_defined():
    contains = [{"system": FOOD, "code": "x", "abstract": True, "contains": [{"system": FOOD, "code": "pear"}]}]
    published = {
        "resourceType": "ValueSet",
        "url": "http://v.test",
        "status": "active",
        "expansion": {"contains": contains},
    }
    assert codes(published) == ["pear"]
    part = {**published, "expansion": {"total": 9, "contains": contains}}
    members = Members(terminology(part))
    assert members.member("http://v.test", FOOD, "pear") is True
    assert members.member("http://v.test", FOOD, "apple") is None


def test_what_is_not_loaded_leaves_the_answer_open():
    one = value_set(
        "http://v.test", {"system": "http://gone.test"}, {"valueSet": ["http://v.test/gone"]}, {"system": FOOD, "concept": [{"code": "pear"}]}
    )  # fmt: skip
    with pytest.raises(Unsupported, match=r"gone\.test"):
        codes(one)
    found = expanded(one, incomplete_ok=True)
    assert [each["code"] for each in found["contains"]] == ["pear"]
    assert found["extension"][0]["valueBoolean"] is True
    members = Members(terminology(one))
    assert members.member("http://v.test", FOOD, "pear") is True
    assert members.member("http://v.test", FOOD, "apple") is None
    assert members.member("http://v.test/none", FOOD, "apple") is None


def test_versions_are_chosen_by_name_by_default_and_by_day(catalog):
    whole = value_set("http://v.test", {"system": CODES})
    fixed = value_set("http://v.test", {"system": CODES, "version": "1"})
    assert sorted(codes(whole, releases=catalog)) == ["A", "A1"]
    assert sorted(codes(fixed, releases=catalog)) == ["A", "A1", "B"]
    on = Versions(default={CODES: "1"})
    assert len(codes(whole, releases=catalog, versions=on)) == 3
    assert len(codes(fixed, releases=catalog, versions=Versions(force={CODES: "2"}))) == 2
    with pytest.raises(Invalid, match="check-system-version"):
        codes(fixed, releases=catalog, versions=Versions(check={CODES: "2"}))
    day = catalog.releases()[0].head.effective_on
    assert expanded(whole, releases=catalog, versions=Versions(on=day))["parameter"][0]["valueUri"] == f"{CODES}|1"
    with pytest.raises(Unsupported):
        codes(value_set("http://v.test", {"system": CODES, "version": "9"}), releases=catalog)


def test_the_newest_version_of_a_value_set_counts_unless_one_is_named():
    old, new = (
        {**value_set("http://v.test/n", {"system": FOOD, "concept": [{"code": code}]}), "version": version}
        for code, version in (("pear", "1.9"), ("apple", "1.10"))
    )
    assert codes("http://v.test/n", old, new) == ["apple"]
    assert codes("http://v.test/n|1.9", old, new) == ["pear"]
    with pytest.raises(NotFound):
        codes("http://v.test/n|3", old, new)


def test_a_resource_of_the_record_does_not_replace_what_is_built_in():
    url = "http://hl7.org/fhir/ValueSet/administrative-gender"
    assert codes(url, value_set(url, {"system": FOOD})) == ["male", "female", "other", "unknown"]
    fake = code_system("http://hl7.org/fhir/administrative-gender", [{"code": "x"}])
    assert codes(url, fake) == ["male", "female", "other", "unknown"]


def test_all_codes_of_a_system_are_a_value_set_of_their_own(catalog):
    assert len(codes(f"{FOOD}?fhir_vs")) == 6
    assert codes(f"{CODES}?fhir_vs=isa/A1", releases=catalog) == ["A1"]
    with pytest.raises(NotFound):
        codes(f"{FOOD}?fhir_vs=refset/1")


def test_circles_are_refused_with_their_way():
    ring = [value_set(f"http://v.test/{n}", {"valueSet": [f"http://v.test/{(n + 1) % 3}"]}) for n in range(3)]
    with pytest.raises(Invalid) as refusal:
        codes("http://v.test/0", *ring)
    way = "http://v.test/0 → http://v.test/1 → http://v.test/2 → http://v.test/0"
    assert refusal.value.message == f"The value set imports itself: {way}."
    assert Members(terminology(*ring)).member("http://v.test/1", FOOD, "pear") is None
    itself = value_set("http://v.test/me", {"system": FOOD}, exclude=[{"valueSet": ["http://v.test/me"]}])
    with pytest.raises(Invalid, match="imports itself"):
        codes("http://v.test/me", itself)


def test_value_sets_that_multiply_are_given_up():
    deep = [value_set(f"http://v.test/{n}", *[{"valueSet": [f"http://v.test/{n + 1}"]}] * 2) for n in range(25)]
    leaf = value_set("http://v.test/25", {"system": FOOD})
    with pytest.raises(TooCostly):
        codes("http://v.test/0", *deep, leaf)
    assert Members(terminology(*deep, leaf)).member("http://v.test/0", FOOD, "pear") is True
    chain = [value_set(f"http://v.test/{n}", {"valueSet": [f"http://v.test/{n + 1}"]}) for n in range(60)]
    with pytest.raises(TooCostly):
        codes("http://v.test/0", *chain)


def test_searches_and_look_ups_that_repeat_are_given_up():
    many = value_set("http://v.test", *[{"system": FOOD}] * 500)
    with pytest.raises(TooCostly):
        codes(many, filter="apple")
    with pytest.raises(TooCostly):
        codes(value_set("http://v.test", filtered(FOOD, "concept", "in", ",".join(map(str, range(3_000))))))


def test_an_include_of_nothing_is_refused():
    with pytest.raises(Invalid):
        codes(value_set("http://v.test", {"concept": [{"code": "x"}]}))


def test_a_further_library_adds_to_the_first():
    inner = value_set("http://v.test/inner", {"system": FOOD, "concept": [{"code": "pear"}]})
    outer = value_set("http://v.test/outer", {"valueSet": ["http://v.test/inner"]})
    both = terminology(inner).with_library(Shelf([outer]))
    composed = both.value_set("http://v.test/outer")
    assert [each.code for each in composed.members(Work())] == ["pear"]
    with pytest.raises(NotFound):
        terminology(inner).value_set("http://v.test/outer")
