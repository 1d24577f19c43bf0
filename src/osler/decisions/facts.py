"""What the checks are given. Nothing here is looked up; what is not known is None or empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from osler.decisions.findings import Level
from osler.terminology.drugs import Drug
from osler.terminology.drugs.forms import LOCAL_ROUTES


@dataclass(frozen=True, slots=True)
class Dose:
    """How much is taken at once and in a day, of one ingredient or in dosage units."""

    once: Decimal
    unit: str
    """MG, UNT, MEQ, ML … as in a drug's strength; `1` for tablets, capsules, puffs."""
    per_day: Decimal | None = None
    """Times a day; None when it is not known (`as needed` without a limit)."""


@dataclass(frozen=True, slots=True)
class Order:
    """A drug that is to be ordered, or one that the patient takes."""

    text: str
    """As a person wrote or chose it."""
    drug: Drug | None
    """None when nothing could be made of it."""
    dose: Dose | None = None
    route: str = ""
    """Where the order says so; else the drug's own route counts."""
    dose_in_words: bool = False
    """True when a dose is stated that is not counted: in words, by weight, or several that follow each other."""

    @property
    def is_local(self) -> bool:
        """True when the drug acts where it is put. A systemic form stays systemic: a fentanyl patch is "topical" to some."""
        if not self.route:
            return bool(self.drug and self.drug.local)
        of_form = self.drug is None or not self.drug.form or self.drug.local
        return self.route in LOCAL_ROUTES and of_form


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy or intolerance to a drug, a class of drugs or something else."""

    text: str
    ingredients: tuple[str, ...] = ()
    """Base ingredients, when the allergen is a drug."""
    groups: tuple[str, ...] = ()
    """Allergen groups of our tables, when the allergen is a class: `penicillins`, `latex`."""
    severe: bool = False
    """Anaphylaxis or another severe reaction is on record."""
    unknown: bool = False
    """True when the allergen is a drug or may be one, and no table knows it."""


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What doses and conditions depend on."""

    age_years: Decimal | None = None
    weight_kg: Decimal | None = None
    female: bool | None = None
    pregnant: bool | None = None
    """None when nobody has said."""
    egfr: Decimal | None = None
    """mL/min/1.73 m², the latest."""
    egfr_on: date | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A named clinician of the site has read a row and decided how it is to be shown here."""

    row: str
    by: str
    on: date
    level: Level


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What one site decided about rows of our tables."""

    accepted: Mapping[str, Acceptance] = field(default_factory=dict)
    """By row."""
