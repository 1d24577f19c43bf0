"""Numbers that stand for a patient, as they are indexed to be found by a part."""

from __future__ import annotations

from typing import Any

import pytest

from osler.fhir.search.partial import BEGINNING, WORDS, beginnings, identifier_ends, is_end, phone_ends, plain
from tests.unit.fhir.search.index_matching import indexed


def test_a_number_is_compared_by_its_letters_and_digits() -> None:
    assert plain("A-0012 34") == "a001234"
    assert plain("№ ４８２") == "no482"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("48201193", ("48201193",)),
        ("MRN-0048201", ("mrn0048201", "0048201")),
        ("S99934989", ("s99934989", "99934989")),
        ("4820119X", ("4820119x",)),
        ("b508ad57-7848-485d-abc1-33669ac1b632", ("b508ad577848485dabc13366",)),
        ("none", ()),
        ("", ()),
    ],
)
def test_a_number_is_found_by_its_beginning_and_from_its_first_digit(value: str, expected: tuple[str, ...]) -> None:
    assert beginnings(value) == expected


def test_an_end_is_of_four_characters_and_of_a_telephone_number_of_seven_too() -> None:
    assert identifier_ends("4820-1193") == ("identifier:end=1193",)
    assert identifier_ends("482") == ()
    assert phone_ends("+1 (716) 555-0119 x22") == ("phone:end=7165550119", "phone:end=5550119", "phone:end=0119")
    assert phone_ends("911") == ()
    assert all(map(is_end, phone_ends("7165550119")))
    assert not is_end("identifier=x:end=1")


def test_of_patients_alone() -> None:
    def texts(type_: str, **more: Any) -> list[str]:
        found = indexed({"resourceType": type_, "id": "x", "identifier": [{"value": "48201193"}], **more})
        ends = [key for key in found.tokens if is_end(key)]
        return sorted([*ends, *(each.text for each in found.strings if each.param == BEGINNING)])

    telecom = [{"system": "phone", "value": "555-0119"}, {"system": "email", "value": "b0119@example.org"}]
    assert texts("Patient", telecom=telecom) == [
        "48201193",
        "identifier:end=1193",
        "phone:end=0119",
        "phone:end=5550119",
    ]
    assert texts("Practitioner", telecom=telecom) == texts("Encounter") == []


def test_of_so_many_numbers_as_anybody_has() -> None:
    many = [{"value": f"{number:08d}"} for number in range(1000)]
    found = indexed(
        {
            "resourceType": "Patient",
            "id": "x",
            "identifier": many,
            "telecom": [{"system": "phone", **each} for each in many],
        }
    )
    assert len([each for each in found.strings if each.param == BEGINNING]) == 20
    assert len([key for key in found.tokens if is_end(key)]) == 60


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([{"family": "Quimby-O'Dowd", "given": ["Anne-Marie", "Eve"]}], ["marie"]),
        ([{"family": "de la Cruz", "given": ["Ana"]}], []),
        ([{"text": "Prof. Ana Marie de la Cruz"}], ["ana", "marie", "de", "la", "cruz"]),
        ([{"text": "Ana Marie Cruz", "family": "Cruz", "given": ["Ana", "Marie"]}], []),
        ([{"given": ["Jo Ann"]}, {"given": ["Ann"], "suffix": ["Jr. MD"]}], ["md"]),
        ([{"given": ["Eve"]}], []),
    ],
)
def test_words_within_names_are_kept_with_which_no_other_text_begins(
    names: list[dict[str, Any]], words: list[str]
) -> None:
    found = indexed({"resourceType": "Patient", "id": "x", "name": names})
    assert [each.text for each in found.strings if each.param == WORDS] == words
    assert not [
        each
        for each in indexed({"resourceType": "Practitioner", "id": "x", "name": names}).strings
        if each.param == WORDS
    ]
