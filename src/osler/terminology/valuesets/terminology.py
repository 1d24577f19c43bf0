"""The terminology of a record: everything that can be asked about codes, over all that is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from osler.core.errors import Invalid, NotFound, Unsupported
from osler.terminology.catalog import Catalog
from osler.terminology.valuesets.composing import Composer
from osler.terminology.valuesets.composition import Composed
from osler.terminology.valuesets.concepts import Json
from osler.terminology.valuesets.library import Library, Shelf, Shelves
from osler.terminology.valuesets.operations import closure, validate
from osler.terminology.valuesets.operations.expand import Expanding, expand
from osler.terminology.valuesets.operations.lookup import look_up
from osler.terminology.valuesets.operations.subsumes import Outcome, subsumption
from osler.terminology.valuesets.operations.translate import Translating, translate
from osler.terminology.valuesets.operations.validate import Asked, Verdict
from osler.terminology.valuesets.sources import Releases, Sources, table_of
from osler.terminology.valuesets.system import System
from osler.terminology.valuesets.versions import ANY, Versions, split_canonical
from osler.terminology.valuesets.work import Work


class Terminology:
    """Pure and synchronous; answers are FHIR resources as dicts. Made for as long as its library stays the same."""

    def __init__(self, releases: Releases | None = None, library: Library | None = None) -> None:
        self._releases = releases
        self._library = library or Shelf()
        self.sources = Sources(releases, self._library)
        self._composers: dict[date | None, Composer] = {}

    def with_library(self, library: Library) -> Terminology:
        """The same with a further library; what was loaded goes before it, and what is built in before both."""
        return Terminology(self._releases, Shelves(self._library, library))

    # -- parts ---------------------------------------------------------------------------------------------------

    def system(self, url: str, version: str = "", on: date | None = None) -> System:
        """A code system. Raises NotFound, and says which versions there are."""
        found = self.sources.system(url, version, on)
        if found is None:
            there = ", ".join(self.sources.versions(url)) if version else ""
            raise NotFound(
                f"The code system {url}{f'|{version}' if version else ''} is not loaded here."
                + (f" Versions that are: {there}." if there else ""),
                path="system",
            )
        return found

    def value_set(self, canonical: str | Json, versions: Versions = ANY) -> Composed:
        """A value set by canonical URL, or as a resource. Raises NotFound, Invalid, TooCostly."""
        composer = self._composer(versions)
        return composer.named(canonical) if isinstance(canonical, str) else composer.given(canonical)

    def _composer(self, versions: Versions) -> Composer:
        if versions != Versions(on=versions.on):
            return Composer(self.sources, versions)
        if versions.on not in self._composers:
            if len(self._composers) > 8:
                self._composers.clear()
            self._composers[versions.on] = Composer(self.sources, versions)
        return self._composers[versions.on]

    # -- operations ----------------------------------------------------------------------------------------------

    def lookup(
        self, code: str, system: str, version: str = "", *, on: date | None = None, languages: tuple[str, ...] = (),
        properties: Sequence[str] = (),
    ) -> dict[str, Any]:  # fmt: skip
        """CodeSystem/$lookup. Raises NotFound."""
        return look_up(self.system(system, version, on), code, languages=languages, properties=properties)

    def subsumes(self, code_a: str, code_b: str, system: str, version: str = "", on: date | None = None) -> Outcome:
        """CodeSystem/$subsumes: how A stands to B."""
        return subsumption(self.system(system, version, on), code_a, code_b)

    def validate_in_system(
        self, asked: Iterable[Asked], url: str = "", *, given: Json | None = None, abstract: bool = True,
        on: date | None = None, languages: tuple[str, ...] = (),
    ) -> Verdict:  # fmt: skip
        """CodeSystem/$validate-code of one code or several, in the system `url` or one that is given as a resource."""

        def judge(each: Asked) -> Verdict:
            wanted = each.system or url
            if url and wanted != url:
                return Verdict(False, f"The code is of {wanted}, not of {url}.")
            system = table_of(given) if given else self.sources.system(wanted, each.version, on)
            if system is None:
                return Verdict(None, f"Not checked: the code system {wanted} is not loaded here in that version.")
            return validate.judge_in_system(system, each, abstract=abstract, languages=languages)

        return validate.judge_any(judge(each) for each in asked)

    def validate_in_value_set(
        self, asked: Iterable[Asked], value_set: str | Json, *, versions: Versions = ANY, abstract: bool = False,
        infer_system: bool = False, languages: tuple[str, ...] = (),
    ) -> Verdict:  # fmt: skip
        """ValueSet/$validate-code of one code or several. `infer_system`: a code without a system has that of the value set."""
        composed = self.value_set(value_set, versions)

        def judge(each: Asked) -> Verdict:
            if not each.system:
                if not infer_system:
                    return Verdict(False, "A code without its system is in no value set.")
                each = _inferred(composed, each)
            system = self.sources.system(each.system, each.version, versions.on)
            return validate.judge_in_value_set(composed, each, system, abstract=abstract, languages=languages)

        return validate.judge_any(judge(each) for each in asked)

    def expand(
        self, value_set: str | Json, asked: Expanding, *, now: datetime, versions: Versions = ANY
    ) -> dict[str, Any]:
        """ValueSet/$expand: the value set with its codes."""
        return expand(self.value_set(value_set, versions), asked, now=now)

    def translate(self, asked: Sequence[Translating], concept_map: str | Json = "") -> dict[str, Any]:
        """ConceptMap/$translate by one map, or by all that there are for the code's system."""
        if isinstance(concept_map, str) and concept_map:
            found = self.sources.concept_map(*split_canonical(concept_map))
            if found is None:
                raise NotFound(f"There is no concept map {concept_map} here.", path="url")
            maps = [found]
        else:
            maps = [concept_map] if concept_map and not isinstance(concept_map, str) else self._maps_for(asked)
        return translate(maps, asked, lambda url: self.sources.concept_map(*split_canonical(url)))

    def _maps_for(self, asked: Sequence[Translating]) -> list[Json]:
        if not any(each.target_system or each.target or each.source for each in asked):
            raise Invalid(
                "Say by which map (url), or to which system (targetsystem) or value set (target).", path="url"
            )
        return self.sources.maps(dict.fromkeys(each.system for each in asked))

    def extend_closure(self, table: closure.Table, codes: Iterable[closure.Code]) -> closure.Table:
        """ConceptMap/$closure: the table with further codes."""
        return closure.extend(table, codes, lambda url: self.sources.system(url))


@cache
def built_in_terminology() -> Terminology:
    """What comes with Osler, without a library. The first call in an installation may build the release files."""
    return Terminology(Catalog.builtin())


def inferred_system(composed: Composed, code: str) -> str | None:
    """The one code system by which the value set has the code; `""` when it has it by several. None when it has it by none.

    Raises Unsupported when that cannot be told.
    """
    work = Work()
    answers = {url: composed.holds(url, code, work) for url in dict.fromkeys(_systems(composed))}
    fitting = [url for url, holds in answers.items() if holds]
    if not fitting and (None in answers.values() or composed.absent):
        raise Unsupported("Not all of the value set is loaded.")
    return None if not fitting else fitting[0] if len(fitting) == 1 else ""


def _inferred(composed: Composed, asked: Asked) -> Asked:
    """With the system that R4 lets the server infer; one that can only be guessed stays open."""
    systems = list(dict.fromkeys(_systems(composed)))
    try:
        system = inferred_system(composed, asked.code)
    except Unsupported:
        system = None
    return replace(asked, system=system or (systems[0] if len(systems) == 1 else ""))


def _systems(composed: Composed) -> list[str]:
    return [each.url for node in composed.parts() for each in node.includes if each.url]
