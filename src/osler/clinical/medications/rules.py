"""How a drug's words are parted, and which drugs bear on blood pressure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from osler.clinical.medications.fhir import Medication

_STRENGTH = re.compile(
    r"\s(?=\d[\d,.]*(?:-\d[\d,.]*)*\s?(?:mg|mcg|g|ug|ml|units?|unt|meq|mmol|%|iu|actuat)\b|\d[\d,.]*\s?%)",
    re.IGNORECASE,
)

_LOWERING = """
amlodipine atenolol azilsartan benazepril bisoprolol candesartan captopril carvedilol chlorthalidone clonidine diltiazem
doxazosin enalapril eplerenone felodipine fosinopril furosemide hydralazine hydrochlorothiazide indapamide irbesartan
labetalol lisinopril losartan metoprolol minoxidil nadolol nebivolol nifedipine olmesartan perindopril prazosin
propranolol quinapril ramipril sacubitril spironolactone telmisartan terazosin torsemide trandolapril triamterene
valsartan verapamil
"""
_RAISING = """
celecoxib diclofenac etodolac ibuprofen indomethacin ketorolac meloxicam methylphenidate nabumetone naproxen
phenylephrine prednisolone prednisone pseudoephedrine venlafaxine
"""
ON_PRESSURE = frozenset(f"{_LOWERING} {_RAISING}".split())
"""Ingredients that lower blood pressure, or are known to raise it."""


def split_drug(words: str) -> tuple[str, str]:
    """`metformin 1,000 mg tablet` as its name and what follows from the strength on.

    Words that begin with a number (`24 HR metformin …`) or name several strengths stay whole: better long than wrong.
    """
    words = " ".join(words.split())
    found = _STRENGTH.search(words)
    if not found or words[:1].isdigit() or " / " in words:
        return words, ""
    return words[: found.start()], words[found.end() :]


def ingredients(name: str) -> frozenset[str]:
    """The single words of a drug's name, lower case: enough to recognise its ingredients."""
    return frozenset(re.findall(r"[a-z]+", name.lower()))


def bears_on_pressure(name: str) -> bool:
    """Whether a drug of this name lowers blood pressure or is known to raise it."""
    return bool(ingredients(name) & ON_PRESSURE)


def courses(medications: Iterable[Medication]) -> dict[str, list[Medication]]:
    """Orders of the same drug, oldest first, by name: its history of doses."""
    found: dict[str, list[Medication]] = {}
    for each in sorted(medications, key=lambda medication: medication.started):
        found.setdefault(each.name.lower(), []).append(each)
    return found
