from base64 import b64encode
from decimal import Decimal

import pytest

from osler.core.errors import Invalid, Unsupported
from osler.fhir.search.query import Sort
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
    with pytest.raises(Unsupported):
        parsed("Patient", ("_list", "$current-allergies"))
    with pytest.raises(Invalid):
        parsed("Patient", ("_list", "a/b"))


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
