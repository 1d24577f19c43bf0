"""Dates and numbers as spans (docs/reference/search-semantics.md, date, number)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from osler.fhir.search.spans import date_span, number_span

NEW_YORK = ZoneInfo("America/New_York")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "lo", "hi"),
    [
        ("2020", utc(2020, 1, 1, 5), utc(2021, 1, 1, 5)),
        ("2020-02", utc(2020, 2, 1, 5), utc(2020, 3, 1, 5)),
        ("2020-12", utc(2020, 12, 1, 5), utc(2021, 1, 1, 5)),
        ("2020-03-08", utc(2020, 3, 8, 5), utc(2020, 3, 9, 4)),  # 23 hours: clocks go forward
        ("2020-11-01", utc(2020, 11, 1, 4), utc(2020, 11, 2, 5)),  # 25 hours: clocks go back
        ("2020-01-01T10:00", utc(2020, 1, 1, 15), utc(2020, 1, 1, 15, 1)),
        ("2020-01-01T10:00Z", utc(2020, 1, 1, 10), utc(2020, 1, 1, 10, 1)),
        ("2020-01-01T10:00:30", utc(2020, 1, 1, 15, 0, 30), utc(2020, 1, 1, 15, 0, 31)),
        ("2020-07-01T10:00:30", utc(2020, 7, 1, 14, 0, 30), utc(2020, 7, 1, 14, 0, 31)),
        ("2020-01-01T10:00:00Z", utc(2020, 1, 1, 10), utc(2020, 1, 1, 10, 0, 1)),
        ("2020-01-01T10:00:00+05:30", utc(2020, 1, 1, 4, 30), utc(2020, 1, 1, 4, 30, 1)),
        ("2020-01-01T10:00:00.12-05:00", utc(2020, 1, 1, 15, 0, 0, 120000), utc(2020, 1, 1, 15, 0, 0, 130000)),
        ("2016-12-31T23:59:60Z", utc(2017, 1, 1), utc(2017, 1, 1, 0, 0, 1)),
    ],
)
def test_a_date_spans_what_it_leaves_open(written: str, lo: datetime, hi: datetime):
    assert date_span(written, NEW_YORK) == (lo, hi)


def test_the_ends_of_time_are_clamped():
    assert date_span("9999", NEW_YORK) == (utc(9999, 1, 1, 5), datetime.max.replace(tzinfo=UTC))
    assert date_span("0001-01-01", ZoneInfo("Etc/GMT-9")) == (
        datetime.min.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC) + timedelta(hours=15),
    )


@pytest.mark.parametrize(
    "written", ["", "20", "2020-13", "2020-02-30", "2020-1-1", "2020-01-01T25:00Z", "2020-01-01T", "2020Z", "now"]
)
def test_what_is_no_date_has_no_span(written: str):
    assert date_span(written, NEW_YORK) is None


@pytest.mark.parametrize(
    ("written", "lo", "hi"),
    [
        ("100", "99.5", "100.5"),
        ("100.00", "99.995", "100.005"),
        ("1e2", "50", "150"),
        ("1.0e2", "95", "105"),
        ("-5.4", "-5.45", "-5.35"),
        ("0", "-0.5", "0.5"),
        ("0.0000001", "0.00000005", "0.00000015"),
        ("1234567890123456789012345678901234567890.1", "1234567890123456789012345678901234567890.05",
         "1234567890123456789012345678901234567890.15"),
    ],
)  # fmt: skip
def test_a_number_spans_half_a_unit_of_its_last_digit(written: str, lo: str, hi: str):
    span = number_span(written)
    assert span is not None
    assert span == (Decimal(written), Decimal(lo), Decimal(hi))


@pytest.mark.parametrize("written", ["", "abc", "1e999", "NaN", "Infinity", "1.", ".5", "1,5", "0x10", "٣", "1e-101"])
def test_what_is_no_sensible_number_has_no_span(written: str):
    assert number_span(written) is None
