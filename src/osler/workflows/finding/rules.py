"""What somebody means who types a few letters or digits to find a patient, and how near a patient comes to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from osler.clinical.patients.fhir import Patient
from osler.fhir.search.text import normalize_text

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"\b(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/. ]?([a-z]{3})[a-z]*[-/. ]?(\d{4}|\d{2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2}))\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Names as words, birth dates as FHIR writes them (any of them), numbers as digits."""

    names: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    number: str = ""
    raw: str = ""

    @property
    def empty(self) -> bool:
        return not (self.names or self.born or self.number)


def read_query(text: str, today: date) -> Wanted:
    """Parts what was typed into names, birth dates and an MRN or telephone number.

    `3/4/1964` is read both ways: a list shows which it is. A year of two digits is the latest that is not ahead.
    """
    rest = text.strip().lower()
    born: list[str] = []
    for found in _DATE.finditer(rest):
        born += _dates(found, today)
    rest = _DATE.sub(" ", rest)
    digits = re.sub(r"[\s().+-]", "", rest)
    if digits.isdecimal() and len(digits) >= 5:
        return Wanted(born=tuple(born), number=digits, raw=text.strip())
    words = normalize_text(rest).split()
    years = [word for word in words if _YEAR.fullmatch(word)]
    names = tuple(word for word in words if word not in years and not word.isdecimal())
    numbers = [word for word in words if word.isdecimal() and word not in years]
    return Wanted(names, tuple(born or years), numbers[0] if numbers and not names else "", text.strip())


def _dates(found: re.Match[str], today: date) -> list[str]:
    year, month, day, day_2, word, year_2, first, second, year_3 = found.groups()
    if year:
        return _valid(int(year), int(month), int(day))
    if word:
        return _valid(_year(year_2, today), MONTHS.index(word) + 1, int(day_2)) if word in MONTHS else []
    whole = _year(year_3, today)
    both = _valid(whole, int(first), int(second)) + _valid(whole, int(second), int(first))
    return list(dict.fromkeys(both))


def _year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text)
    year = today.year // 100 * 100 + int(text)
    return year if year <= today.year else year - 100


def _valid(year: int, month: int, day: int) -> list[str]:
    try:
        return [date(year, month, day).isoformat()]
    except ValueError:
        return []


def phone_spellings(digits: str) -> list[str]:
    """The ways in which a telephone number of these digits is usually written down."""
    national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    found = [digits, national]
    if len(national) == 10:
        area, middle, last = national[:3], national[3:6], national[6:]
        found += [
            f"({area}) {middle}-{last}", f"{area}-{middle}-{last}", f"{area}.{middle}.{last}", f"{area} {middle} {last}",
            f"+1{national}", f"+1 {area}-{middle}-{last}", f"+1-{area}-{middle}-{last}", f"1-{area}-{middle}-{last}",
            f"({area}){middle}-{last}",
        ]  # fmt: skip
    return list(dict.fromkeys(found))


def spellings(word: str) -> list[str]:
    """A name typed without its capitals, as it may be written."""
    return list(dict.fromkeys((word.capitalize(), word.upper(), word)))


_UNKNOWN_DIGITS = 3
"""Of a record number so many digits may be missing: a thousand numbers are still looked up in no time."""


def completions(digits: str, known: Iterable[str]) -> list[str]:
    """The record numbers that begin with these digits, of the lengths that known ones have; none when too many would fit."""
    lengths = sorted({len(each) for each in known if each.isdecimal()})
    return [
        f"{digits}{rest:0{missing}d}"
        for length in lengths
        if 0 < (missing := length - len(digits)) <= _UNKNOWN_DIGITS
        for rest in range(10**missing)
    ]


def distance(first: str, second: str, most: int) -> int:
    """Letters to change, add, leave out or exchange with a neighbour to get from one word to the other; `most` + 1 when more."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        above, row = row, [i]
        for j, other in enumerate(second, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return min(row[-1], most + 1)


def is_near(patient: Patient, names: Iterable[str]) -> bool:
    """Whether each word is the beginning of, or a slip of the pen away from, one of the patient's names."""
    own = _words(patient)
    return all(any(_alike(word, name) for name in own) for word in names)


def begins(patient: Patient, names: Iterable[str]) -> bool:
    """Whether each word is the beginning of one of the patient's names."""
    own = _words(patient)
    return all(any(name.startswith(word) for name in own) for word in names)


def _words(patient: Patient) -> list[str]:
    return normalize_text(f"{patient.family} {patient.given} {patient.preferred_name}").split()


def _alike(word: str, name: str) -> bool:
    """Two or three letters are a beginning and nothing else: a slip among them could mean any name."""
    if len(word) <= _SHORT:
        return name.startswith(word)
    most = 1 if len(word) < 6 else 2
    return name.startswith(word) or distance(word, name, most) <= most or distance(word, name[: len(word)], 1) <= 1


def rank(patients: Iterable[Patient], wanted: Wanted, first: Iterable[str]) -> list[Patient]:
    """The best match first: a whole surname, a surname's beginning, any name's beginning, then slips of the pen.

    Among matches equally good those of `first` (today's, recent ones) stand before the others; then by name.
    """
    order = {id_: place for place, id_ in enumerate(first)}
    typed = " ".join(wanted.names)

    def place(patient: Patient) -> tuple[int, int, bool, str, str]:
        family = normalize_text(patient.family)
        return (_quality(patient, family, typed, wanted.names), order.get(patient.id, len(order)), patient.deceased,
                family, normalize_text(patient.given))  # fmt: skip

    return sorted(patients, key=place)


def _quality(patient: Patient, family: str, typed: str, names: tuple[str, ...]) -> int:
    """0 is best. Without names (a birth date, a number) all are equal."""
    if not names or family == typed:
        return 0
    if not begins(patient, names):
        return 3
    return 1 if any(each.startswith(names[0]) for each in family.split()) else 2
