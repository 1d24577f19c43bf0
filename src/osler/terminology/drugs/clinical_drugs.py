"""Clinical and branded drugs, packs and brands of a release, read into `Drug`.

The name is what is read: `amlodipine 5 MG / hydrochlorothiazide 12.5 MG / olmesartan medoxomil 20 MG Oral Tablet [Tribenzor]`
holds every ingredient, while a release may lack some of the relations. What relations say is added to it.
"""

from __future__ import annotations

import re

from osler.terminology.drugs.forms import NO_FORM, Form, form_at_end
from osler.terminology.drugs.model import Drug, Ingredient, Strength
from osler.terminology.drugs.source import Source
from osler.terminology.drugs.strengths import Part, parts_of
from osler.terminology.drugs.vocabulary import BRAND, Vocabulary

ONLY_AMOUNT = re.compile(r"[\d.]+ [A-Z]+,?")
INERT = frozenset(("inert ingredients", "placebo"))
Read = tuple[tuple[Ingredient, ...], tuple[Strength, ...], tuple[str, ...]]


def read_clinical_drug(code: str, kind: str, name: str, source: Source, words: Vocabulary) -> Drug:
    """A drug from an SCD, SBD, SCDC (or any other term type whose name lists strengths)."""
    ingredients, strengths, unknown = _components(parts_of(name), words)
    if unknown:
        ingredients = _with_told(ingredients, source.ingredients(source.generic(code) or code), source, words)
    form, brand = _form_of(name), BRAND.search(name)
    return Drug(
        name=name,
        ingredients=ingredients,
        strengths=strengths,
        form=form.name,
        route=form.route,
        local=form.local,
        brand=brand[1] if brand else "",
        code=code,
        kind=kind,
        unknown=unknown,
    )


def read_several(code: str, kind: str, name: str, drugs: list[Drug], brand: str = "") -> Drug:
    """One drug out of the contents of a pack, or out of all that is sold under a brand: every ingredient of each."""
    ingredients = {each.name: each for drug in drugs for each in drug.ingredients}
    routes, forms = {drug.route for drug in drugs}, {drug.form for drug in drugs}
    return Drug(
        name=name,
        ingredients=tuple(ingredients.values()),
        strengths=tuple(dict.fromkeys(each for drug in drugs for each in drug.strengths)) if kind != "BN" else (),
        form=forms.pop() if len(forms) == 1 else "",
        route=routes.pop() if len(routes) == 1 else "",
        local=bool(drugs) and all(drug.local for drug in drugs),
        brand=brand,
        code=code,
        kind=kind,
        unknown=tuple(dict.fromkeys(part for drug in drugs for part in drug.unknown)),
    )


def _form_of(name: str) -> Form:
    text = BRAND.sub("", name).rstrip()
    return form_at_end(text) if " " in text else NO_FORM


def _components(parts: list[Part], words: Vocabulary) -> Read:
    ingredients: dict[str, Ingredient] = {}
    strengths: list[Strength] = []
    unknown: list[str] = []
    for part in parts:
        if part.name.lower() in INERT or ONLY_AMOUNT.fullmatch(part.name):
            continue
        found = find_in_words(part.name, words) or (_without_form(part.name, words) if part.amount is None else ())
        if not found:
            unknown.append(part.name)
        for each in found:
            ingredients.setdefault(each.name, each)
        if len(found) == 1 and part.amount is not None:
            strengths.append(Strength(found[0].name, part.amount, part.unit, part.per))
    return tuple(ingredients.values()), tuple(strengths), tuple(unknown)


def find_in_words(name: str, words: Vocabulary) -> tuple[Ingredient, ...]:
    """Ingredients of one component: its name, or what is left of it without words in front.

    RxNorm puts words in front of some (`24 HR Abuse-Deterrent hydrocodone bitartrate`, `Osmotic glipizide`).
    """
    pieces = name.split(" ")
    return next((found for start in range(len(pieces)) if (found := words.bases(" ".join(pieces[start:])))), ())


def _without_form(name: str, words: Vocabulary) -> tuple[Ingredient, ...]:
    """Ingredients of a name without strengths, such as `acetaminophen Oral Product`."""
    pieces = name.split(" ")
    shorter = (" ".join(pieces[:end]) for end in range(len(pieces) - 1, 0, -1))
    return next((found for text in shorter if (found := find_in_words(text, words))), ())


def _with_told(
    ingredients: tuple[Ingredient, ...], told: set[str], source: Source, words: Vocabulary
) -> tuple[Ingredient, ...]:
    both = {each.name: each for each in ingredients}
    for code in sorted(told):
        found = source.find(code)
        for each in words.bases(found[1]) if found else ():
            both.setdefault(each.name, each)
    return tuple(both.values())
