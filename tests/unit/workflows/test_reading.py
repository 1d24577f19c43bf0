"""What somebody means who types a few letters or digits."""

from __future__ import annotations

from datetime import date

import pytest

from osler.workflows.finding.reading import Wanted, read_query

TODAY = date(2026, 11, 21)
BORN = ("1962-03-14",)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("delg", ("delg",)),
        ("Delgado, Maria", ("delgado", "maria")),
        ("O'Brien-D’Angelo", ("obrien", "dangelo")),
        ("ng", ("ng",)),
        ("no", ("no",)),
        ("Ó Súilleabháin", ("o", "suilleabhain")),
        ("李 小龍", ("李", "小龍")),
        ("abbott509 aaron697", ("abbott509", "aaron697")),
    ],
)
def test_names_are_words_in_any_order(typed: str, names: tuple[str, ...]) -> None:
    assert read_query(typed, TODAY) == (Wanted(names),)


@pytest.mark.parametrize(
    "typed",
    [
        "14-Mar-1962", "14 mar 62", "14mar1962", "1962-03-14", "1962/3/14", "3/14/1962", "3-14-62", "03.14.1962", "3 14 1962",
        "14/3/1962", "March 14, 1962", "mar 14 1962", "14th march 1962", "dob 3/14/1962", "DOB: 14 mar 1962", "born 3/14/62",
    ],
)  # fmt: skip
def test_a_birth_date_is_read_however_it_is_written(typed: str) -> None:
    assert read_query(typed, TODAY) == (Wanted(born=BORN),)


@pytest.mark.parametrize("typed", ["delgado 3/14/62", "14 mar 1962 delgado", "Delgado, dob 1962-03-14"])
def test_a_birth_date_stands_beside_a_name(typed: str) -> None:
    assert read_query(typed, TODAY) == (Wanted(("delgado",), BORN),)


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("3/4/1964", ("1964-03-04", "1964-04-03")),
        ("1962-03", ("1962-03",)),
        ("3/1962", ("1962-03",)),
        ("mar 1962", ("1962-03",)),
        ("1-jan-26", ("2026-01-01",)),
        ("1-jan-27", ("1927-01-01",)),
    ],
)
def test_a_date_may_be_two_dates_or_a_month(typed: str, born: tuple[str, ...]) -> None:
    assert read_query(typed, TODAY)[0] == Wanted(born=born)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("48201193", "48201193"),
        ("4820 1193", "48201193"),
        ("(716) 555-0119", "7165550119"),
        ("+1 716 555 0119", "17165550119"),
        ("123-45-6789", "123456789"),
        ("48", "48"),
        ("mrn 4820", "4820"),
        ("MRN: 0048", "0048"),
        ("mrn q-0071", "q0071"),
        ("#4821", "4821"),
        ("ends in 4321", "4321"),
        ("phone ending in 0119", "0119"),
        ("31/02/1964", "31021964"),
    ],
)
def test_a_number_is_read_without_its_marks(typed: str, number: str) -> None:
    assert [each.number for each in read_query(typed, TODAY) if not each.names] == [number]


def test_a_number_stands_beside_a_name_or_a_birth_date() -> None:
    assert read_query("smith 4321", TODAY) == (Wanted(("smith",), (), "4321", "4321"),)
    assert read_query("3/14/1962 4321", TODAY) == (Wanted((), BORN, "4321", "4321"),)


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("1962", [((), (), "1962"), ((), ("1962",), "")]),
        ("delg 1962", [(("delg",), ("1962",), ""), (("delg",), (), "1962")]),
        ("delg 62", [(("delg",), ("1962",), "")]),
        ("03141962", [((), (), "03141962"), ((), BORN, "")]),
        ("19620314", [((), (), "19620314"), ((), BORN, "")]),
        ("031462", [((), (), "031462"), ((), BORN, "")]),
        ("may 1962", [((), ("1962-05",), ""), (("may",), ("1962",), ""), (("may",), (), "1962")]),
        ("e12345", [(("e12345",), (), ""), ((), (), "e12345")]),
    ],
)
def test_what_can_be_meant_in_several_ways_is_read_in_each(typed: str, readings: list[object]) -> None:
    assert [(each.names, each.born, each.number) for each in read_query(typed, TODAY)] == readings


@pytest.mark.parametrize("typed", ["", "  ", ",;", "-", "'"])
def test_nothing_is_asked_for_by_nothing(typed: str) -> None:
    assert read_query(typed, TODAY) == ()
