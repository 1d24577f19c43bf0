"""Value sets are listed where all they are made of is at hand, and not at all where something is missing."""

from __future__ import annotations

from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir.definitions.profiles.enumeration import MOST_CODES, Enumerator, NotEnumerable

LETTERS = {"resourceType": "CodeSystem", "url": "x:letters", "content": "complete",
           "concept": [{"code": "a", "concept": [{"code": "b"}]}, {"code": "c", "property": [{"code": "subsumedBy", "valueCode": "b"}]}]}  # fmt: skip


def _set(*includes: dict[str, Any], exclude: tuple[dict[str, Any], ...] = (), url: str = "x:set") -> dict[str, Any]:
    return {"resourceType": "ValueSet", "url": url, "compose": {"include": list(includes), "exclude": list(exclude)}}


def _filter(operator: str, value: str, name: str = "concept") -> dict[str, Any]:
    return {"system": "x:letters", "filter": [{"property": name, "op": operator, "value": value}]}


@pytest.mark.parametrize(
    ("includes", "codes"),
    [
        ([{"system": "x:letters"}], "abc"),
        ([_filter("is-a", "b")], "bc"),
        ([_filter("descendent-of", "a")], "bc"),
        ([{"system": "x:letters", "concept": [{"code": "c"}]}], "c"),
        ([_filter("is-a", "c"), {"system": "x:letters", "concept": [{"code": "a"}]}], "ac"),
        ([{"valueSet": ["x:other"], "system": "x:letters"}], "b"),
        ([{"valueSet": ["x:other|2.0"]}], "b"),
    ],
)
def test_what_can_be_listed(includes: list[dict[str, Any]], codes: str) -> None:
    other = _set({"system": "x:letters", "concept": [{"code": "b"}]}, url="x:other")
    enumerator = Enumerator([LETTERS, other, _set(*includes)])
    assert enumerator.systems("x:set") == {"x:letters": list(codes)}
    assert enumerator.systems("x:set|1.0") == {"x:letters": list(codes)}


def test_a_system_that_is_not_at_hand_is_some_codes_of_it() -> None:
    assert Enumerator([_set({"system": "x:none"}), LETTERS]).systems("x:set") == {"x:none": ["*"]}
    fragment = LETTERS | {"content": "fragment"}
    assert Enumerator([_set({"system": "x:letters"}), fragment]).systems("x:set") == {"x:letters": ["*"]}


@pytest.mark.parametrize(
    ("value_set", "reason"),
    [
        (_set({"valueSet": ["x:none"]}), "x:none is not at hand"),
        (_set(_filter("=", "x", "status")), "filters by status"),
        (_set({"system": "x:letters"}, exclude=({"system": "x:none"},)), "codes of x:none are not at hand"),
        (_set({"system": "x:letters"}, exclude=({"system": "x:letters"},)), "says no codes"),
        (_set({}), "an include says no codes"),
        ({"resourceType": "ValueSet", "url": "x:set"}, "says no codes"),
        (
            _set({"system": "x:letters", "concept": [{"code": str(each)} for each in range(MOST_CODES + 1)]}),
            "more than",
        ),
    ],
)
def test_what_cannot_be_listed(value_set: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotEnumerable, match=reason):
        Enumerator([LETTERS, value_set]).systems("x:set")


def test_a_malformed_value_set_is_refused() -> None:
    with pytest.raises(Invalid, match="not a well-formed ValueSet"):
        Enumerator([_set({"system": "x:letters", "concept": [{"display": "a"}]})]).systems("x:set")


def test_code_systems_that_are_above_themselves_end() -> None:
    circle = LETTERS | {
        "concept": [{"code": each, "property": [{"code": "parent", "valueCode": each}]} for each in "ab"]
    }
    assert Enumerator([circle, _set(_filter("is-a", "a"))]).systems("x:set") == {"x:letters": ["a"]}
