"""Parts of resources: `_summary` and `_elements`."""

from __future__ import annotations

from osler.fhir.summary import elements_only, summarized

PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "meta": {"versionId": "1", "tag": [{"code": "t"}]},
    "text": {"status": "generated", "div": "<div/>"},
    "extension": [{"url": "http://x", "valueBoolean": True}],
    "name": [{"family": "Marsh"}],
    "birthDate": "1970",
    "_birthDate": {"id": "b"},
    "contact": [{"name": {"family": "Hale"}}],
    "maritalStatus": {"text": "married"},
}
OBSERVATION = {
    "resourceType": "Observation",
    "id": "o",
    "status": "final",
    "code": {"text": "pressure"},
    "note": [{"text": "sitting"}],
    "valueString": "high",
    "component": [{"code": {"text": "systolic"}, "valueInteger": 1, "interpretation": [{"text": "high"}]}],
}
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def kept(resource: dict, *names: str) -> set[str]:
    return set(elements_only(dict(resource), names)) - {"resourceType", "id", "meta"}


def test_elements_are_kept_with_their_extensions_and_what_is_mandatory():
    assert kept(PATIENT, "birthDate") == {"birthDate", "_birthDate"}
    assert kept(PATIENT, "Patient.name", "contact.name") == {"name", "contact"}
    assert kept(OBSERVATION, "note") == {"status", "code", "note"}
    assert kept(OBSERVATION, "value") == kept(OBSERVATION, "value[x]") == {"status", "code", "valueString"}
    assert kept(OBSERVATION, "nothing") == {"status", "code"}


def test_what_is_cut_says_so_once():
    cut = elements_only(dict(PATIENT), ("name",))
    assert cut["meta"] == {"versionId": "1", "tag": [{"code": "t"}, SUBSETTED]}
    assert elements_only(dict(cut), ("name",))["meta"] == cut["meta"]
    assert elements_only({"resourceType": "Patient"}, ())["meta"] == {"tag": [SUBSETTED]}
    assert PATIENT["meta"] == {"versionId": "1", "tag": [{"code": "t"}]}


def test_a_summary_is_what_the_standard_marks_as_one():
    assert set(summarized(dict(PATIENT), "true")) == {"resourceType", "id", "meta", "name", "birthDate", "_birthDate"}
    short = summarized(dict(OBSERVATION), "true")
    assert "note" not in short
    assert short["component"] == [{"code": {"text": "systolic"}, "valueInteger": 1}]


def test_text_and_data_are_each_others_rest():
    assert set(summarized(dict(PATIENT), "text")) == {"resourceType", "id", "meta", "text"}
    assert set(summarized(dict(PATIENT), "data")) == set(PATIENT) - {"text"}
    assert set(summarized(dict(OBSERVATION), "text")) == {"resourceType", "id", "meta", "status", "code"}
