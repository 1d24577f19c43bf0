"""Who could be taken for whom: the names and birth dates that a hurried reader mixes up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations, product

from osler.clinical.patients.fhir import Patient
from osler.fhir.search.text import normalize_text

_SPELLED = (
    (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"ph|v", "f"), (r"sch|sh", "sh"), (r"gh(?=[^aeiouy]|$)", ""), (r"ck|q", "k"),
    (r"c(?=[eiy])|z", "s"), (r"c(?!h)", "k"), (r"x", "ks"), (r"(?<=[tkrwj])h|(?<=[aeiou])h(?=[^aeiou]|$)", ""), (r"y|ie|ei", "i"),
)  # fmt: skip
_SOUNDS = tuple((re.compile(pattern), sound) for pattern, sound in _SPELLED)
_TWICE = re.compile(r"(.)\1+")
_LONG = 5
"""Letters from which on one wrong letter does not make another name. (A letter left out of five leaves four.)"""


_ALIKE = {
    "a": "eo", "e": "ai", "i": "ey", "o": "au", "u": "o", "y": "ie", "c": "ks", "k": "c", "q": "k", "s": "zc", "z": "s", "x": "z",
    "f": "v", "v": "fw", "w": "v", "d": "t", "t": "d", "b": "pv", "p": "b", "g": "j", "j": "gy", "m": "n", "n": "m", "l": "r", "r": "l",
    "h": "",
}  # fmt: skip
_MOST_SLIPS = 120
_SHORTEST = 3


def slips(word: str) -> list[str]:
    """What may have been meant by a word of three letters at least: neighbors exchanged, a letter too many, one missing or
    doubled, one that sounds alike; each with the letters typed after the slip, the last of which may be wrong too."""
    if len(word) < _SHORTEST:
        return []
    found = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    found += [word[:at] + word[at + 1 :] for at in range(len(word))]
    found += [word[:at] + other + word[at + 1 :] for at, letter in enumerate(word) for other in _ALIKE.get(letter, "")]
    found += [word[:at] + letter + word[at:] for at, letter in enumerate(word)]
    found += [word[:at] + vowel + word[at:] for at in range(1, len(word)) for vowel in "aeiou"]
    found += [word[:-1], word[:-2]] if len(word) > _SHORTEST + 1 else []
    return [each for each in dict.fromkeys(found) if len(each) >= _SHORTEST and each != word][:_MOST_SLIPS]


@lru_cache(maxsize=4096)
def sound(name: str) -> str:
    """How a normalised name sounds, roughly: Smith and Smyth, Catherine and Katherine, Stephen and Steven are one."""
    key = _TWICE.sub(r"\1", name.replace(" ", ""))
    for pattern, letter in _SOUNDS:
        key = pattern.sub(letter, key)
    return _TWICE.sub(r"\1", key)


def is_slip(first: str, second: str) -> bool:
    """Whether two names of some length differ by one letter, or by two that have changed places."""
    if abs(len(first) - len(second)) > 1 or min(len(first), len(second)) < _LONG:
        return False
    start = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    one, other = first[start:], second[start:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or swapped


def are_alike(one: Patient, other: Patient) -> bool:
    """Whether one could be taken for the other by the whole name, in whatever order and however it is spelled, or by the birth
    date and the surname, or by the birth date, the first name and the surname's initial."""
    if one.id == other.id:
        return False
    (family, given), (family_2, given_2) = _parts(one), _parts(other)
    surnames, names = _same(family, family_2), _same(given, given_2)
    turned = _same(family, given_2) and _same(given, family_2)
    born = bool(one.born) and one.born == other.born
    return (surnames and names) or turned or (born and (surnames or (names and family[:1] == family_2[:1])))


def namesakes(patients: Iterable[Patient]) -> frozenset[str]:
    """Ids of those of a list who could be taken for one another; in a list one surname and one initial are enough."""
    groups: dict[str, list[Patient]] = {}
    for each in {each.id: each for each in patients}.values():
        for mark in _marks(*_parts(each), each.born):
            groups.setdefault(mark, []).append(each)
    found: set[str] = set()
    for mark, group in groups.items():
        for one, other in combinations(group, 2):
            if not {one.id, other.id} <= found and (mark.startswith(_INITIAL) or are_alike(one, other)):
                found |= {one.id, other.id}
    return frozenset(found)


@lru_cache(maxsize=4096)
def _marks(family: str, given: str, born: str) -> frozenset[str]:
    """Any two who are alike have one of these in common; hardly any others do."""
    if not family:
        return frozenset()
    surnames, names = _forms(sound(family)), _forms(sound(given))
    found = {" ".join(sorted(pair)) for pair in product(surnames, names)} if given else set[str]()
    found |= {f"{_INITIAL} {family} {given[0]}"} if given else set()
    if born:
        found |= {f"{born} {each}" for each in surnames} | {f"{born} {family[0]} {each}" for each in names if given}
    return frozenset(found)


_INITIAL = "initial"


def _forms(key: str) -> set[str]:
    """The key, and what is left of it without any one of its letters."""
    return {key, *(key[:at] + key[at + 1 :] for at in range(len(key)) if len(key) >= _LONG)}


def _same(first: str, second: str) -> bool:
    if not (first and second):
        return False
    return (
        first == second
        or (key := sound(first)) == (key_2 := sound(second))
        or is_slip(first, second)
        or is_slip(key, key_2)
    )


@lru_cache(maxsize=4096)
def _parts(patient: Patient) -> tuple[str, str]:
    """Surname and first name, normalised."""
    given = normalize_text(patient.given).split()
    return normalize_text(patient.family), given[0] if given else ""
