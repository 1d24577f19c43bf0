"""From ValueSet resources to `Composed`: finds the code systems and value sets they name, and circles among them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date

from osler.core.errors import Invalid, NotFound, TooCostly
from osler.terminology.valuesets.composition import Composed
from osler.terminology.valuesets.concepts import Json
from osler.terminology.valuesets.filters import bind_filter
from osler.terminology.valuesets.includes import Include
from osler.terminology.valuesets.sources import Sources
from osler.terminology.valuesets.versions import Versions, split_canonical

DEEPEST = 30
MOST_IMPORTS = 1000
MOST_LISTED = 200_000
_UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"


class Composer:
    """Composes value sets for one request, or for many with the same versions."""

    def __init__(self, sources: Sources, versions: Versions) -> None:
        self._sources, self._versions = sources, versions
        self._made: dict[str, Composed] = {}
        self._stack: list[str] = []
        self._parts = 0
        self._turn = threading.Lock()

    def named(self, canonical: str) -> Composed:
        """By canonical URL. Raises NotFound, Invalid for one that imports itself."""
        with self._turn:
            return self._named(canonical)

    def _named(self, canonical: str) -> Composed:
        url, version = split_canonical(canonical)
        if canonical in self._stack:
            circle = " → ".join([*self._stack[self._stack.index(canonical) :], canonical])
            raise Invalid(f"The value set imports itself: {circle}.", path="ValueSet.compose")
        if canonical not in self._made:
            resource = self._sources.value_set(url, version, self._versions.on)
            if resource is None:
                raise NotFound(f"There is no value set {canonical} here.", path="url")
            self._made[canonical] = self._given(resource, canonical)
        return self._made[canonical]

    def given(self, resource: Json) -> Composed:
        """A value set that is at hand."""
        with self._turn:
            return self._given(resource, resource.get("url", ""))

    def _given(self, resource: Json, canonical: str) -> Composed:
        self._parts = self._parts + 1 if self._stack else 0
        if len(self._stack) >= DEEPEST or self._parts >= MOST_IMPORTS:
            raise TooCostly("The value set imports too many others.")
        self._stack.append(canonical)
        try:
            return self._compose(resource)
        finally:
            self._stack.pop()

    def _compose(self, resource: Json) -> Composed:
        if "expansion" in resource or "compose" not in resource:
            return self._expanded(resource)
        compose = resource["compose"]
        on = _date(compose.get("lockedDate")) or self._versions.on
        return Composed(
            resource,
            tuple(self._include(each, on, "include") for each in compose.get("include", ())),
            tuple(self._include(each, on, "exclude") for each in compose.get("exclude", ())),
            inactive=compose.get("inactive", True),
        )

    def _expanded(self, resource: Json) -> Composed:
        """From the codes that it was published with, where there is no definition or only its publisher can work it out."""
        by_system: dict[str, dict[str, Json]] = {}
        waiting = list(resource.get("expansion", {}).get("contains", ()))[::-1]
        count = 0
        while waiting:
            each = waiting.pop()
            count += 1
            if count > MOST_LISTED:
                raise TooCostly("The value set was published with too many codes.")
            if each.get("code") and not each.get("abstract"):
                by_system.setdefault(each.get("system", ""), {}).setdefault(each["code"], each)
            waiting += reversed(each.get("contains", ()))
        includes = [{"system": system, "concept": list(codes.values())} for system, codes in by_system.items()]
        total = resource.get("expansion", {}).get("total", count)
        said = any(each.get("url") == _UNCLOSED for each in resource.get("expansion", {}).get("extension", ()))
        unclosed = said or total > count or "expansion" not in resource
        return Composed(
            resource, tuple(self._include(each, self._versions.on, "include") for each in includes), unclosed=unclosed
        )

    def _include(self, given: Json, on: date | None, where: str) -> Include:
        url, stated = split_canonical(given.get("system", ""))
        version = self._versions.of(url, given.get("version", "") or stated) if url else ""
        system = self._sources.system(url, version, on) if url else None
        if system is not None:
            self._versions.verify(url, system.about.version)
        concepts = given.get("concept")
        filters: Sequence[Json] = given.get("filter", ())
        path = f"ValueSet.compose.{where}.filter"
        imports = tuple(self._imported(each) for each in given.get("valueSet", ()))
        if not url and not imports:
            raise Invalid("An include names a system or another value set.", path=f"ValueSet.compose.{where}")
        return Include(
            url,
            version,
            system,
            {each.get("code", ""): each for each in concepts} if concepts else None,
            tuple(bind_filter(system, each, path) for each in filters) if system else (),
            bool(filters) and system is None,
            imports,
        )

    def _imported(self, canonical: str) -> Composed:
        """One that is not there makes nothing wrong: what it has cannot be told."""
        try:
            return self._named(canonical)
        except NotFound:
            return self._made.setdefault(canonical, Composed({"url": canonical}, absent=True))


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
