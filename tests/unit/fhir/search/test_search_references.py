"""Reference and uri cells (docs/reference/search-semantics.md, reference, uri)."""

from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir.search.values import ReferenceValue
from tests.unit.fhir.search.index_matching import BASE, found, indexed, parsed


def about(reference: str = "", **more: Any) -> dict[str, Any]:
    subject = {"reference": reference, **more} if reference else more
    return {"resourceType": "Observation", "id": "o", "status": "final", "subject": subject}


LOCAL = about("Patient/1")
IDENTIFIED = about(identifier={"system": "urn:mrn", "value": "A1"}, type="Patient")
URN = "urn:uuid:0c0a4d2a-6d3c-4c5e-9e06-1a6f2f1c2d3e"
FORM = {
    "resourceType": "QuestionnaireResponse",
    "id": "q",
    "questionnaire": "http://forms/phq9|2.1#part",
    "meta": {"profile": ["http://profiles/form|3"]},
}


@pytest.mark.parametrize(
    ("resource", "name", "value", "expected"),
    [
        (LOCAL, "subject", "1", True),
        (LOCAL, "subject", "2", False),
        (LOCAL, "subject", "2,1", True),
        (LOCAL, "subject", "Patient/1", True),
        (LOCAL, "subject", "Group/1", False),
        (LOCAL, "subject", "Patient/1/_history/7", True),
        (LOCAL, "subject", f"{BASE}/Patient/1", True),
        (LOCAL, "subject", "http://elsewhere/fhir/Patient/1", False),
        (LOCAL, "subject", "Practitioner/1", False),
        (LOCAL, "subject:Patient", "1", True),
        (LOCAL, "subject:Patient", "Patient/1", True),
        (LOCAL, "subject:Patient", f"{BASE}/Patient/1", True),
        (LOCAL, "subject:Group", "1", False),
        (LOCAL, "patient", "1", True),
        (LOCAL, "patient", "Patient/1", True),
        (LOCAL, "subject:missing", "false", True),
        (LOCAL, "encounter:missing", "true", True),
        (LOCAL, "subject:identifier", "A1", False),
        (about("Patient/1/_history/3"), "subject", "Patient/1", True),
        (about(f"{BASE}/Patient/1"), "subject", "1", True),
        (about(f"{BASE}/Patient/1/_history/2"), "patient", "Patient/1", True),
        (about("http://elsewhere/fhir/Patient/1"), "subject", "1", False),
        (about("http://elsewhere/fhir/Patient/1"), "subject", "http://elsewhere/fhir/Patient/1", True),
        (about("http://elsewhere/fhir/Patient/1/_history/2"), "subject", "http://elsewhere/fhir/Patient/1", True),
        (about("http://elsewhere/fhir/Patient/1"), "patient:missing", "false", True),
        (about("http://elsewhere/fhir/Patient/1"), "patient", "http://elsewhere/fhir/Patient/1/_history/9", True),
        (about("Group/1"), "patient", "1", False),
        (about("Group/1"), "patient:missing", "true", True),
        (about("Group/1"), "subject", "1", True),
        (about(URN), "subject", URN, True),
        (about(URN), "patient:missing", "true", True),
        (about(URN, type="Patient"), "patient", URN, True),
        (about("#p1"), "subject", "p1", False),
        (about("#p1"), "subject:missing", "false", True),
        (about(display="someone"), "subject:missing", "false", True),
        (IDENTIFIED, "subject:identifier", "A1", True),
        (IDENTIFIED, "subject:identifier", "urn:mrn|A1", True),
        (IDENTIFIED, "subject:identifier", "urn:mrn|", True),
        (IDENTIFIED, "subject:identifier", "|A1", False),
        (IDENTIFIED, "patient:identifier", "urn:mrn|A1", True),
        (IDENTIFIED, "subject", "A1", False),
        (FORM, "questionnaire", "http://forms/phq9", True),
        (FORM, "questionnaire", "http://forms/phq9|2.1", True),
        (FORM, "questionnaire", "http://forms/phq9|2", False),
        (FORM, "questionnaire", "http://forms/phq", False),
        (FORM, "_profile", "http://profiles/form", True),
        (FORM, "_profile", "http://profiles/form|3", True),
        (FORM, "_profile", "http://profiles/form|4", False),
        (FORM, "_profile", "http://profiles/", False),
        (FORM, "_profile:missing", "false", True),
        ({"resourceType": "ValueSet", "id": "v", "url": "http://A/b"}, "url", "http://A/b", True),
        ({"resourceType": "ValueSet", "id": "v", "url": "http://A/b"}, "url", "http://a/b", False),
        ({"resourceType": "ValueSet", "id": "v", "url": "http://A/b"}, "url", "http://x,http://A/b", True),
    ],
)
def test_a_reference_search_finds_what_the_page_says(resource: dict[str, Any], name: str, value: str, expected: bool):
    assert found(resource, name, value) is expected


def test_a_bundle_is_found_by_what_its_first_entry_is():
    document = {"resourceType": "Composition", "id": "c", "subject": {"reference": "Patient/1"}}
    bundle = {"resourceType": "Bundle", "id": "b", "type": "document", "entry": [{"resource": document}, {}]}
    assert found(bundle, "composition", "Composition/c")
    assert indexed(bundle).references == []


def test_a_bare_id_stands_for_every_target():
    (tokens,) = parsed("Observation", ("subject", "1")).where
    assert set(tokens.keys) == {  # type: ignore[union-attr]
        "subject=Patient/1",
        "subject=Group/1",
        "subject=Device/1",
        "subject=Location/1",
    }


def test_only_what_points_at_this_server_is_a_reference():
    resource = about("Patient/1/_history/2")
    resource["performer"] = [{"reference": URN}, {"reference": "#x"}, {"reference": "http://elsewhere/Practitioner/2"}]
    assert set(indexed(resource).references) == {
        ReferenceValue("subject", "Patient", "1"),
        ReferenceValue("patient", "Patient", "1"),
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "Nobody/1"),
        ("subject", "a b"),
        ("subject", "Patient/1/2"),
        ("subject", "x" * 65),
        ("subject:Patient", "Group/1"),
        ("subject:Practitioner", "1"),
        ("subject:exact", "1"),
        ("subject:identifier", "|"),
        ("derived-from:contains", "1"),
    ],
)
def test_what_no_reference_search_can_be_is_invalid(name: str, value: str):
    with pytest.raises(Invalid) as raised:
        parsed("Observation", (name, value))
    assert raised.value.faults[0].path == name


def test_a_url_has_no_modifier_of_strings():
    with pytest.raises(Invalid):
        parsed("ValueSet", ("url:exact", "http://x"))
