from collections.abc import Iterable
from itertools import count

import pytest

from osler.core.errors import Invalid, TooCostly
from tests.unit.fhir.search.index_matching import World, found, parsed

SNOMED = "http://snomed.info/sct"
HEADACHE = {
    "resourceType": "Condition",
    "id": "c",
    "code": {
        "text": "Migraine headache",
        "coding": [{"system": SNOMED, "code": "37796009", "display": "Migraine"}],
    },
}
PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "gender": "male",
    "identifier": [{"system": "urn:mrn", "value": "1", "type": {"text": "Médical Record"}}],
}


class Terms:
    """A terminology of one tree and one value set."""

    def members(self, value_set: str) -> Iterable[tuple[str, str]] | None:
        return {
            "http://x/headaches": [(SNOMED, "25064002"), (SNOMED, "37796009")],
            "http://x/gender": [("http://hl7.org/fhir/administrative-gender", "male")],
            "http://x/none": [],
            "http://x/endless": ((SNOMED, str(n)) for n in count()),
        }.get(value_set)

    def below(self, system: str, code: str) -> Iterable[str] | None:
        return {"25064002": ["25064002", "37796009"], "37796009": ["37796009"]}.get(code)

    def above(self, system: str, code: str) -> Iterable[str] | None:
        return {"25064002": ["25064002"], "37796009": ["37796009", "25064002"]}.get(code)


def holds(resource: dict[str, object], name: str, value: str) -> bool:
    query = parsed(str(resource["resourceType"]), (name, value), codes=Terms())
    return World([resource]).matches(resource, query)


@pytest.mark.parametrize(
    ("value", "is_found"),
    [("migraine", True), ("MIGR", True), ("headache", True), ("head", True), ("migraine headache", True), ("ache", False), ("x,headache", True)],
)  # fmt: skip
def test_text_finds_what_begins_a_word_beside_a_code(value: str, is_found: bool):
    assert found(HEADACHE, "code:text", value) is is_found


def test_text_of_an_identifier_is_that_of_its_type():
    assert found(PATIENT, "identifier:text", "medical rec")
    assert not found(PATIENT, "identifier:text", "1")


def test_text_needs_something_with_text():
    with pytest.raises(Invalid):
        parsed("Patient", ("gender:text", "male"))
    with pytest.raises(Invalid):
        parsed("Condition", ("code:text", "!?"))


@pytest.mark.parametrize(
    ("name", "value", "is_found"),
    [
        ("code:in", "http://x/headaches", True),
        ("code:in", "http://x/none", False),
        ("code:in", "http://x/none,http://x/headaches", True),
        ("code:not-in", "http://x/headaches", False),
        ("code:not-in", "http://x/none", True),
        ("severity:not-in", "http://x/headaches", True),
        ("code:below", f"{SNOMED}|25064002", True),
        ("code:below", f"{SNOMED}|37796009", True),
        ("code:above", f"{SNOMED}|37796009", True),
        ("code:above", f"{SNOMED}|25064002", False),
    ],
)
def test_a_terminology_says_which_codes_are_meant(name: str, value: str, is_found: bool):
    assert holds(HEADACHE, name, value) is is_found


def test_codes_without_system_are_compared_without():
    assert holds(PATIENT, "gender:in", "http://x/gender")
    assert not holds(PATIENT, "gender:not-in", "http://x/gender")


@pytest.mark.parametrize(
    ("name", "value"),
    [("code:in", "http://x/unknown"), ("code:below", "25064002"), ("code:below", f"{SNOMED}|1"), ("code:above", f"{SNOMED}|")],
)  # fmt: skip
def test_what_the_terminology_does_not_know_is_invalid(name: str, value: str):
    with pytest.raises(Invalid):
        parsed("Condition", (name, value), codes=Terms())


def test_too_many_codes_cost_too_much():
    with pytest.raises(TooCostly):
        parsed("Condition", ("code:in", "http://x/endless"), codes=Terms())
