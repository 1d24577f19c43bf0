"""Who could be taken for whom."""

from __future__ import annotations

import pytest

from osler.clinical.patients.fhir import Patient
from osler.clinical.patients.rules import are_alike, is_slip, namesakes, slips, sound

MARIA = Patient("1", "Delgado", "Maria Elena", born="1964-03-14")


@pytest.mark.parametrize(
    ("first", "second"),
    [("smith", "smyth"), ("catherine", "katherine"), ("stephen", "steven"), ("johnson", "jonson"), ("phillips", "filips"),
     ("wright", "right"), ("lopez", "lopes"), ("davis", "davies")],
)  # fmt: skip
def test_names_that_sound_alike(first: str, second: str) -> None:
    assert sound(first) == sound(second)


@pytest.mark.parametrize(("first", "second"), [("li", "lu"), ("ng", "nguyen"), ("white", "wade"), ("diane", "dean")])
def test_other_names_do_not(first: str, second: str) -> None:
    assert sound(first) != sound(second)
    assert not is_slip(first, second)


@pytest.mark.parametrize("other", ["delgardo", "delgdo", "delgaod", "delgato", "delgado"])
def test_one_letter_or_two_exchanged_are_a_slip(other: str) -> None:
    assert is_slip("delgado", other)


@pytest.mark.parametrize(
    "other",
    [
        Patient("2", "Delgado", "Maria", born="1971-01-01"),
        Patient("2", "Delgardo", "Mariah", born="1971-01-01"),
        Patient("2", "Maria", "Delgado"),
        Patient("2", "Delgado", "Rosa", born="1964-03-14"),
        Patient("2", "Duarte", "Maria", born="1964-03-14"),
    ],
)
def test_by_the_whole_name_or_by_the_birth_date_and_a_part_of_it(other: Patient) -> None:
    assert are_alike(MARIA, other)
    assert are_alike(other, MARIA)
    assert namesakes([MARIA, other, Patient("3", "Ward", "Agnes", born="1964-03-14")]) == {"1", "2"}


@pytest.mark.parametrize(
    "other",
    [
        MARIA,
        Patient("2", "Delgado", "Rosa", born="1971-01-01"),
        Patient("2", "Hansen", "Maria", born="1964-03-14"),
        Patient("2", "Hansen", "Ole", born="1964-03-14"),
        Patient("2", "", "", born="1964-03-14"),
    ],
)
def test_others_are_told_apart(other: Patient) -> None:
    assert not are_alike(MARIA, other)


def test_in_a_list_one_surname_and_one_initial_are_enough() -> None:
    emma, ella = Patient("1", "Kowalski", "Emma Grace", born="2018-05-17"), Patient("2", "KOWALSKI", "Ella Grace")
    twin = Patient("3", "Kowalski", "Zofia", born="2018-05-17")
    other = Patient("4", "Kowalski", "Jan", born="1950-01-01")
    assert namesakes([emma, ella, other, Patient("5", "", ""), Patient("6", "", "")]) == {"1", "2"}
    assert namesakes([emma, twin]) == {"1", "3"}
    assert namesakes([emma, emma]) == set()


@pytest.mark.parametrize("typed", ["dlegado", "delgdo", "deelgado", "telgado", "delgato", "delagdo"])
def test_a_slip_of_the_pen_leads_back_to_the_name(typed: str) -> None:
    assert any("delgado".startswith(each) for each in slips(typed))


def test_few_letters_could_mean_any_name() -> None:
    assert slips("de") == []
    assert len(slips("x" * 80)) <= 120
