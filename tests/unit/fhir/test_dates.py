"""Partial dates are intervals, and only those that exist."""

from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.fhir.datatypes.dates import (
    EARLIEST,
    LATEST,
    PartialDate,
    parse_date,
    parse_date_time,
    parse_instant,
    parse_time,
)

NEW_YORK = ZoneInfo("America/New_York")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "lo", "hi"),
    [
        ("2012", utc(2012, 1, 1, 5), utc(2013, 1, 1, 5)),
        ("2012-02", utc(2012, 2, 1, 5), utc(2012, 3, 1, 5)),
        ("2012-12", utc(2012, 12, 1, 5), utc(2013, 1, 1, 5)),
        ("2012-02-29", utc(2012, 2, 29, 5), utc(2012, 3, 1, 5)),
        ("2024-03-10", utc(2024, 3, 10, 5), utc(2024, 3, 11, 4)),
        ("2024-11-03", utc(2024, 11, 3, 4), utc(2024, 11, 4, 5)),
        ("2024-07-01T10:00:00-04:00", utc(2024, 7, 1, 14), utc(2024, 7, 1, 14, 0, 1)),
        ("2024-07-01T10:00:00Z", utc(2024, 7, 1, 10), utc(2024, 7, 1, 10, 0, 1)),
        ("2024-07-01T10:00:00.5Z", utc(2024, 7, 1, 10, 0, 0, 500_000), utc(2024, 7, 1, 10, 0, 0, 600_000)),
        ("2024-07-01T10:00:00.123+05:30", utc(2024, 7, 1, 4, 30, 0, 123_000), utc(2024, 7, 1, 4, 30, 0, 124_000)),
        ("2024-07-01T10:00:00.1234567Z", utc(2024, 7, 1, 10, 0, 0, 123_456), utc(2024, 7, 1, 10, 0, 0, 123_457)),
        ("2016-12-31T23:59:60Z", utc(2017, 1, 1), utc(2017, 1, 1, 0, 0, 1)),
        ("2016-12-31T18:59:60.25-05:00", utc(2017, 1, 1, 0, 0, 0, 250_000), utc(2017, 1, 1, 0, 0, 0, 260_000)),
        ("0001", utc(1, 1, 1, 4, 56, 2), utc(2, 1, 1, 4, 56, 2)),
        ("9999", utc(9999, 1, 1, 5), LATEST),
        ("9999-12", utc(9999, 12, 1, 5), LATEST),
        ("9999-12-31", utc(9999, 12, 31, 5), LATEST),
        ("0001-01-01T00:00:00+14:00", EARLIEST, EARLIEST.replace(second=1)),
        ("9999-12-31T23:59:59-14:00", LATEST, LATEST),
        ("9999-12-31T23:59:60Z", LATEST, LATEST),
    ],
)
def test_a_partial_date_spans_all_that_it_may_mean(text: str, lo: datetime, hi: datetime):
    assert parse_date_time(text).span(NEW_YORK) == (lo, hi)


def test_a_zone_east_of_utc_is_cut_at_the_first_year():
    assert parse_date("0001").span(ZoneInfo("Asia/Tokyo"))[0] == EARLIEST


@pytest.mark.parametrize(
    "text",
    [
        "", "12", "201", "2012-", "2012-1", "2012-13", "2012-00", "2011-02-29", "1900-02-29", "2012-02-30", "0000",
        "20120101", "2012-02-29T", "2012-02-29T10:00", "2012-02-29T10:00Z", "2012-02-29T10:00:00",
        "2012-02-29T24:00:00Z", "2012-02-29T10:60:00Z", "2012-02-29T10:00:61Z", "2012-02-29 10:00:00Z",
        "2012-02-29T10:00:00z", "2012-02-29T10:00:00+14:30", "2012-02-29T10:00:00+15:00", "2012-02-29T10:00:00+0500",
        "2012-02-29T10:00:00,5Z", "2012-02-29T10:00:00.Z", "2011-02-29T10:00:00Z", "2011-02-29T10:00:60Z", "2012-W01",
        "2012-W01-1", "-2012", "+2012", " 2012", "2012 ", "2012\n", "2012-02-29T10:00:00Z\n", "２０１２",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str):
    for parse in (parse_date, parse_date_time, parse_instant):
        with pytest.raises(ValueError, match=r"FHIR|month|day|year"):
            parse(text)


def test_date_takes_no_time_and_instant_no_date():
    with pytest.raises(ValueError, match="date"):
        parse_date("2012-02-29T10:00:00Z")
    with pytest.raises(ValueError, match="instant"):
        parse_instant("2012-02-29")


def test_the_day_is_known_only_from_day_precision_on():
    assert parse_date("2012").day is None
    assert parse_date("2012-02").day is None
    assert parse_date("2012-02-29").day == date(2012, 2, 29)
    assert parse_instant("2012-02-29T23:00:00-05:00").day == date(2012, 2, 29)


def test_the_start_has_a_zone_only_when_a_time_was_written():
    assert parse_date("2012").start.tzinfo is None
    assert parse_instant("2012-02-29T23:00:00-05:00").start.utcoffset() is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [("14:30:00", time(14, 30)), ("00:00:00.5", time(0, 0, 0, 500_000)), ("23:59:60", time(23, 59, 59, 999_999))],
)
def test_times(text: str, value: time):
    assert parse_time(text) == value


@pytest.mark.parametrize("text", ["24:00:00", "14:30", "14:30:00Z", "1:00:00", "14:60:00", "14:00:61", "", "14:00:00."])
def test_what_is_no_time_is_refused(text: str):
    with pytest.raises(ValueError, match="time"):
        parse_time(text)


zones = st.sampled_from([UTC, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")])


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)), zones)
def test_year_contains_month_contains_day(day: date, zone: ZoneInfo):
    texts = [f"{day.year:04}", f"{day.year:04}-{day.month:02}", day.isoformat()]
    spans = [parse_date(text).span(zone) for text in texts]
    for (outer_lo, outer_hi), (lo, hi) in pairwise(spans):
        assert outer_lo <= lo < hi <= outer_hi


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)), zones)
def test_an_instant_lies_in_the_span_of_its_own_text(moment: datetime, zone: ZoneInfo):
    partial = parse_instant(moment.isoformat())
    lo, hi = partial.span(zone)
    assert lo == moment < hi
    assert isinstance(partial, PartialDate)
