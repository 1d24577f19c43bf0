"""Drugs out of free text: `lisinopril 10 mg`, `Bactrim DS 1 tab PO BID`, `amlodipine/benazepril 5-20`.

Only whole names count, never a beginning or a likeness: a check that runs on a guess is worse than one that says it did
not run. A word in a name's place that no table knows is kept as unknown, so that a finding can say it was not checked.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from osler.terminology.drugs.forms import LOCAL_ROUTES, spoken_route
from osler.terminology.drugs.model import Drug, Ingredient, Strength
from osler.terminology.drugs.names import plain, salts
from osler.terminology.drugs.strengths import Spoken, spoken_strengths
from osler.terminology.drugs.tables import word_list
from osler.terminology.drugs.vocabulary import Known, Vocabulary

LONGEST_TEXT = 500
"""Characters of a text that are read; a drug's name stands at the beginning."""

DIRECTIONS = word_list("directions")
"""Words of directions and of dose forms; a brand with such a name is not looked for."""
MODIFIERS = word_list("modifiers")
"""Words behind a brand that make it another product (`Claritin-D`), which no table knows when the whole is no name."""
OF_GENERICS_TOO = frozenset(("d", "pm"))
"""Of these, the ones that do the same behind an ingredient (`loratadine-D`)."""
NUMBERED = re.compile(r"#\s*\d")
JOINERS = frozenset(("and", "plus", "with", "w"))
JOINED = re.compile(r"\s*(?:[/+&]|(?:and|plus|with|w)\b)")
"""How a text goes on to another ingredient after a strength."""
BIOSIMILAR = re.compile(r"\b([a-z]+(?:mab|cept|stim|poetin))-[a-z]{4}\b")
"""A biological's name with the four letters that tell its makers apart."""


class Place(NamedTuple):
    """A name that was found, as words `start` to `end`."""

    start: int
    end: int
    name: str
    known: Known | None


def read_text(text: str, words: Vocabulary) -> Drug | None:
    """The drug that a text names; None when it names none."""
    text = BIOSIMILAR.sub(r"\1", text[:LONGEST_TEXT].lower())
    strengths = spoken_strengths(text)
    cut = min((each.start for each in strengths), default=len(text))
    front, behind = plain(text[:cut]).split(), plain(_without(text, strengths, cut)).split()
    places, unknown = _names_in(front, words)
    places += _names_behind(behind, words)
    unknown += _not_known_between(text, strengths, words)
    if NUMBERED.search(text[:cut]) and not any(each.name[-1].isdigit() for each in places):
        unknown += ("#",)
    if not places:
        return None
    ingredients = _ingredients(places, words)
    return _drug(text, places, ingredients, strengths, unknown, spoken_route(front + behind))


def _drug(
    text: str,
    places: list[Place],
    ingredients: tuple[Ingredient, ...],
    strengths: list[Spoken],
    unknown: tuple[str, ...],
    route: str,
) -> Drug:
    return Drug(
        name=text.strip(),
        ingredients=ingredients,
        strengths=_strengths(ingredients, strengths),
        route=route,
        local=route in LOCAL_ROUTES,
        brand=next((each.known.name for each in places if each.known and each.known.kind == "BN"), ""),
        unknown=unknown,
    )


def brands_in(text: str, words: Vocabulary) -> list[Known]:
    """Brand names in a text, in order."""
    strengths = spoken_strengths(text.lower())
    cut = min((each.start for each in strengths), default=len(text))
    places, _ = _names_in(plain(text[:cut]).split(), words)
    return [each.known for each in places if each.known and each.known.kind == "BN"]


def _without(text: str, strengths: list[Spoken], cut: int) -> str:
    """What follows the first strength, with the strengths themselves blanked."""
    for each in strengths:
        text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text[cut:]


