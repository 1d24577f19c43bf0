"""References everywhere in a resource: found for integrity, rewritten for transactions."""

from typing import Any

import pytest

from osler.fhir.definitions import definitions
from osler.fhir.search.clinical import clinical_param, clinical_params
from osler.fhir.search.expressions import paths_of
from osler.fhir.search.integrity import local_references, references_in, rewrite_references
from osler.fhir.search.values import ReferenceValue
from tests.unit.fhir.search.index_matching import indexed

TEMPORARY = "urn:uuid:0c0a4d2a-6d3c-4c5e-9e06-1a6f2f1c2d3e"


def refer(to: str) -> dict[str, str]:
    return {"reference": to}


def resource() -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "o",
        "text": {
            "status": "generated",
            "div": f"<div><a href=\"{TEMPORARY}\">x</a> <img src='#pic'/> {TEMPORARY}</div>",
        },
        "contained": [{"resourceType": "Device", "id": "d", "owner": refer("Organization/inside"), "url": TEMPORARY}],
        "extension": [
            {"url": "http://x", "valueReference": refer("Location/ext")},
            {"url": "http://y", "valueUri": TEMPORARY},
        ],
        "instantiatesCanonical": TEMPORARY,
        "code": {"coding": [{"system": TEMPORARY, "code": TEMPORARY}], "text": TEMPORARY},
        "subject": refer("Patient/1/_history/2"),
        "focus": [refer(TEMPORARY), refer("#d"), {"display": "someone"}, {"identifier": {"value": "Patient/9"}}],
        "note": [{"authorReference": refer("Practitioner/note"), "text": "Patient/nothing"}],
        "performer": [
            refer("Practitioner?identifier=a|b"),
            refer("http://elsewhere/Practitioner/2"),
            refer("Nobody/1"),
        ],
    }


def test_every_literal_reference_is_found_but_fragments():
    assert set(references_in(resource())) == {
        "Organization/inside",
        "Location/ext",
        "Patient/1/_history/2",
        TEMPORARY,
        "Practitioner/note",
        "Practitioner?identifier=a|b",
        "http://elsewhere/Practitioner/2",
        "Nobody/1",
    }


def test_integrity_looks_at_local_ones_of_known_types():
    kept = {("Organization", "inside"), ("Location", "ext"), ("Patient", "1"), ("Practitioner", "note")}
    assert set(local_references(resource())) == kept
    assert ("Practitioner", "2") in local_references(resource(), "http://elsewhere")


def test_references_that_no_parameter_reads_are_indexed_without_one():
    assert {value for value in indexed(resource()).references if not value.param} == {
        ReferenceValue("", "Organization", "inside"),
        ReferenceValue("", "Location", "ext"),
        ReferenceValue("", "Practitioner", "note"),
    }


def test_texts_that_only_look_like_references_are_none():
    library = {"resourceType": "Library", "parameter": [], "dataRequirement": [{"subjectReference": refer("Group/1")}]}
    issue = {
        "resourceType": "DetectedIssue",
        "reference": "Patient/1",
        "extension": [{"valueExpression": {"language": "text/cql", "reference": "Library/1"}}],
    }
    assert local_references(library) == [("Group", "1")]
    assert local_references(issue) == []


def test_the_entries_of_a_bundle_keep_their_references_to_themselves():
    bundle = {
        "resourceType": "Bundle",
        "entry": [{"resource": {"resourceType": "Basic", "subject": refer("Patient/1")}}],
    }
    assert references_in(bundle) == []
    assert rewrite_references(bundle, {"Patient/1": "Patient/2"}) is bundle


def test_a_transaction_rewrites_references_uris_and_links_but_no_canonicals():
    before = resource()
    after = rewrite_references(before, {TEMPORARY: "Device/7", "Practitioner?identifier=a|b": "Practitioner/3"})
    assert before == resource()
    assert after["focus"][0] == refer("Device/7")
    assert after["performer"][0] == refer("Practitioner/3")
    assert after["extension"][1]["valueUri"] == "Device/7"
    assert after["contained"][0]["url"] == "Device/7"
    assert after["code"] == {"coding": [{"system": "Device/7", "code": TEMPORARY}], "text": TEMPORARY}
    assert after["instantiatesCanonical"] == TEMPORARY
    assert after["text"]["div"] == f"<div><a href=\"Device/7\">x</a> <img src='#pic'/> {TEMPORARY}</div>"
    assert list(after) == list(before)


def test_nothing_to_rewrite_gives_the_same_object():
    same = resource()
    assert rewrite_references(same, {"urn:uuid:other": "Patient/1"}) is same
    assert rewrite_references(same, {}) is same


@pytest.mark.parametrize(
    ("given", "patients"),
    [
        ({"resourceType": "Patient", "id": "a", "link": [{"other": refer("Patient/b")}]}, ["a", "b"]),
        ({"resourceType": "Observation", "performer": [refer("Patient/b")], "subject": refer("Patient/a")}, ["a", "b"]),
        ({"resourceType": "Observation", "performer": [refer("Practitioner/b")], "subject": refer("Group/a")}, []),
        ({"resourceType": "Appointment", "participant": [{"actor": refer("Patient/b")}, {"actor": refer("Patient/a")}]}, ["b", "a"]),
        ({"resourceType": "Coverage", "payor": [refer("Patient/b")], "beneficiary": refer("Patient/a")}, ["a", "b"]),
        ({"resourceType": "Medication", "manufacturer": refer("Organization/1")}, []),
    ],
)  # fmt: skip
def test_patients_are_those_of_the_compartment_the_subject_first(given: dict[str, Any], patients: list[str]):
    assert indexed({"id": "x", **given}).patients == patients


def test_the_clinical_date_is_that_of_its_parameter():
    encounter = {"resourceType": "Encounter", "id": "e", "period": {"start": "2020-01-01", "end": "2020-01-02"}}
    values = indexed(encounter)
    assert clinical_param("Encounter") == "date"
    assert [value for value in values.dates if value.param == "date"] == [values.clinical]
    assert indexed({"resourceType": "Encounter", "id": "e"}).clinical is None
    assert indexed({"resourceType": "Organization", "id": "e"}).clinical is None


def test_a_date_with_a_fallback_answers_no_parameter():
    recorded = indexed(
        {"resourceType": "Condition", "id": "c", "recordedDate": "2021", "onsetString": "long ago"}
    ).clinical
    onset = indexed({"resourceType": "Condition", "id": "c", "recordedDate": "2021", "onsetDateTime": "2020"}).clinical
    assert recorded is not None
    assert onset is not None
    assert (recorded.param, onset.param) == ("recorded-date", "onset-date")
    assert clinical_param("Condition") is None


def test_every_clinical_parameter_reads_at_most_one_date():
    for type_ in definitions().resource_types:
        for code in clinical_params(type_):
            param = definitions().search_params(type_)[code]
            paths = paths_of(param.expression, type_)
            assert param.type == "date"
            assert not any(path.repeats for path in paths), (type_, code)
            assert len({path.steps[0] for path in paths}) == 1 or len(definitions().choices(type_)) > 0
