"""Finds code systems, value sets and concept maps by canonical URL, wherever they come from.

What is built in cannot be replaced by a resource of the record with the same URL, only added to with other versions:
otherwise whoever may write a ValueSet could change what every profile means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Protocol, cast

from osler.terminology.release import Release
from osler.terminology.valuesets.concepts import Json
from osler.terminology.valuesets.library import Kind, Library
from osler.terminology.valuesets.packed import packed
from osler.terminology.valuesets.released import ReleaseSystem
from osler.terminology.valuesets.rules import rule_system
from osler.terminology.valuesets.supplements import Supplemented, applying
from osler.terminology.valuesets.system import About, System
from osler.terminology.valuesets.table import TableSystem
from osler.terminology.valuesets.versions import choose

_ALL = "?fhir_vs"
SNOMED = "http://snomed.info/sct"


class Releases(Protocol):
    """The release files that are loaded: `osler.terminology.catalog.Catalog`."""

    def of(self, system: str, version: str | None = None, on: date | None = None) -> Release | None: ...

    def releases(self) -> Iterable[Release]: ...


class Sources:
    """Built in, released, and the library of the record."""

    def __init__(self, releases: Releases | None, library: Library) -> None:
        self._releases, self._library = releases, library
        self._systems: dict[tuple[str, str, date | None], System | None] = {}

    def system(self, url: str, version: str = "", on: date | None = None) -> System | None:
        """A code system, with its supplements; None when it is not there, or not in this version."""
        if url == SNOMED and version.startswith(SNOMED) and "/version/" not in version:
            version = ""  # an edition without a date: whichever is loaded
        key = (url, version, on)
        if key not in self._systems:
            found = self._find_system(url, version, on)
            extra = applying([*packed().supplements(url), *self._library.supplements(url)], found) if found else ()
            self._systems[key] = cast("System", Supplemented(found, extra)) if found and extra else found
        return self._systems[key]

    def _find_system(self, url: str, version: str, on: date | None) -> System | None:
        ruled = rule_system(url)
        if ruled is not None and version in ("", ruled.about.version):
            return ruled
        release = self._releases.of(url, version or None, on) if self._releases else None
        if release is not None:
            return _release_system(release)
        found = choose(_with_content(packed().find("CodeSystem", url)), version, on)
        if found is not None:
            return _built_in(url, found.get("version", ""))
        found = choose(_with_content(self._library.find("CodeSystem", url)), version, on)
        return table_of(found) if found is not None else None

    def versions(self, url: str) -> list[str]:
        """Versions of a code system that are there, for messages."""
        ruled = rule_system(url)
        released = (
            [each.head.version for each in self._releases.releases() if each.head.system == url]
            if self._releases
            else []
        )
        tables = [*packed().find("CodeSystem", url), *self._library.find("CodeSystem", url)]
        own = [ruled.about.version] if ruled else []
        return [
            each for each in (*own, *released, *(table.get("version", "") for table in _with_content(tables))) if each
        ]

    def released(self) -> dict[str, list[About]]:
        """What comes as release files: the versions of each code system, the one in force first."""
        found: dict[str, list[About]] = {}
        for release in self._releases.releases() if self._releases else ():
            found.setdefault(release.head.system, []).insert(0, _release_system(release).about)
        return found

    def value_set(self, url: str, version: str = "", on: date | None = None) -> Json | None:
        """A value set as it is defined; those that exist by the URL of a code system's too. None when there is none."""
        found = self._choose("ValueSet", url, version, on)
        return found if found is not None else self._implied(url)

    def concept_map(self, url: str, version: str = "") -> Json | None:
        return self._choose("ConceptMap", url, version, None)

    def maps(self, systems: Iterable[str]) -> list[Json]:
        """Concept maps from or to codes of these systems, but for examples."""
        found: dict[int, Json] = {}
        for system in systems:
            for each in (*packed().maps(system), *self._library.maps(system)):
                if not each.get("experimental") and each.get("status") != "retired":
                    found[id(each)] = each
        return list(found.values())

    def _choose(self, kind: Kind, url: str, version: str, on: date | None) -> Json | None:
        found = choose(packed().find(kind, url), version, on)
        return found if found is not None else choose(self._library.find(kind, url), version, on)

    def _implied(self, url: str) -> Json | None:
        system = packed().system_of_all(url)
        if system is None and url == "http://loinc.org/vs":
            system = "http://loinc.org"
        if system is None and _ALL in url:
            system, _, rest = url.partition(_ALL)
            if rest.startswith("=isa/"):
                only = {"property": "concept", "op": "is-a", "value": rest.removeprefix("=isa/")}
                return _all_of(url, system, filter=[only])
            if rest:
                return None
        return _all_of(url, system) if system else None


def _all_of(url: str, system: str, **more: Any) -> Json:
    include = {"system": system, **more}
    return {"resourceType": "ValueSet", "url": url, "status": "active", "compose": {"include": [include]}}


def _with_content(resources: Sequence[Json]) -> list[Json]:
    return [each for each in resources if each.get("content", "complete") not in ("not-present", "supplement")]


@lru_cache(64)
def _release_system(release: Release) -> ReleaseSystem:
    return ReleaseSystem(release)


class _Same:
    """A resource as a key: the very same object, not an equal one."""

    def __init__(self, resource: Json) -> None:
        self.resource = resource

    def __hash__(self) -> int:
        return id(self.resource)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.resource is self.resource


def table_of(resource: Json) -> TableSystem:
    """The table of a CodeSystem; kept for a while, so that a library that hands out the same object is served at once."""
    return _table(_Same(resource))


@lru_cache(32)
def _table(key: _Same) -> TableSystem:
    return TableSystem(key.resource)


@lru_cache(2048)
def _built_in(url: str, version: str) -> TableSystem:
    return TableSystem(next(each for each in packed().find("CodeSystem", url) if each.get("version", "") == version))
