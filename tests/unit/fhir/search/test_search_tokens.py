"""Token cells: element × written form × modifier (docs/reference/search-semantics.md, token)."""

from typing import Any

import pytest

from osler.core.errors import Invalid, Unsupported
from tests.unit.fhir.search.index_matching import found, indexed, parsed

LOINC = "http://loinc.org"


def observation(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": "o", "status": "final", **elements}


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p", **elements}


CODED = observation(
    code={
        "coding": [{"system": LOINC, "code": "8480-6"}, {"code": "bp"}, {"system": "http://local"}],
        "text": "Pressure",
    }
)
IDENTIFIED = patient(
    identifier=[
        {"system": "urn:mrn", "value": "A1", "type": {"coding": [{"system": "http://v2", "code": "MR"}]}},
        {"value": "loose"},
        {"system": "urn:empty"},
    ],
    telecom=[
        {"system": "email", "value": "Ada@Example.org"},
        {"system": "phone", "value": "555-0100 EXT"},
    ],
    active=True,
    gender="female",
    meta={"tag": [{"system": "http://t", "code": "demo"}], "security": [{"system": "http://s", "code": "R"}]},
)
ODD = observation(code={"coding": [{"system": "http://s|t", "code": "a|b$c\\d,e"}]})


@pytest.mark.parametrize(
    ("resource", "name", "value", "expected"),
    [
        (CODED, "code", "8480-6", True),
        (CODED, "code", f"{LOINC}|8480-6", True),
        (CODED, "code", f"{LOINC}|bp", False),
        (CODED, "code", "|bp", True),
        (CODED, "code", "|8480-6", False),
        (CODED, "code", f"{LOINC}|", True),
        (CODED, "code", "http://local|", True),
        (CODED, "code", "http://other|", False),
        (CODED, "code", "BP", False),
        (CODED, "code", "Pressure", False),
        (CODED, "code", "none,bp", True),
        (CODED, "code", "none,nothing", False),
        (CODED, "code", ",,bp,", True),
        (CODED, "code:not", "bp", False),
        (CODED, "code:not", f"{LOINC}|8480-6", False),
        (CODED, "code:not", "other", True),
        (CODED, "code:not", "other,bp", False),
        (CODED, "method:not", "other", True),
        (CODED, "code:missing", "true", False),
        (CODED, "code:missing", "false", True),
        (CODED, "method:missing", "true", True),
        (CODED, "method:missing", "false", False),
        (CODED, "method", "anything", False),
        (CODED, "status", "final", True),
        (CODED, "status", "|final", True),
        (CODED, "status", "http://hl7.org/fhir/observation-status|final", False),
        (CODED, "status", "Final", False),
        (CODED, "combo-code", "bp", True),
        (IDENTIFIED, "identifier", "A1", True),
        (IDENTIFIED, "identifier", "a1", False),
        (IDENTIFIED, "identifier", "urn:mrn|A1", True),
        (IDENTIFIED, "identifier", "|A1", False),
        (IDENTIFIED, "identifier", "|loose", True),
        (IDENTIFIED, "identifier", "urn:mrn|", True),
        (IDENTIFIED, "identifier", "urn:empty|", True),
        (IDENTIFIED, "identifier", "urn:mrn|loose", False),
        (IDENTIFIED, "identifier:of-type", "http://v2|MR|A1", True),
        (IDENTIFIED, "identifier:of-type", "http://v2|SS|A1", False),
        (IDENTIFIED, "identifier:of-type", "http://v2|MR|A2", False),
        (IDENTIFIED, "email", "ada@example.ORG", True),
        (IDENTIFIED, "email", "|ada@example.org", True),
        (IDENTIFIED, "email", "555-0100 ext", False),
        (IDENTIFIED, "phone", "555-0100 ext", True),
        (IDENTIFIED, "telecom", "ADA@EXAMPLE.ORG", True),
        (IDENTIFIED, "telecom", "ada", False),
        (IDENTIFIED, "active", "true", True),
        (IDENTIFIED, "active", "false", False),
        (IDENTIFIED, "active:not", "false", True),
        (IDENTIFIED, "gender", "female", True),
        (IDENTIFIED, "_tag", "http://t|demo", True),
        (IDENTIFIED, "_tag", "demo", True),
        (IDENTIFIED, "_tag:not", "demo", False),
        (IDENTIFIED, "_security", "http://s|R", True),
        (IDENTIFIED, "_security:missing", "true", False),
        (patient(active=False), "active", "false", True),
        (patient(), "active", "false", False),
        (patient(), "active:not", "true", True),
        (patient(), "deceased", "false", True),
        (patient(), "deceased", "true", False),
        (patient(), "deceased:missing", "true", False),
        (patient(deceasedBoolean=False), "deceased", "false", True),
        (patient(deceasedBoolean=True), "deceased", "true", True),
        (patient(deceasedDateTime="2020"), "deceased", "true", True),
        (observation(code={"text": "only words"}), "code:missing", "true", False),
        (observation(code={"text": "only words"}), "code:not", "x", True),
        (observation(_status={"extension": []}, status=None), "status:missing", "true", True),
        (ODD, "code", r"http://s\|t|a\|b\$c\\d\,e", True),
        (ODD, "code", r"a\|b\$c\\d\,e", True),
        (ODD, "code", r"http://s\|t|", True),
        (ODD, "code", r"http://s|t\|a\|b", False),
    ],
)  # fmt: skip
def test_a_token_search_finds_what_the_page_says(resource: dict[str, Any], name: str, value: str, expected: bool):
    assert found(resource, name, value) is expected


RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"


def test_us_core_parameters_read_extensions():
    omb = {"url": "ombCategory", "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2106-3"}}
    white = patient(extension=[{"url": RACE, "extension": [omb, {"url": "text", "valueString": "White"}]}])
    assert found(white, "race", "2106-3")
    assert found(white, "race", "urn:oid:2.16.840.1.113883.6.238|2106-3")
    assert not found(white, "ethnicity:missing", "false")


def test_no_two_different_pairs_share_a_key():
    bar_in_code = indexed(observation(code={"coding": [{"code": "s|c"}]}))
    system_and_code = indexed(observation(code={"coding": [{"system": "s", "code": "c"}]}))
    keys = {k for k in bar_in_code.tokens if k.startswith("code=")}
    assert not keys & system_and_code.tokens


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code", "|"),
        ("code", "a|b|c"),
        ("code", r"a\b"),
        ("code", "a\\"),
        ("code:exact", "a"),
        ("code:contains", "a"),
        ("code:identifier", "a"),
        ("code:nonsense", "a"),
        ("code:", "a"),
        ("code:missing", "yes"),
        ("code:missing", "true,false"),
        ("code:of-type", "a|b|c"),
        ("identifier:of-type", "a|b"),
        ("identifier:of-type", "a||c"),
        ("code", "nul\x00"),
        ("code", "half\ud800"),
    ],
)
def test_what_no_token_search_can_be_is_invalid(name: str, value: str):
    with pytest.raises(Invalid) as raised:
        parsed("Observation", (name, value))
    assert raised.value.faults[0].path == name
    assert value not in raised.value.message or len(value) < 3


def test_a_boolean_takes_true_or_false_only():
    with pytest.raises(Invalid):
        parsed("Patient", ("active", "yes"))
    with pytest.raises(Invalid):
        parsed("Patient", ("deceased", "1"))


@pytest.mark.parametrize("modifier", ["in", "not-in", "above", "below"])
def test_without_a_terminology_its_modifiers_are_not_supported(modifier: str):
    with pytest.raises(Unsupported):
        parsed("Observation", (f"code:{modifier}", "a"))
