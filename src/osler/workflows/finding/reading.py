"""What somebody means who types a few letters or digits to find a patient: names, birth dates, numbers, in any order.

Some of it can be meant in several ways (`1962`, `03141962`, `may 1962`): then there is a reading for each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from osler.fhir.search.partial import plain
from osler.fhir.search.text import normalize_text
from osler.workflows.finding.dates import compact_dates, take_dates, year_of

_DIGITS = r"(?=[\s:#.*]*[+(]?[^\W\d_]{0,4}-?\d)"
_ENDING = r"\b(?:ends?|ending)\s+(?:in|with|on)\b"
_LABELS = re.compile(
    rf"(?:\b(?:mrn|ssn|dob|born|phone|tel|cell|number|nr|no)\b[.:#]*(?:\s+{_ENDING})?|{_ENDING}){_DIGITS}"
)
_NOTHING_ELSE = re.compile(r"\bdob\b:?")
_APART = re.compile(r"[\s,;]+")
_NUMERIC = re.compile(r"[\d().+#*/:–—-]*\d[\d().+#*/:–—-]*")
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_LEAST = 3
"""Digits beside a name from which on they are a number; two are the year of birth."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of it has to hold: names as words, a birth date as FHIR writes it (any of them), a number without punctuation."""

    names: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    number: str = ""
    raw: str = ""
    """The number as it was typed."""

    @property
    def empty(self) -> bool:
        return not (self.names or self.born or self.number)


def read_query(text: str, today: date) -> tuple[Wanted, ...]:
    """The ways in which it can be meant, the likelier ones first; none when nothing was typed."""
    rest = _NOTHING_ELSE.sub(" ", _LABELS.sub(" ", text.strip().casefold()))
    dated, as_names = take_dates(rest, today), take_dates(rest, today, months=False)
    found = _read(*dated, today)
    if as_names[1] != dated[1]:
        found += _read(*as_names, today)
    return tuple(dict.fromkeys(each for each in found if not each.empty))


def _read(rest: str, born: tuple[str, ...], today: date) -> list[Wanted]:
    words = [each for each in _APART.split(rest) if each]
    numeric = [each for each in words if _NUMERIC.fullmatch(each)]
    mixed = [each for each in words if each not in numeric and any(map(str.isdecimal, each))]
    letters = [each for each in words if each not in numeric and each not in mixed]
    names = _names(letters)
    if numeric:
        return _with_digits(_names([*letters, *mixed]), born, numeric, today)
    found = [Wanted(_names(words), born)]
    if len(mixed) == 1:
        found.append(Wanted(names, born, plain(mixed[0]), mixed[0]))
    return found


def _names(words: list[str]) -> tuple[str, ...]:
    return tuple(part for word in words for part in normalize_text(word).split())


def _with_digits(names: tuple[str, ...], born: tuple[str, ...], numeric: list[str], today: date) -> list[Wanted]:
    digits = plain("".join(numeric))
    number = Wanted(names, born, digits, "".join(numeric))
    if born:
        return [number]
    years = [plain(each) for each in numeric if _YEAR.fullmatch(plain(each))]
    if len(numeric) == 2 and len(years) == 1:
        other = next(each for each in numeric if plain(each) != years[0])
        return [number, Wanted(names, (years[0],), plain(other), other)]
    as_date = tuple(years) if len(numeric) == 1 and years else compact_dates(digits, today)
    if names and len(digits) < _LEAST:
        return [Wanted(names, (str(year_of(digits, today)),))] if len(digits) == 2 else [Wanted(names)]
    dated = [Wanted(names, as_date)] if as_date else []
    return [*dated, number] if names else [number, *dated]