def _not_known_between(text: str, strengths: list[Spoken], words: Vocabulary) -> tuple[str, ...]:
    """Words between two strengths that are joined to what went before and name nothing: `… 10 mg / foobarol 5 mg`."""
    unknown: list[str] = []
    for one, other in itertools.pairwise(strengths):
        between = text[one.end : other.start]
        pieces = plain(between).split()
        if JOINED.match(between) and not _names_behind(pieces, words):
            unknown += [each for each in pieces if each not in JOINERS and not _is_nothing(each)]
    return tuple(unknown)


def _names_in(pieces: list[str], words: Vocabulary) -> tuple[list[Place], tuple[str, ...]]:
    """Names among the words before any strength, and the words that are neither name, salt nor direction."""
    places: list[Place] = []
    unknown: list[str] = []
    at, directed = 0, False
    while at < len(pieces):
        place = _name_at(pieces, at, words)
        # "Calcium" at the beginning is the drug, after another name it is its salt.
        if place and places and place.end - at == 1 and pieces[at] in salts():
            place = None
        if place and not directed:
            places.append(place)
            at = place.end
            continue
        word = pieces[at]
        if _is_of_another_product(word, places, at):
            unknown.append(word)
            at += 1
            continue
        # After "take" or "daily" come directions, in which any word may stand; but for a drug's own name.
        directed = directed or (bool(places) and word in DIRECTIONS and word not in JOINERS)
        if not directed and not _is_nothing(word):
            unknown.append(word)
        if directed and (late := _ingredient_at(pieces, at, words)):
            places.append(late)
            at = late.end
            continue
        at += 1
    return places, tuple(unknown)


def _is_of_another_product(word: str, places: list[Place], at: int) -> bool:
    last = places[-1] if places else None
    if word not in MODIFIERS or last is None or last.end != at:
        return False
    return word in OF_GENERICS_TOO or bool(last.known and last.known.kind == "BN")


def _names_behind(pieces: list[str], words: Vocabulary) -> list[Place]:
    """Ingredients named after a strength (`… 20 mg hydrochlorothiazide 12.5 mg`); brands may be ordinary words there."""
    places: list[Place] = []
    at = 0
    while at < len(pieces):
        place = _ingredient_at(pieces, at, words, joined=at > 0 and pieces[at - 1] in JOINERS)
        places += [place] if place else []
        at = place.end if place else at + 1
    return places


def _name_at(pieces: list[str], at: int, words: Vocabulary) -> Place | None:
    for length in range(min(words.longest, len(pieces) - at), 0, -1):
        name = " ".join(pieces[at : at + length])
        if words.is_name(name) and not (length == 1 and (name in DIRECTIONS or len(name) < 2)):
            return Place(at, at + length, name, words.find(name))
    return None


def _ingredient_at(pieces: list[str], at: int, words: Vocabulary, joined: bool = False) -> Place | None:
    place = _name_at(pieces, at, words)
    # A short form in directions is rather a direction (`inh`), but for what is said to be in the drug too (`with epi`).
    long = place is not None and len(place.name) > (2 if joined else 3)
    found = place and long and words.is_ingredient(place.name) and place.name not in salts()
    return place if found else None


def _is_nothing(word: str) -> bool:
    return word in DIRECTIONS or word in salts() or not re.search(r"[a-z]{2}", word)


def _ingredients(places: list[Place], words: Vocabulary) -> tuple[Ingredient, ...]:
    found: dict[str, Ingredient] = {}
    for place in places:
        for each in words.bases(place.name):
            found.setdefault(each.name, each)
    return tuple(found.values())


def _strengths(ingredients: tuple[Ingredient, ...], spoken: list[Spoken]) -> tuple[Strength, ...]:
    """Amounts by ingredient, when there are as many of one as of the other."""
    amounts = [
        (amount, each.unit, each.per) for each in spoken for amount in each.amounts if each.unit not in ("ML", "%")
    ]
    if len(amounts) != len(ingredients):
        return ()
    return tuple(Strength(ingredient.name, *amount) for ingredient, amount in zip(ingredients, amounts, strict=True))
