from base64 import b64encode
from decimal import Decimal
from typing import Any

import pytest

from osler.core.errors import Invalid, Unsupported
from osler.fhir.search.query import Sort
from osler.store.reference.special import is_current
from tests.unit.fhir.search.index_matching import World, found, parsed

BOSTON = {
    "resourceType": "Location",
    "id": "b",
    "position": {"latitude": Decimal("42.3601"), "longitude": Decimal("-71.0589")},
}
NOTE = {
    "resourceType": "DocumentReference",
    "id": "d",
    "status": "current",
    "description": "Consult for O'Brien",
    "text": {"status": "generated", "div": "<div><p>Bone&nbsp;scan, liver <b>metastases</b></p></div>"},
    "content": [
        {"attachment": {"contentType": "text/plain", "data": b64encode("No évidence of fracture".encode()).decode()}},
        {"attachment": {"contentType": "image/png", "data": b64encode(b"hidden words").decode()}},
    ],
}


@pytest.mark.parametrize(
    ("value", "is_found"),
    [
        ("42.3601|-71.0589", True),
        ("40.7128|-74.0060|300|km", False),
        ("40.7128|-74.0060|310|km", True),
        ("40.7128|-74.0060|310", True),
        ("40.7128|-74.0060|306000|m", False),
        ("40.7128|-74.0060|307000|m", True),
        ("40.7128|-74.0060|191|mi", True),
        ("40.7128|-74.0060|190|[mi_i]", False),
        ("-42.3601|108.9411|20000|km", False),
        ("-42.3601|108.9411|20016|km", True),
        ("0|0|1,42|-71|100", True),
    ],
)
def test_near_is_within_a_distance_on_the_globe(value: str, is_found: bool):
    assert found(BOSTON, "near", value) is is_found


def test_near_goes_over_the_line_where_days_change():
    fiji = {**BOSTON, "position": {"latitude": Decimal("-17"), "longitude": Decimal("179.9")}}
    assert found(fiji, "near", "-17|-179.9|30|km")


@pytest.mark.parametrize(
    "value",
    ["42", "42|", "|1", "91|0", "0|181", "a|b", "1|1|x", "1|1|5|mg", "1|1|-5|km", "1|1|1|km|x", "NaN|0", "1e99|0"],
)
def test_no_place_is_near_nonsense(value: str):
    with pytest.raises(Invalid):
        parsed("Location", ("near", value))


def test_near_can_be_missing_and_is_of_locations_alone():
    assert found({"resourceType": "Location", "id": "l"}, "near:missing", "true")
    assert found(BOSTON, "near:missing", "false")
    with pytest.raises(Invalid):
        parsed("Patient", ("near", "1|1"))


def test_list_finds_the_members_of_a_list():
    world = World(
        [
            {"resourceType": "Patient", "id": "a"},
            {"resourceType": "Patient", "id": "b"},
            {"resourceType": "List", "id": "l", "entry": [{"item": {"reference": "Patient/a"}}]},
        ]
    )
    assert world.search("Patient", ("_list", "l")) == ["a"]
    assert world.search("Patient", ("_list", "x,List/l")) == ["a"]
    with pytest.raises(Invalid):
        parsed("Patient", ("_list", "a/b"))


