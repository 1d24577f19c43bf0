"""Result parameters and the query as a whole (docs/reference/search-semantics.md, results)."""

from datetime import UTC, datetime

import pytest

from osler.core.errors import Invalid, TooCostly, Unsupported
from osler.fhir.search.query import Dates, Ids, Include, Query, Range, Sort
from tests.unit.fhir.search.index_matching import parsed


def test_a_search_without_parameters_is_every_resource_of_the_type():
    assert parsed("Patient") == Query("Patient")


def test_result_parameters_shape_the_answer():
    query = parsed(
        "Observation",
        ("_sort", "-date,code"),
        ("_sort", "_lastUpdated"),
        ("_count", "20"),
        ("_total", "accurate"),
        ("_summary", "false"),
        ("_elements", "code,value"),
        ("_elements", "subject"),
        ("_cursor", "abc"),
        ("_format", "json"),
        ("_pretty", "true"),
    )
    assert query.sort == (Sort("date", "date", True), Sort("code", "token"), Sort("_lastUpdated", "lastUpdated"))
    assert (query.count, query.total, query.summary, query.cursor) == (20, "accurate", "false", "abc")
    assert query.elements == ("code", "value", "subject")
    assert query.where == ()
    assert [name for name, _ in query.params] == [
        "_sort", "_sort", "_count", "_total", "_summary", "_elements", "_elements",
    ]  # fmt: skip


def test_includes_name_source_parameter_and_target():
    query = parsed(
        "Observation",
        ("_include", "Observation:subject:Patient"),
        ("_include", "Observation:performer"),
        ("_include", "*"),
        ("_include", "Observation:*"),
        ("_revinclude", "Provenance:target"),
        ("_revinclude", "Observation:derived-from:Observation"),
        ("_revinclude", "Provenance:*"),
    )
    assert query.include == (
        Include("Observation", "subject", "Patient"),
        Include("Observation", "performer"),
        Include("Observation", "*"),
        Include("Observation", "*"),
    )
    assert query.revinclude == (
        Include("Provenance", "target"),
        Include("Observation", "derived-from", "Observation"),
        Include("Provenance", "*"),
    )


def test_ids_and_last_updated_are_plain_criteria():
    ids, updated = parsed("Patient", ("_id", "a,b"), ("_lastUpdated", "ge2020-01-01T00:00:00Z")).where
    assert ids == Ids(("a", "b"))
    second = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert updated == Dates("_lastUpdated", (Range("ge", *second),))


def test_repeated_parameters_are_all_kept():
    assert len(parsed("Patient", ("name", "a"), ("name", "b"), ("name", "a")).where) == 3


def test_empty_values_are_left_out():
    query = parsed("Patient", ("name", ""), ("family", ",,"), ("_count", ""), ("organization.name", ","), ("_id", "a"))
    assert query.params == (("_id", "a"),)
    assert len(query.where) == 1


def test_an_unknown_parameter_is_named_when_strict_and_left_out_when_lenient():
    with pytest.raises(Invalid) as raised:
        parsed("Patient", ("colour", "SECRET"))
    assert (raised.value.faults[0].path, type(raised.value)) == ("colour", Invalid)
    assert "colour" in raised.value.message
    assert "SECRET" not in raised.value.message
    assert parsed("Patient", ("colour", "red"), ("_sort", "colour"), ("active", "true"), strict=False).params == (
        ("active", "true"),
    )


def test_a_search_is_sorted_by_few_parameters_each_once():
    codes = "name,-name,birthdate,gender,address,family,given,_id,_lastUpdated,telecom,active"
    assert [each.param for each in parsed("Patient", ("_sort", "name,-birthdate,-name"), ("_sort", "name")).sort] == [
        "name",
        "birthdate",
    ]
    assert len(parsed("Patient", ("_sort", codes)).sort) == 10
    with pytest.raises(TooCostly):
        parsed("Patient", ("_sort", codes), ("_sort", "phone"))


@pytest.mark.parametrize("value", ["-1", "ten", "1.5", "1" * 12, " 5", "٣"])
def test_a_count_is_a_number_from_nought(value: str):
    with pytest.raises(Invalid) as raised:
        parsed("Patient", ("_count", value))
    assert raised.value.faults[0].path == "_count"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_total", "yes"),
        ("_summary", "short"),
        ("_elements", "nothing"),
        ("_sort", "nothing"),
        ("_sort", "--birthdate"),
        ("_include", "Patient"),
        ("_include", "Observation:subject"),
        ("_include", "Patient:name"),
        ("_include", "Patient:nothing"),
        ("_include", "Patient:organization:Practitioner"),
        ("_include", "Patient:organization:Nobody"),
        ("_revinclude", "Observation:encounter"),
        ("_revinclude", "Observation:subject:Group"),
        ("_revinclude", "Nobody:subject"),
        ("_revinclude", "Observation:code"),
    ],
)
def test_what_no_result_parameter_can_be_is_invalid(name: str, value: str):
    with pytest.raises(Invalid) as raised:
        parsed("Patient", (name, value))
    assert raised.value.faults[0].path == name


@pytest.mark.parametrize("name", ["_count", "_total", "_summary", "_cursor"])
def test_what_can_be_said_once_is_invalid_twice(name: str):
    value = {"_count": "1", "_total": "none", "_summary": "true", "_cursor": "a"}[name]
    with pytest.raises(Invalid):
        parsed("Patient", (name, value), (name, value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_query", "x"),
        ("_contained", "true"),
        ("_type", "Patient"),
        ("_id:not", "a"),
        ("_lastUpdated:missing", "true"),
        ("_revinclude", "QuestionnaireResponse:questionnaire"),
    ],
)
def test_the_rest_of_the_standard_is_refused(name: str, value: str):
    with pytest.raises((Unsupported, Invalid)) as raised:
        parsed("Patient", (name, value))
    assert raised.value.faults[0].path == (name if name != "_sort" else "_sort")


def test_modifiers_of_result_parameters_are_invalid():
    with pytest.raises(Invalid):
        parsed("Patient", ("_count:exact", "5"))


def test_nothing_is_sorted_by_a_composite():
    with pytest.raises(Invalid):
        parsed("Observation", ("_sort", "code-value-quantity"))


def test_an_unknown_type_is_invalid():
    with pytest.raises(Invalid):
        parsed("Nobody")
