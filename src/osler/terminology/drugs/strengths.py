"""Strengths out of names: `warfarin sodium 5 MG`, `2 ML digoxin 0.25 MG/ML Injection`, `lisinopril 10 mg`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

UNITS = "VECTOR-GENOMES|VIRAL-PARTICLES|SQ-HDM|CELLS|SQCM|MCMOL|MMOL|MMEQ|MEQ|MCI|BAU|EIN|ACTUAT|UNT|MCG|MG|PFU|AU|IR|LF|ML|HR|%|G|L|U"
_AT_END = re.compile(
    rf"^(?P<name>.+?) (?P<amount>\d[\d,]*(?:\.\d+)?) (?P<unit>{UNITS})(?:/(?P<per>{UNITS}))?(?: (?P<form>[A-Z].*))?$"
)
_AMOUNT_IN_FRONT = re.compile(r"^\d[\d.]* (?:ML|HR|ACTUAT|MG|MCI|SQCM|G|L|UNT),? (?:Dose )?")
_SMALLER = {
    "MCG": Decimal("0.001"),
    "UG": Decimal("0.001"),
    "G": Decimal(1000),
    "GM": Decimal(1000),
    "KG": Decimal(1000000),
}


class Part(NamedTuple):
    """One component of a clinical drug's name."""

    name: str
    amount: Decimal | None = None
    unit: str = ""
    per: str = ""


def parts_of(name: str) -> list[Part]:
    """The components of an SCD, SBD or SCDC name, without quantity, brand and form.

    `5 ML foo sodium 2 MG/ML / bar 1 MG/ML Injection [Baz]` -> foo sodium 2 MG/ML, bar 1 MG/ML.
    """
    text = re.sub(r" \[[^\]]*\]$", "", name)
    while match := _AMOUNT_IN_FRONT.match(text):
        text = text[match.end() :]
    return [_part(piece) for piece in text.split(" / ")]


def _part(text: str) -> Part:
    match = _AT_END.match(text)
    if not match:
        return Part(text)
    amount = Decimal(match["amount"].replace(",", ""))
    return Part(match["name"], *in_milligrams(amount, match["unit"]), match["per"] or "")


def in_milligrams(amount: Decimal, unit: str) -> tuple[Decimal, str]:
    """Mass in MG, whatever it was written in; other units unchanged, in RxNorm's spelling."""
    unit = unit.upper()
    if unit in _SMALLER:
        return amount * _SMALLER[unit], "MG"
    return amount, {"UNIT": "UNT", "UNITS": "UNT", "IU": "UNT", "U": "UNT"}.get(unit, unit)


_SPOKEN_UNIT = r"mcg|µg|μg|ug|mg|gm|g|meq|mmol|units?|iu|unt|u|%|ml"
_SPOKEN = re.compile(
    rf"(?<![\w.])(?P<numbers>\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s*[-/]\s*\d+(?:\.\d+)?)*)\s*(?P<unit>{_SPOKEN_UNIT})"
    rf"(?:\s*/\s*(?P<volume>\d+(?:\.\d+)?)?\s*(?P<per>ml|hr?|hour|actuat\w*|puff|spray|l)\b)?(?![a-zµ])"
)


class Spoken(NamedTuple):
    """A strength in somebody's own words, and where in the text it stood."""

    start: int
    end: int
    amounts: tuple[Decimal, ...]
    unit: str
    per: str


def spoken_strengths(text: str) -> list[Spoken]:
    """Strengths in lower-case free text: `10 mg`, `250mg/5ml` (as per one mL), `20-12.5 mg` (two amounts)."""
    return [_spoken(match) for match in _SPOKEN.finditer(text)]


def _spoken(match: re.Match[str]) -> Spoken:
    numbers = re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", match["numbers"])
    volume = Decimal(match["volume"] or 1)
    unit = match["unit"].replace("µ", "u").replace("μ", "u")
    pairs = [in_milligrams(Decimal(number.replace(",", "")) / (volume or 1), unit) for number in numbers]
    per = {"ml": "ML", "h": "HR", "hr": "HR", "hour": "HR", "l": "L"}.get(
        match["per"] or "", "ACTUAT" if match["per"] else ""
    )
    return Spoken(match.start(), match.end(), tuple(amount for amount, _ in pairs), pairs[0][1], per)
