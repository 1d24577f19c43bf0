"""Clinical writing: one unambiguous way for dates, numbers, ages, drugs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.interfaces.web.components import format
from osler.interfaces.web.components.reading import read_clock, read_day, read_number
from osler.interfaces.web.components.values import CRITICAL_HIGH, flag_for

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        ("1964-03-14", "14-Mar-1964"),
        ("1964-03", "Mar-1964"),
        ("1964", "1964"),
        (date(2026, 1, 2), "02-Jan-2026"),
        ("2026-11-21T03:00:00Z", "20-Nov-2026"),
    ],
)
def test_a_day_is_written_with_its_month_in_letters(given_: str | date, text: str) -> None:
    assert format.day(given_, CHICAGO).text == text


def test_a_moment_is_written_in_the_zone_of_the_site_and_in_24_hours() -> None:
    assert format.moment(datetime(2026, 11, 21, 21, 5, tzinfo=UTC), CHICAGO).text == "21-Nov-2026 15:05"
    assert format.moment("2026-11-21T21:05:00Z", CHICAGO).iso == "2026-11-21T15:05-06:00"
    assert format.moment("2026-11").text == "Nov-2026"


def test_recent_says_today_only_of_today() -> None:
    now = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert format.recent(datetime(2026, 11, 21, 15, 12, tzinfo=UTC), now, CHICAGO).text == "today 09:12"
    assert format.recent(datetime(2026, 11, 21, 5, 0, tzinfo=UTC), now, CHICAGO).text == "20-Nov-2026 23:00"


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("1964-03-14", "62 y"), ("1964-11-22", "61 y"), ("2026-11-18", "3 d"), ("2026-11-21", "0 d"), ("2026-06-21", "5 mo"), ("2024-12-01", "23 mo"),
        ("2024-11-21", "2 y"), ("2026-10-22", "30 d"), ("1964", "about 62 y"), ("1964-12", "about 61 y"),
    ],
)  # fmt: skip
def test_age_uses_the_unit_that_fits(born: str, age: str) -> None:
    assert format.age(born, date(2026, 11, 21)) == age


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (".5", "0.5"),
        ("5.0", "5"),
        ("1000", "1,000"),
        ("1.50", "1.5"),
        ("100", "100"),
        ("0.125", "0.125"),
        (Decimal("1E+3"), "1,000"),
        ("12500.0", "12,500"),
    ],
)
def test_a_dose_has_no_trailing_and_no_naked_zero(value: str, text: str) -> None:
    assert format.number(value) == text


@given(st.decimals(min_value=0, max_value=10**7, places=4))
def test_a_dose_written_reads_back_as_the_same_number(value: Decimal) -> None:
    written = format.number(value)
    assert read_number(written) == value
    assert not written.startswith(".")
    assert "." not in written or not written.endswith("0")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("31.0", "31.0"),
        ("1.10", "1.10"),
        ("138.8762344123456", "138.9"),
        ("6.2837461928374651", "6.28"),
        ("0.9812345678901234", "0.981"),
        ("78", "78"),
    ],
)
def test_a_measurement_keeps_the_digits_it_was_reported_with_but_not_noise(value: str, text: str) -> None:
    assert format.measured(value) == text


def test_a_change_has_its_sign_and_a_true_minus() -> None:
    assert format.change("82.4", "80.5") == "+1.9"
    assert format.change("80", "80.4") == "−0.4"
    assert format.change("80.01", "80") == ""


@pytest.mark.parametrize(
    ("code", "text"),
    [("mm[Hg]", "mmHg"), ("ug", "mcg"), ("{score}", ""), ("{anything}", ""), ("mg/dL", "mg/dL"), ("kg/m2", "kg/m²")],
)
def test_units_are_written_as_clinicians_write_them(code: str, text: str) -> None:
    assert format.unit_text(code) == text


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Metformin", "metFORMIN"),
        ("AMLODIPINE", "amLODIPine"),
        ("lisinopril / hydrochlorothiazide", "lisinopril and hydroCHLOROthiazide"),
        ("prednisone", "predniSONE"),
    ],
)
def test_drug_names_are_lower_case_with_tall_man_letters(name: str, written: str) -> None:
    assert format.drug_name(name) == written


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1))
def test_tall_man_letters_never_change_the_letters(name: str) -> None:
    assert format.drug_name(name).lower() == name


def test_names_identifiers_and_lists() -> None:
    assert format.person_name("Delgado", "Maria Elena") == "DELGADO, Maria Elena"
    assert format.person_name("", "") == "Name not recorded"
    assert format.grouped_number("48201193") == "4820 1193"
    assert format.grouped_number("a1b2-c3") == "a1b2-c3"
    assert format.grouped_number("88fedc82-1cc1-4e01-9ef1-145bbf149bb0") == "88fedc82…"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Jiho Park, MA", "J. Park, MA"),
        ("Dr Adaeze Okafor", "Dr A. Okafor"),
        ("Dr. Juan de la Cruz", "Dr. J. de la Cruz"),
        ("Dr A. Okafor", "Dr A. Okafor"),
        ("Wulandari", "Wulandari"),
        ("Wulandari, RN", "Wulandari, RN"),
        ("", ""),
    ],
)
def test_a_member_of_staff_is_shortened_to_an_initial_and_the_rest(name: str, short: str) -> None:
    assert format.short_person(name) == short
    assert format.joined(["a", "b", "c"]) == "a, b and c"
    assert format.plural(1200, "refill") == "1,200 refills"
    assert flag_for("HH") == CRITICAL_HIGH
    assert flag_for("N") is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("14-Mar-1964", "1964-03-14"), ("mar 1964", "1964-03"), ("1964", "1964"), ("1964-03-05", "1964-03-05"), ("2024-03", "2024-03"),
        ("14/3/1964", "1964-03-14"), ("3/3/2026", "2026-03-03"), ("March 5, 2024", "2024-03-05"), (" 5 March 2024 ", "2024-03-05"),
    ],
)  # fmt: skip
def test_a_typed_day_is_taken_as_meant(typed: str, day: str) -> None:
    assert read_day(typed) == day


@pytest.mark.parametrize(
    "typed", ["3/4/2026", "31-Feb-2024", "", "x", "5", "14-Mar-64", "13/13/2026", "2024-13", "2024-01-02-03"]
)
def test_a_day_that_could_be_two_or_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z]"):
        read_day(typed)


@given(st.dates())
def test_a_day_written_reads_back_as_itself(day: date) -> None:
    assert read_day(format.day(day).text) == day.isoformat()


def test_times_and_numbers_are_read_or_refused() -> None:
    assert read_clock("9:30").isoformat() == "09:30:00"
    assert read_clock("0930").isoformat() == "09:30:00"
    assert read_number(".5") == Decimal("0.5")
    for typed in ("25:00", "9", "noon"):
        with pytest.raises(ValueError, match="Write a time"):
            read_clock(typed)
    for typed in ("1,5", "12,34", "", "1.2.3", "five"):
        with pytest.raises(ValueError, match="Write a number"):
            read_number(typed)
