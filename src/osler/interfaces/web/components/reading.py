"""What people type as dates, times and numbers, taken as they mean it or refused; never guessed."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

from osler.interfaces.web.components.format import MONTHS

HOW_TO_WRITE_A_DAY = "Write a day as 14-Mar-2026, or only a month or year"
_SEPARATORS = re.compile(r"[\s,/.\-]+")
_DECIMAL = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d*\.?\d+")


def read_day(text: str) -> str:
    """A day, or as much of one as is known, in FHIR's form.

    Takes `14-Mar-1964`, `Mar 1964`, `1964`, `1964-03-14`, and `14/3/1964` because it can mean one day only.
    ValueError, with words for the reader, when it is no day or when day and month could be exchanged (`3/4/2026`).
    """
    parts = [part for part in _SEPARATORS.split(text.strip()) if part]
    if parts and _is_year(parts[0]):
        year, *rest = parts
    elif parts and _is_year(parts[-1]):
        *rest, year = parts
        rest = _month_first(rest)
    else:
        raise ValueError(HOW_TO_WRITE_A_DAY)
    if len(rest) > 2:
        raise ValueError(HOW_TO_WRITE_A_DAY)
    month = _month(rest[0]) or _count(rest[0], 12) if rest else None
    return _joined(year, month, _count(rest[1], 31) if len(rest) == 2 else None)


def read_clock(text: str) -> time:
    """A time of day: `09:30`, `9:30`, `0930`. ValueError when it is none."""
    digits = text.strip().replace(":", "").replace(".", "")
    if not digits.isdecimal() or len(digits) not in (3, 4) or int(digits[:-2]) > 23 or int(digits[-2:]) > 59:
        raise ValueError("Write a time as 09:30")
    return time(int(digits[:-2]), int(digits[-2:]))


def read_number(text: str) -> Decimal:
    """A number with a decimal point:

    `98.6`, `.5`, `1,000`. A comma that is not a thousands mark is refused, not guessed.
    """
    if not _DECIMAL.fullmatch(text.strip()):
        raise ValueError("Write a number with a point, such as 98.6")
    return Decimal(text.strip().replace(",", ""))


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal()


def _month_first(parts: list[str]) -> list[str]:
    """Month and day in this order, when only one order is possible."""
    if len(parts) != 2 or _month(parts[0]):
        return parts
    if _month(parts[1]):
        return [parts[1], parts[0]]
    one, two = _count(parts[0], 31), _count(parts[1], 31)
    if one <= 12 and two <= 12 and one != two:
        raise ValueError("Day and month could be exchanged: write the month in letters")
    return [str(min(one, two)), str(max(one, two))]


def _month(word: str) -> int:
    """1 to 12 for a month written in letters, else 0."""
    short = word[:3].title()
    return MONTHS.index(short) + 1 if len(word) >= 3 and short in MONTHS else 0


def _count(word: str, most: int) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= most:
        raise ValueError(HOW_TO_WRITE_A_DAY)
    return int(word)


def _joined(year: str, month: int | None, day: int | None) -> str:
    if month is None:
        return year
    if day is None:
        return f"{year}-{month:02d}"
    try:
        return date(int(year), month, day).isoformat()
    except ValueError as error:
        raise ValueError("There is no such day") from error
