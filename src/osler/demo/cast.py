"""Who is who: which story the patient with a given number lives.

Patient 0 is the showpiece; 1 to 29 are set by hand, so that a small clinic already has one of everything; later ones
are drawn from the weights. A patient depends on its number and the seed, never on how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Part:
    """A part to be played. `life` names a function of `osler.demo.lives`; `threads` are keys of `stories.THREADS`."""

    life: str
    threads: tuple[str, ...] = ()
    ages: tuple[int, int] = (25, 75)
    sex: str = ""
    smoker: str = ""


def _adult(*threads: str, ages: tuple[int, int] = (40, 80), sex: str = "", smoker: str = "") -> Part:
    return Part("adult", threads, ages, sex, smoker)


SET: dict[int, Part] = {
    1: Part("new", ages=(34, 34)),
    2: Part("no-allergies", ages=(41, 41)),
    3: Part("long-name", ("hypertension",), (58, 58), "female"),
    4: Part("accents", ("diabetes", "hyperlipidemia"), (54, 54), "male"),
    5: Part("apostrophes", ("hypertension", "gout"), (61, 61), "male"),
    6: Part("one-name", ("hypothyroidism",), (47, 47), "female"),
    7: Part("twin", ages=(8, 8), sex="female"),
    8: Part("twin", ages=(8, 8), sex="female"),
    9: Part("part-2", ages=(38, 38), sex="male"),
    10: Part("deceased", ages=(72, 72), sex="male", smoker="former"),
    11: Part("hospice", ages=(83, 83), sex="female", smoker="former"),
    12: Part("pregnancy", ages=(29, 29), sex="female"),
    13: _adult("afib-warfarin", "hypertension", ages=(74, 74)),
    14: _adult("heart-failure", "hyperlipidemia", ages=(70, 70)),
    15: _adult("copd", ages=(68, 68), smoker="current"),
    16: Part("child", ("adhd",), (10, 10), "male"),
    17: Part("child", ("asthma",), (7, 7)),
    18: Part("child", ages=(0, 0)),
    19: _adult("depression", ages=(36, 36)),
    20: Part("restricted-note", ("anxiety",), (31, 31), "female"),
    21: _adult("ckd-3b", "diabetes", "hypertension", ages=(71, 71)),
    22: _adult("migraine", ages=(33, 33), sex="female"),
    23: _adult("back-pain", ages=(45, 45)),
    24: _adult("diabetes", "hypertension", "hyperlipidemia", "obesity", ages=(57, 57)),
    25: Part("child", ages=(2, 2)),
    26: Part("child", ages=(14, 14)),
    27: _adult("knee-oa", "hypertension", ages=(66, 66)),
    28: _adult("asthma", "allergic-rhinitis", ages=(27, 27)),
    29: _adult("prostate", "hyperlipidemia", ages=(69, 69), sex="male"),
}

_WEIGHTED: tuple[tuple[int, Part], ...] = (
    (24, Part("child", ages=(0, 17))),
    (3, Part("child", ("asthma",), (4, 16))),
    (2, Part("child", ("adhd",), (8, 16))),
    (75, Part("adult", ages=(18, 70))),
    (7, _adult("hypertension")),
    (6, _adult("hypertension", "hyperlipidemia")),
    (6, _adult("diabetes", "hypertension", "hyperlipidemia")),
    (4, _adult("diabetes", "obesity")),
    (2, _adult("diabetes", "hypertension", "ckd-3a", ages=(55, 84))),
    (3, _adult("ckd-3a", "hypertension", ages=(60, 88))),
    (2, _adult("ckd-3b", "hypertension", ages=(65, 88))),
    (4, _adult("hyperlipidemia", ages=(35, 75))),
    (3, _adult("prediabetes", "obesity", ages=(30, 65))),
    (4, _adult("asthma", ages=(18, 60))),
    (3, _adult("copd", "hypertension", ages=(55, 85), smoker="former")),
    (5, _adult("depression", ages=(19, 70))),
    (3, _adult("anxiety", ages=(19, 60))),
    (4, _adult("hypothyroidism", ages=(25, 80))),
    (2, _adult("afib-warfarin", "hypertension", ages=(65, 90))),
    (3, _adult("afib", "hypertension", ages=(60, 90))),
    (3, _adult("heart-failure", "hyperlipidemia", ages=(62, 90))),
    (3, _adult("knee-oa", "hypertension", ages=(55, 85))),
    (3, _adult("migraine", ages=(18, 50))),
    (3, _adult("back-pain", ages=(25, 65))),
    (2, _adult("reflux", "hyperlipidemia", ages=(30, 75))),
    (2, _adult("prostate", "hypertension", ages=(58, 85), sex="male")),
    (2, _adult("gout", "hypertension", ages=(45, 80), sex="male")),
    (2, _adult("osteoporosis", ages=(65, 90), sex="female")),
    (2, _adult("allergic-rhinitis", ages=(18, 50))),
    (2, _adult("iron-deficiency", ages=(20, 49), sex="female")),
    (2, Part("pregnancy", ages=(22, 38), sex="female")),
)
_PARTS = [part for _, part in _WEIGHTED]
_WEIGHTS = [weight for weight, _ in _WEIGHTED]


def part(rng: Random, number: int) -> Part:
    """The part of the patient with this number (1 and up)."""
    return SET.get(number) or rng.choices(_PARTS, _WEIGHTS)[0]
