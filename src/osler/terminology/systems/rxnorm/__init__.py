"""RxNorm: what is put first."""

from __future__ import annotations

import itertools
from functools import cache
from importlib.resources import files

from osler.terminology.model import Concept

BY_TYPE = {"IN": 18, "SCD": 10, "BN": 8, "SBD": 4, "PIN": 2, "MIN": 0, "GPCK": -4, "BPCK": -6}
OTHER_TYPE = -40
COMBINATION = 12
"""What each further ingredient costs, unless the combination itself is common."""
OUTDATED = -40


@cache
def usual() -> dict[str, int]:
    """Drug names with how usual they are, 1-60."""
    lines = files("osler.terminology.systems.rxnorm").joinpath("usual.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {name: int(weight) for name, weight in rows}


def weigh(concept: Concept) -> int:
    """Usual drugs first; of one drug the ingredient, then what can be prescribed by the generic name."""
    name = concept.display.lower()
    weight = BY_TYPE.get(concept.value("tty"), OTHER_TYPE) + _usual(name)
    if concept.value("origin").startswith("supplement:"):
        weight += OUTDATED
    return weight - min(len(name) // 50, 3) * 2 - 3 * ("extended release" in name) - _odd_form(name)


def _usual(name: str) -> int:
    table = usual()
    parts = name.split(" / ")
    words = name.replace("/", " ").replace("[", " ").replace("]", " ").split()
    pairs = (f"{first} {second}" for first, second in itertools.pairwise(words))
    best = max((table.get(each, 0) for each in (*words, *pairs)), default=0)
    drugs = [next((word for word in part.split() if word in table), "") for part in parts]
    common = table.get("/".join(sorted(filter(None, drugs))), 0) if len(parts) > 1 else 0
    return common or best - COMBINATION * (len(parts) - 1)


def _odd_form(name: str) -> int:
    odd = ("rectal", "powder", "disintegrating", "chewable", "abuse-deterrent", "matrix", "pack", "prefilled")
    return 4 * any(form in name for form in odd)
