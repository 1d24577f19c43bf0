"""String cells: element × modifier (docs/reference/search-semantics.md, string)."""

from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir.search.values import FURTHER_WORDS, StringValue
from tests.unit.fhir.search.index_matching import found, indexed, parsed

ADA: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "ada",
    "name": [
        {"text": "Dr. Ada King", "family": "Carreño Quiñones", "given": ["Ada", "María"], "prefix": ["Dr."], "suffix": ["Jr."]},
        {"family": "O'Brien"},
    ],
    "address": [
        {
            "text": "1 Main Street, Springfield",
            "line": ["1 Main Street", "Apt 2"],
            "city": "Springfield",
            "district": "Hampden",
            "state": "MA",
            "postalCode": "01101",
            "country": "US",
        }
    ],
}  # fmt: skip
SAID = {"resourceType": "Observation", "id": "o", "valueString": "Clear, no growth"}
CODED = {
    "resourceType": "Observation",
    "id": "o",
    "valueCodeableConcept": {"text": "Blood group A", "coding": [{"display": "Group A"}]},
}


@pytest.mark.parametrize(
    ("resource", "name", "value", "expected"),
    [
        (ADA, "name", "ada", True),
        (ADA, "name", "dr ada k", True),
        (ADA, "name", "king", False),
        (ADA, "name", "carreno", True),
        (ADA, "name", "CARREÑO QUI", True),
        (ADA, "name", "quinones", True),
        (ADA, "name", "uinones", False),
        (ADA, "name", "maria", True),
        (ADA, "name", "ada maria", False),
        (ADA, "name", "dr", True),
        (ADA, "name", "jr", True),
        (ADA, "name", "obrien", True),
        (ADA, "name", "O’BRIEN", True),
        (ADA, "name", "nobody,obri", True),
        (ADA, "name", "nobody", False),
        (ADA, "family", "quin", True),
        (ADA, "family", "ada", False),
        (ADA, "given", "mar", True),
        (ADA, "given", "quin", False),
        (ADA, "name:contains", "inon", True),
        (ADA, "name:contains", "king", True),
        (ADA, "name:contains", "kong", False),
        (ADA, "family:contains", "o q", True),
        (ADA, "name:exact", "Ada", True),
        (ADA, "name:exact", "ada", False),
        (ADA, "name:exact", "Ad", False),
        (ADA, "family:exact", "Carreño Quiñones", True),
        (ADA, "family:exact", "Carren\u0303o Quin\u0303ones", True),
        (ADA, "family:exact", "Carreno Quinones", False),
        (ADA, "family:exact", "Quiñones", False),
        (ADA, "family:exact", "O'Brien", True),
        (ADA, "name:missing", "false", True),
        (ADA, "phonetic", "quinones", True),
        (ADA, "address", "1 main", True),
        (ADA, "address", "main", False),
        (ADA, "address:contains", "main", True),
        (ADA, "address", "apt 2", True),
        (ADA, "address", "spring", True),
        (ADA, "address", "hamp", True),
        (ADA, "address", "ma", True),
        (ADA, "address", "011", True),
        (ADA, "address", "us", True),
        (ADA, "address-city", "spring", True),
        (ADA, "address-city", "hamp", False),
        (ADA, "address-postalcode:exact", "01101", True),
        ({"resourceType": "Patient", "id": "p"}, "name", "a", False),
        ({"resourceType": "Patient", "id": "p"}, "name:missing", "true", True),
        (SAID, "value-string", "clear no", True),
        (SAID, "value-string", "growth", False),
        (SAID, "value-string:contains", "growth", True),
        (CODED, "value-string", "blood", True),
        (CODED, "value-string", "group", False),
        ({"resourceType": "Organization", "id": "g", "name": "St. Mary", "alias": ["Mercy"]}, "name", "mer", True),
        ({"resourceType": "InsurancePlan", "id": "i", "alias": ["Gold"]}, "name", "gold", True),
        ({"resourceType": "Patient", "id": "p", "name": [{"family": r"a,b"}]}, "family:exact", r"a\,b", True),
    ],
)
def test_a_string_search_finds_what_the_page_says(resource: dict[str, Any], name: str, value: str, expected: bool):
    assert found(resource, name, value) is expected


def test_further_words_of_a_family_name_are_marked():
    texts = [value for value in indexed(ADA).strings if value.param == "family"]
    assert StringValue("family", "carreno quinones") in texts
    assert StringValue("family", "quinones", FURTHER_WORDS) in texts


def test_long_texts_are_compared_by_their_first_600_characters():
    long = {"resourceType": "Observation", "id": "o", "valueString": "a" * 1000}
    assert [len(value.text) for value in indexed(long).strings if value.param == "value-string"] == [600]
    assert found(long, "value-string:exact", "a" * 1000)
    with pytest.raises(Invalid):
        parsed("Observation", ("value-string", "a" * 601))


def test_text_without_letters_is_not_indexed_but_there():
    dots = {"resourceType": "Observation", "id": "o", "valueString": "..."}
    assert indexed(dots).strings == []
    assert found(dots, "value-string:missing", "false")


@pytest.mark.parametrize(
    ("name", "value"), [("name", "..."), ("name:not", "a"), ("name:Patient", "a"), ("name:contains", "'")]
)
def test_what_no_string_search_can_be_is_invalid(name: str, value: str):
    with pytest.raises(Invalid) as raised:
        parsed("Patient", (name, value))
    assert raised.value.faults[0].path == name


def test_a_string_has_no_modifier_of_codes():
    with pytest.raises(Invalid):
        parsed("Patient", ("name:text", "ada"))
