"""What somebody means who types a few letters or digits."""

from __future__ import annotations

from datetime import date

import pytest

from osler.clinical.patients.fhir import Patient
from osler.workflows.finding.rules import (
    Wanted,
    begins,
    completions,
    distance,
    is_near,
    phone_spellings,
    rank,
    read_query,
    spellings,
)

TODAY = date(2026, 11, 21)
DELGADO = Patient("d", "Delgado", "Maria Elena", born="1964-03-14", mrn="48201193")


@pytest.mark.parametrize(
    ("typed", "names", "born", "number"),
    [
        ("delg", ("delg",), (), ""),
        ("Delgado, Maria", ("delgado", "maria"), (), ""),
        ("O'Brien-D’Angelo", ("obrien", "dangelo"), (), ""),
        ("14-Mar-1964", (), ("1964-03-14",), ""),
        ("14 mar 64", (), ("1964-03-14",), ""),
        ("1964-03-14", (), ("1964-03-14",), ""),
        ("3/14/1964", (), ("1964-03-14",), ""),
        ("3/4/1964", (), ("1964-03-04", "1964-04-03"), ""),
        ("delgado 3/14/64", ("delgado",), ("1964-03-14",), ""),
        ("delgado 1964", ("delgado",), ("1964",), ""),
        ("48201193", (), (), "48201193"),
        ("4820 1193", (), (), "48201193"),
        ("(716) 555-0119", (), (), "7165550119"),
        ("31/02/1964", (), (), ""),
        ("  ", (), (), ""),
    ],
)
def test_what_is_typed_is_parted(typed: str, names: tuple[str, ...], born: tuple[str, ...], number: str) -> None:
    wanted = read_query(typed, TODAY)
    assert (wanted.names, wanted.born, wanted.number) == (names, born, number)


def test_two_digits_of_a_year_are_the_latest_that_is_not_ahead() -> None:
    assert read_query("1-jan-26", TODAY).born == ("2026-01-01",)
    assert read_query("1-jan-27", TODAY).born == ("1927-01-01",)


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


def test_few_letters_are_a_beginning_and_never_a_slip() -> None:
    angelo, lucy = Patient("a", "O'Brien-D'Angelo", "Sam"), Patient("l", "Cooper", "Lucy Joan")
    assert not is_near(angelo, ("de",))
    assert not is_near(angelo, ("van",))
    assert not is_near(lucy, ("la",))
    assert begins(lucy, ("lu",))
    assert not begins(DELGADO, ("delgdo",))


def test_the_beginning_of_a_record_number_is_completed_to_the_length_that_known_ones_have() -> None:
    assert completions("4820119", ["48201193", "50000001", "H-7"]) == [f"4820119{last}" for last in range(10)]
    assert len(completions("48201", ["48201193"])) == 1000
    assert completions("4820", ["48201193"]) == []
    assert completions("48201193", ["48201193"]) == []
    assert completions("48201", []) == []


def test_a_telephone_number_is_looked_for_as_it_is_usually_written() -> None:
    spellings = phone_spellings("17165550119")
    assert {"(716) 555-0119", "716-555-0119", "7165550119", "+17165550119"} <= set(spellings)
    assert phone_spellings("5550119") == ["5550119"]


def test_a_short_name_is_looked_for_in_each_of_its_spellings() -> None:
    assert spellings("ng") == ["Ng", "NG", "ng"]