def _coded(*codes: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://s", "code": code} for code in codes]}


_OVER = [[], ["active"], ["recurrence"], ["inactive"], ["remission"], ["resolved"], ["active", "resolved"]]
_SURE = [[], ["confirmed"], ["unconfirmed"], ["refuted"], ["entered-in-error"]]
_SAID = [{"clinicalStatus": _coded(*over), "verificationStatus": _coded(*sure)} for over in _OVER for sure in _SURE]
_ON_LISTS: dict[str, list[dict[str, Any]]] = {
    "Condition": [
        said | {"category": [_coded(each) for each in categories]}
        for said in _SAID
        for categories in ([], ["problem-list-item"], ["encounter-diagnosis"], ["x", "encounter-diagnosis"])
    ],
    "AllergyIntolerance": [
        said | {"category": kinds} for said in _SAID for kinds in ([], ["food"], ["food", "medication"])
    ],
    "MedicationRequest": [{"status": each} for each in ("active", "on-hold", "draft", "stopped", "completed")],
    "MedicationStatement": [{"status": each} for each in ("active", "intended", "completed", "on-hold")],
}


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("$current-problems", ["Condition"]),
        ("$current-allergies", ["AllergyIntolerance"]),
        ("$current-drug-allergies", ["AllergyIntolerance"]),
        ("$current-medications", ["MedicationRequest", "MedicationStatement"]),
    ],
)
def test_functional_lists_are_worked_out_from_what_resources_say(name: str, types: list[str]):
    for type_, statuses in _ON_LISTS.items():
        if type_ not in types:
            with pytest.raises(Invalid):
                parsed(type_, ("_list", name))
            continue
        made = [{"resourceType": type_, "id": f"r{n}"} | each for n, each in enumerate(statuses)]
        expected = [each["id"] for each in made if is_current(each, name)]
        assert 0 < len(expected) < len(made)
        assert [each["id"] for each in made if found(each, "_list", name)] == expected
        assert [each["id"] for each in made if found(each, "_list", f"x,{name}")] == expected


def test_other_functional_lists_are_not_known():
    with pytest.raises(Unsupported):
        parsed("Condition", ("_list", "$yesterdays-problems"))


@pytest.mark.parametrize(
    ("name", "value", "is_found"),
    [
        ("_text", "bone", True),
        ("_text", "LIVER scan", True),
        ("_text", '"bone scan"', True),
        ("_text", '"scan bone"', False),
        ("_text", "met", True),
        ("_text", "tastases", False),
        ("_text", "consult", False),
        ("_text", "liver -bone", False),
        ("_text", "liver -kidney", True),
        ("_text", "kidney OR liver", True),
        ("_text", "kidney,liver", True),
        ("_text", "bone AND liver", True),
        ("_text", "b", True),
        ("_content", "obrien", True),
        ("_content", "liver", True),
        ("_content", "evidence fracture", True),
        ("_content", "hidden", False),
        ("_content", "current", True),
    ],
)
def test_full_text_finds_words_by_their_beginning(name: str, value: str, is_found: bool):
    assert found(NOTE, name, value) is is_found


@pytest.mark.parametrize(
    ("name", "value"),
    [("_text", "-bone"), ("_content", "!"), ("_text:exact", "x"), ("_content", " ".join("abcdefg" * 10))],
)
def test_full_text_needs_a_word(name: str, value: str):
    with pytest.raises(Invalid):
        parsed("DocumentReference", (name, value))


def test_full_text_takes_so_many_words_in_all():
    with pytest.raises(Invalid):
        parsed("DocumentReference", *[("_content", "a b c")] * 20)


def test_full_text_is_for_the_searched_type_alone():
    with pytest.raises(Unsupported):
        parsed("Observation", ("subject:Patient._content", "x"))


def test_what_reads_everything_says_so():
    assert "DocumentReference.*" in parsed("DocumentReference", ("_content", "x")).used


def test_matches_can_be_sorted_by_score():
    assert parsed("Patient", ("_content", "x"), ("_sort", "_score")).sort == (Sort("_score", "score", descending=True),)
    with pytest.raises(Invalid):
        parsed("Patient", ("_sort", "_score"))


def test_contained_resources_are_not_searched():
    assert parsed("Patient", ("_contained", "false")).where == ()
    assert parsed("Patient", ("_contained", "false")).params == (("_contained", "false"),)
    for value in ("true", "both"):
        with pytest.raises(Unsupported):
            parsed("Patient", ("_contained", value))
    with pytest.raises(Invalid):
        parsed("Patient", ("_containedType", "x"))
