"""The patient banner: the one thing that never changes place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osler.interfaces.web.components.values import Chip, Tone, When

AllergyState = Literal["listed", "none-known", "not-asked", "closed"]
"""`none-known` needs a coded statement; a patient without any AllergyIntolerance is `not-asked`. `closed`: the reader's
role does not include allergies."""

Criticality = Literal["high", "low", "unable-to-assess", ""]


@dataclass(frozen=True, slots=True)
class AllergyChip:
    """One allergy as the banner shows it. An empty `reaction` is spelled out as not recorded."""

    substance: str
    reaction: str = ""
    criticality: Criticality = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled fact beside the allergies: code status, isolation, language."""

    label: str
    text: str
    tone: Tone = "plain"
    icon: str = ""
    optional: bool = False
    """May leave the banner on a narrow screen."""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """The visit going on now: `Office visit · 09:20 · Room 4`, and a quiet line below it."""

    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BannerView:
    """Who this is. `family` is shown in capitals; `sex` and `mrn` read "Not recorded" when empty."""

    id: str
    family: str
    given: str
    born: When | None
    age: str
    """Age now, or age at death: `62 y`, `5 mo`, `3 d`; empty when the birth date is unknown."""
    sex: str
    mrn: str
    """As it is read; its beginning where it is long, and then the whole one is in `whole_mrn`."""
    href: str
    """Address of the chart."""
    fhir: str
    """`Patient/<id>`"""
    allergy_state: AllergyState
    allergies: tuple[AllergyChip, ...] = ()
    """Most dangerous first."""
    asked: When | None = None
    """When "no known allergies" was recorded."""
    asked_long_ago: bool = False
    allergies_href: str = ""
    """Where allergies are asked and added."""
    whole_mrn: str = ""
    preferred_name: str = ""
    gender: str = ""
    """Gender identity, when it is recorded and differs from sex."""
    pronouns: str = ""
    pcp: str = ""
    died: When | None = None
    deceased: bool = False
    """May be true without a date of death."""
    photo: str = ""
    """Address of the photo; a silhouette stands in."""
    facts: tuple[Fact, ...] = ()
    flags: tuple[Chip, ...] = ()
    """Restricted record, same name as another patient, and the like."""
    visit: VisitLine | None = None
