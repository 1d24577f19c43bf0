"""Birth dates as people type them: `3/14/1962`, `14 mar 62`, `March 14, 1962`, `1962-03-14`, `03141962`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_SHORT = {name[:length]: place for place, name in enumerate(MONTHS, start=1) for length in (3, 4, len(name))}
_EARLIEST = 1850
_MONTH = rf"(?P<word>{'|'.join(sorted(_SHORT, key=len, reverse=True))})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_FORMS = tuple(
    re.compile(rf"(?<![\w/-]){form}(?![\w/-])")
    for form in (
        r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})(?:t[\d:.z+-]*)?",
        rf"{_DAY}[-/., ]{{0,2}}{_MONTH}[-/., ]{{0,2}}{_YEAR}",
        rf"{_MONTH}[-/., ]{{0,2}}{_DAY}[-/., ]{{1,2}}{_YEAR}",
        rf"(?P<year>\d{{4}})[-/., ]?{_MONTH}[-/., ]?{_DAY}",
        rf"(?P<first>\d{{1,2}})(?P<mark>[-/. ])(?P<second>\d{{1,2}})(?P=mark){_YEAR}",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[-/](?P<year>\d{4})",
    )
)
_MONTH_ALONE = re.compile(rf"(?<![\w/-]){_MONTH}[-/., ]{{0,2}}(?P<year>\d{{4}})(?![\w/-])")
_COMPACT = {6: ("mmddyy", "ddmmyy"), 7: ("mddyyyy",), 8: ("mmddyyyy", "ddmmyyyy", "yyyymmdd")}


def take_dates(text: str, today: date, *, months: bool = True) -> tuple[str, tuple[str, ...]]:
    """The text without its dates, and the dates as FHIR writes them. `3/4/1962` is read both ways: a list shows which it is.
    `months`: a word with a year behind it may be a month (`may 1962`), not a name."""
    born: list[str] = []
    for form in (*_FORMS, *([_MONTH_ALONE] if months else [])):
        text = form.sub(_taker(born, today), text)
    return text, tuple(dict.fromkeys(born))


def _taker(born: list[str], today: date) -> Callable[[re.Match[str]], str]:
    """What is no date stays."""

    def take(found: re.Match[str]) -> str:
        dates = _dates({key: value for key, value in found.groupdict().items() if value}, today)
        born.extend(dates)
        return " " if dates else found.group()

    return take


def _dates(parts: dict[str, str], today: date) -> list[str]:
    year = year_of(parts["year"], today)
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        return list(dict.fromkeys(_valid(year, first, second, today) + _valid(year, second, first, today)))
    month = _SHORT[parts["word"]] if "word" in parts else int(parts["month"])
    if "day" in parts:
        return _valid(year, month, int(parts["day"]), today)
    return [day[:7] for day in _valid(year, month, 1, today)]


def compact_dates(digits: str, today: date) -> tuple[str, ...]:
    """What digits without any mark between them can be."""
    found: list[str] = []
    for form in _COMPACT.get(len(digits), ()):
        year, month, day = ("".join(d for d, f in zip(digits, form, strict=True) if f == part) for part in "ymd")
        found += _valid(year_of(year, today), int(month), int(day), today)
    return tuple(dict.fromkeys(found))


def year_of(text: str, today: date) -> int:
    """A year of two digits is the latest that is not ahead."""
    if len(text) == 4:
        return int(text)
    year = today.year // 100 * 100 + int(text)
    return year if year <= today.year else year - 100


def _valid(year: int, month: int, day: int, today: date) -> list[str]:
    if not _EARLIEST <= year <= today.year + 1:
        return []
    try:
        return [date(year, month, day).isoformat()]
    except ValueError:
        return []
