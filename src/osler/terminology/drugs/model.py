"""What a drug is to Osler: the ingredients that act, how much of each, in which form, by which route."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A base ingredient, without its salt: what interactions, allergies and doses are about."""

    name: str
    """Lower case, as RxNorm or the USAN has it: `warfarin`, `penicillin G`, never `warfarin sodium`."""
    code: str = ""
    """RxCUI of the ingredient (IN); empty when no loaded release has it."""
    precise: str = ""
    """The salt or ester as it was named, when it was: `warfarin sodium`."""


@dataclass(frozen=True, slots=True)
class Strength:
    """How much of an ingredient is in one dosage unit, or in one `per` of a liquid, an hour, an actuation."""

    ingredient: str
    amount: Decimal
    unit: str
    """Upper case as in RxNorm: MG, UNT, MEQ …; milligrams when the text had grams or micrograms."""
    per: str = ""
    """ML, HR, ACTUAT, MG … ; empty for one dosage unit."""


@dataclass(frozen=True, slots=True)
class Drug:
    """What an order, a statement or a bar code was found to be."""

    name: str
    """As the release names it; for free text, the text."""
    ingredients: tuple[Ingredient, ...]
    strengths: tuple[Strength, ...] = ()
    form: str = ""
    route: str = ""
    """oral, injection, topical, ophthalmic …; empty when neither form nor text says."""
    local: bool = False
    """True when the form acts where it is put, so that little reaches the blood: a cream, an eye drop."""
    brand: str = ""
    code: str = ""
    """RxCUI; empty for a drug known by its words only."""
    kind: str = "text"
    """The RxNorm term type (IN, PIN, MIN, BN, SCD, SBD, GPCK, BPCK …) or `text`."""
    unknown: tuple[str, ...] = ()
    """Parts of the name that no table knows. They are never checked, and a finding has to say so."""

    @property
    def names(self) -> frozenset[str]:
        """The names of the base ingredients."""
        return frozenset(each.name for each in self.ingredients)

    def strength_of(self, ingredient: str) -> Strength | None:
        """The strength of one ingredient; None when it is not stated, or stated twice (a pack of several tablets)."""
        found = {each for each in self.strengths if each.ingredient == ingredient}
        return found.pop() if len(found) == 1 else None
