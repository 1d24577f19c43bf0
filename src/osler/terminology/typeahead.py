"""What someone who types a few letters may mean: diagnoses, drugs, labs, procedures, allergens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from osler.core.errors import Invalid
from osler.terminology.catalog import Catalog
from osler.terminology.matching import Hit
from osler.terminology.release import Release

WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Place:
    """One system that a kind of thing is looked for in."""

    system: str
    having: tuple[str, tuple[str, ...]] | None = None
    """Only concepts with one of these values of a property."""
    handicap: float = 0.0
    """Subtracted from its scores."""


DRUGS = ("IN", "BN", "SCD", "SBD", "GPCK", "BPCK", "MIN")
KINDS: dict[str, tuple[Place, ...]] = {
    "diagnoses": (Place("icd10cm"),),
    "drugs": (Place("rxnorm", ("tty", DRUGS)),),
    "labs": (Place("loinc"),),
    "procedures": (Place("snomed_ips", ("ips_set", ("procedures",))), Place("hcpcs", handicap=0.1)),
    "allergens": (
        Place("snomed_ips", ("ips_set", ("allergy-intolerance",))),
        Place("rxnorm", ("tty", ("IN", "BN", "MIN")), handicap=0.1),
    ),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One concept to choose from."""

    system: str
    """URL of the code system."""
    version: str
    code: str
    display: str
    shown: str
    """The display as a list shows it: drug names in tall-man letters."""
    matched: str
    """The name that what was typed fits, to be shown beside the display where it is another."""
    score: float


def suggest(
    catalog: Catalog, kind: str, text: str, *, limit: int = 10, systems: Sequence[str] = ()
) -> list[Suggestion]:
    """Suggestions of a kind, best first. `systems` (names of releases) replaces where the kind is looked for.

    Raises Invalid for an unknown kind. A system that the catalog does not have gives nothing.
    """
    places = KINDS.get(kind)
    if places is None:
        raise Invalid(f"There are no suggestions of this kind; there are: {', '.join(KINDS)}.")
    if systems:
        places = tuple(Place(system) for system in systems)
    found: list[Suggestion] = []
    for place in places:
        release = catalog.of(place.system)
        if release is not None:
            hits = release.match(text, limit, having=place.having)
            found.extend(_suggestion(release, hit, place.handicap) for hit in hits)
    found.sort(key=lambda each: -each.score)
    return found[:limit]


def tall_man(name: str) -> str:
    """A drug's name with the letters in capitals that set it apart from one that looks like it."""
    return WORD.sub(lambda word: _tall().get(word[0].lower(), word[0]), name)


@cache
def _tall() -> dict[str, str]:
    text = files("osler.terminology.systems.rxnorm").joinpath("tall_man.txt").read_text("utf-8")
    names = [name for line in text.splitlines() if not line.startswith("#") for name in line.split()]
    return {name.lower(): name for name in names}


def _suggestion(release: Release, hit: Hit, handicap: float) -> Suggestion:
    head = release.head
    shown = tall_man(hit.display) if head.name == "rxnorm" else hit.display
    score = round(hit.score - handicap, 3)
    return Suggestion(head.system, head.version, hit.code, hit.display, shown, hit.matched, score)
