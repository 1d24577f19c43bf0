"""The French national interaction thesaurus of 2020: pairs, classes and levels, with sentences of our own.

Another country's judgment, and not of this year. Its rows never interrupt until a named clinician of the site has
accepted them, and are always labeled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import zstandard

FRANCE = "France 2020"
LEVELS = {1: "contraindicated", 2: "not recommended", 3: "precaution", 4: "take into account"}
EFFECTS = {
    "torsades": "risk of torsades de pointes",
    "ergotism": "ergotism, with loss of blood flow to the limbs",
    "rhabdomyolysis": "muscle damage up to rhabdomyolysis",
    "serotonin": "serotonin syndrome",
    "vaccine": "the vaccine's organism may spread",
    "hyperkalemia": "high potassium",
    "hypokalemia": "low potassium",
    "hyponatremia": "low sodium",
    "lithium_up": "lithium levels rise",
    "lithium_down": "lithium levels fall",
    "bleeding": "bleeding",
    "breathing": "depressed breathing",
    "sedation": "more sedation",
    "slow_heart": "slow heart rate or heart block",
    "failing_heart": "weaker heart function",
    "arrhythmia": "arrhythmia",
    "orthostatic": "falls in pressure on standing",
    "hypotension": "low blood pressure",
    "hypertension": "high blood pressure or narrowed vessels",
    "pressure_up": "antihypertensive effect is lost",
    "seizures": "seizures",
    "hypoglycemia": "low blood sugar, or its signs are masked",
    "hyperglycemia": "high blood sugar",
    "kidney": "kidney damage",
    "hearing": "hearing damage",
    "blood": "bone marrow toxicity",
    "angioedema": "angioedema",
    "infection": "weakened immune defense",
    "neuropathy": "nerve damage",
    "contraception": "contraception may fail",
    "disulfiram": "a disulfiram-like reaction",
    "muscle_block": "deeper or longer muscle block",
    "anticholinergic": "added anticholinergic effects",
    "methemoglobin": "methemoglobinemia",
    "intracranial": "raised intracranial pressure",
    "ulcer": "ulcers of the gut",
    "liver": "liver damage",
    "opposed": "each works against the other",
    "opioid_less": "less pain relief",
    "absorption": "one is absorbed less; time between doses helps",
    "lower": "one lowers the level or effect of the other",
    "higher": "one raises the level or toxicity of the other",
}
EYE_DROPS_COUNT = ("fr:beta blockers", "fr:non-selective beta blockers")
"""Beginnings of the groups that include eye drops in so many words."""


@dataclass(frozen=True, slots=True)
class FrenchRow:
    """A pair of the thesaurus. `one` and `other` are ingredients, or groups with `fr:` in front."""

    row: str
    one: str
    other: str
    strictest: int
    mildest: int
    """The same as `strictest`, but where the thesaurus judges by drug, dose or route."""
    text: str


@cache
def _packed() -> dict[str, Any]:
    data = files("osler.decisions").joinpath("data", "french.json.zst").read_bytes()
    return msgspec.json.decode(zstandard.ZstdDecompressor().decompress(data))


@cache
def french_groups() -> dict[str, frozenset[str]]:
    """Groups (with `fr:` in front) by ingredient."""
    found: dict[str, set[str]] = {}
    for name, ingredients in _packed()["groups"].items():
        for each in ingredients:
            found.setdefault(each, set()).add(f"fr:{name}")
    return {ingredient: frozenset(names) for ingredient, names in found.items()}


def french_rows() -> Iterator[FrenchRow]:
    """Every pair, once."""
    for one, other, strictest, mildest, effect in _packed()["rows"]:
        shown = [side.removeprefix("fr:") for side in (one, other)]
        why = f": {EFFECTS[effect]}" if effect else ""
        level = (
            LEVELS[mildest]
            if mildest == strictest
            else f"{LEVELS[mildest]} to {LEVELS[strictest]} (by drug, dose, route)"
        )
        text = f"{_first_upper(level)} in France{why}."
        yield FrenchRow(f"fr-{shown[0]}+{shown[1]}".replace(" ", "-"), one, other, strictest, mildest, text)


def strictness_of(row: str) -> tuple[int, int]:
    """What orders rows, the strictest first: 1 (contraindicated) to 4 (take into account). KeyError for another's row."""
    return _levels()[row]


@cache
def _levels() -> dict[str, tuple[int, int]]:
    return {each.row: (each.mildest, each.strictest) for each in french_rows()}


def _first_upper(text: str) -> str:
    return text[0].upper() + text[1:]
