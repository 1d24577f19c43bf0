"""Where code systems, value sets and concept maps that are not built in come from: a port, and a library in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from osler.terminology.valuesets.concepts import Json

Kind = Literal["CodeSystem", "ValueSet", "ConceptMap"]


class Library(Protocol):
    """Resources of the record, or of an implementation guide that was loaded. All answers hold every version, drafts too;
    deleted ones not. What is returned must never be changed."""

    def find(self, kind: Kind, url: str) -> Sequence[Json]:
        """Those with this canonical URL."""
        ...

    def supplements(self, system: str) -> Sequence[Json]:
        """CodeSystems that supplement the code system."""
        ...

    def maps(self, system: str) -> Sequence[Json]:
        """ConceptMaps that map from or to codes of the code system."""
        ...


class Shelf:
    """A library of resources given at once. An empty one is the library of a record that has none."""

    def __init__(self, resources: Iterable[Json] = ()) -> None:
        self._resources: dict[tuple[str, str], list[Json]] = {}
        self._supplements: dict[str, list[Json]] = {}
        self._maps: dict[str, list[Json]] = {}
        for each in resources:
            self._put(each)

    def _put(self, resource: Json) -> None:
        kind = resource.get("resourceType", "")
        self._resources.setdefault((kind, resource.get("url", "")), []).append(resource)
        if kind == "CodeSystem" and resource.get("content") == "supplement":
            self._supplements.setdefault(resource.get("supplements", "").partition("|")[0], []).append(resource)
        if kind == "ConceptMap":
            for system in mapped_systems(resource):
                self._maps.setdefault(system, []).append(resource)

    def find(self, kind: Kind, url: str) -> Sequence[Json]:
        return self._resources.get((kind, url), ())

    def supplements(self, system: str) -> Sequence[Json]:
        return self._supplements.get(system, ())

    def maps(self, system: str) -> Sequence[Json]:
        return self._maps.get(system, ())


class Shelves:
    """Several libraries as one; of the same resource in the same version, the first that has it counts."""

    def __init__(self, *libraries: Library) -> None:
        self._libraries = libraries

    def find(self, kind: Kind, url: str) -> Sequence[Json]:
        return self._together(library.find(kind, url) for library in self._libraries)

    def supplements(self, system: str) -> Sequence[Json]:
        return self._together(library.supplements(system) for library in self._libraries)

    def maps(self, system: str) -> Sequence[Json]:
        return self._together(library.maps(system) for library in self._libraries)

    @staticmethod
    def _together(found: Iterable[Sequence[Json]]) -> Sequence[Json]:
        kept: dict[tuple[str, str], Json] = {}
        for resources in found:
            for each in resources:
                kept.setdefault((each.get("url", ""), each.get("version", "")), each)
        return list(kept.values())


def mapped_systems(concept_map: Json) -> set[str]:
    """URLs of the code systems that a map maps from and to."""
    groups = concept_map.get("group", ())
    return {group[end] for group in groups for end in ("source", "target") if group.get(end)}
