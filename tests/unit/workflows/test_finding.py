"""How near a patient comes to what somebody typed."""

from __future__ import annotations

import pytest

from osler.clinical.patients.fhir import Patient
from osler.workflows.finding.reading import Wanted
from osler.workflows.finding.rules import (
    begins,
    distance,
    is_near,
    is_phone,
    joined,
    matches,
    number_rank,
    rank,
    reason,
    spaced,
)

DELGADO = Patient("d", "Delgado", "Maria Elena", born="1964-03-14", mrn="48201193")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("delgado", "delgado", 0),
        ("delgdo", "delgado", 1),
        ("dlegado", "delgado", 1),
        ("smith", "smyth", 1),
        ("abc", "xyzw", 3),
    ],
)
def test_distance_counts_slips(first: str, second: str, expected: int) -> None:
    assert distance(first, second, 2) == expected


def test_near_is_a_slip_of_the_pen_or_a_beginning() -> None:
    assert is_near(DELGADO, ("delgdo",))
    assert is_near(DELGADO, ("maria", "delg"))
    assert not is_near(DELGADO, ("delgado", "carlos"))
    assert not is_near(DELGADO, ("smith",))


def test_those_of_today_come_first_then_surnames() -> None:
    given = Patient("g", "Adams", "Delia")
    today = Patient("t", "Delacroix", "Zoe")
    found = rank([given, DELGADO, today], Wanted(("del",)), ["t"])
    assert [each.id for each in found] == ["t", "d", "g"]


def test_a_better_match_stands_before_those_of_today() -> None:
    lucy, larsen, cooper = Patient("c", "Cooper", "Larry"), Patient("l", "Larsen", "Karin"), Patient("o", "La", "Minh")
    found = rank([lucy, larsen, cooper], Wanted(("la",)), ["c"])
    assert [each.id for each in found] == ["o", "l", "c"]


def test_of_several_words_whole_names_come_before_beginnings_and_first_names_before_others() -> None:
    luc, lucy = Patient("c", "Saint-Exupéry", "Jean-Luc"), Patient("y", "Anderson", "Jean Lucy")
    assert [each.id for each in rank([lucy, luc], Wanted(("jean", "luc")), [])] == ["c", "y"]
    second, first = Patient("2", "Miller", "Catherine Linda"), Patient("1", "Miller", "Linda Zoe")
    for typed in (("linda", "miller"), ("miller", "linda")):
        assert [each.id for each in rank([second, first], Wanted(typed), [])] == ["1", "2"]
    assert [each.id for each in rank([first, second], Wanted(("miller", "linda")), ["2"])] == ["2", "1"]


def test_few_letters_are_a_beginning_and_never_a_slip() -> None:
    angelo, lucy = Patient("a", "O'Brien-D'Angelo", "Sam"), Patient("l", "Cooper", "Lucy Joan")
    assert not is_near(angelo, ("de",))
    assert not is_near(angelo, ("van",))
    assert not is_near(lucy, ("la",))
    assert begins(lucy, ("lu",))
    assert not begins(DELGADO, ("delgdo",))


def test_names_are_compared_in_one_and_in_several_words() -> None:
    mcdonald = Patient("m", "Mc Donald", "Flora")
    assert begins(mcdonald, ("mcdonald",))
    assert spaced("mcdonald") == ["mc donald"]
    assert set(spaced("delacruz")) == {"de la cruz", "de lacruz", "del acruz"}
    assert spaced("del") == []
    assert [each.names for each in joined(Wanted(("o", "brien", "tom")))] == [("obrien", "tom"), ("o", "brientom")]


NUMBERED = Patient(
    "n", "Nunez", "Ana", mrn="MRN-0048201", numbers=("MRN-0048201", "999-12-3456"), phones=("(716) 555-0119",),
    other_names=("Ana Lopez",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("mrn0048201", 0),
        ("999123456", 0),
        ("7165550119", 0),
        ("17165550119", 0),
        ("mrn00", 1),
        ("0048", 1),
        ("8201", 2),
        ("3456", 3),
        ("0119", 3),
        ("99912", 4),
        ("19", None),
        ("5551", None),
    ],
)
def test_whole_numbers_come_before_mrns_before_the_ends_of_others(number: str, expected: int | None) -> None:
    assert number_rank(NUMBERED, number) == expected


def test_a_telephone_number_is_known_however_it_is_written() -> None:
    assert is_phone("+1 716.555.0119", "7165550119")
    assert is_phone("555-0119", "7165550119")
    assert is_phone("(716) 555-0119 x 22", "0119")
    assert not is_phone("0119", "7165550119")


def test_it_is_said_why_somebody_was_found_whose_line_does_not_show_it() -> None:
    def why(*readings: Wanted) -> str:
        return reason(NUMBERED, readings)

    assert why(Wanted(number="0048")) == why(Wanted(number="8201")) == why(Wanted(("nunez",))) == ""
    assert why(Wanted(number="0119")) == "Phone ends 0119"
    assert why(Wanted(number="3456")) == "Another number ends 3456"
    assert why(Wanted(number="9991")) == "Another number begins 9991"
    assert why(Wanted(number="999123456")) == "Another number ends 3456"
    assert why(Wanted(("lopez",))) == "Also Ana Lopez"
    assert why(Wanted(("smith",)), Wanted(number="0119")) == "Phone ends 0119"


def test_all_that_was_typed_has_to_hold() -> None:
    assert matches(NUMBERED, Wanted(("nun", "an"), number="8201"))
    assert not matches(NUMBERED, Wanted(("smith",), number="8201"))
    assert not matches(NUMBERED, Wanted(born=("1964",), number="8201"))


def test_a_record_that_is_out_of_use_stands_behind_others_that_match_as_well() -> None:
    gone = [Patient("m", "Diaz", "A", merged=True), Patient("i", "Diaz", "B", inactive=True)]
    found = rank([*gone, Patient("x", "Diaz", "Zoe")], Wanted(("diaz",)), [])
    assert [each.id for each in found] == ["x", "m", "i"]
