"""CodeSystem supplements: further names and properties for the codes of another system (R4 codesystem.html §4.8.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from osler.terminology.valuesets.concepts import Concept, Json, Name, Property
from osler.terminology.valuesets.reading import read_names, read_properties, walk
from osler.terminology.valuesets.system import System
from osler.terminology.valuesets.versions import split_canonical


class Supplemented:
    """A code system with what its supplements add; in all else the system itself."""

    def __init__(self, system: System, supplements: Sequence[Json]) -> None:
        self._system = system
        self._names: dict[str, list[Name]] = {}
        self._properties: dict[str, list[Property]] = {}
        kinds: dict[str, str] = {}
        for each in supplements:
            kinds |= {kind.get("code", ""): kind.get("type", "string") for kind in each.get("property", ())}
            self._add(each.get("concept", ()))
        self.about = replace(system.about, properties={**system.about.properties, **kinds})
        self.find = lru_cache(1024)(self._find)

    def _add(self, concepts: Iterable[Json]) -> None:
        for row, _ in walk(concepts):
            code = row.get("code", "")
            names = [Name(row["display"])] if row.get("display") else []
            self._names.setdefault(code, []).extend([*names, *read_names(row)])
            self._properties.setdefault(code, []).extend(read_properties(row))

    def _find(self, code: str) -> Concept | None:
        found = self._system.find(code)
        if found is None or found.code not in self._names:
            return found
        names = [each for each in self._names[found.code] if each.value != found.display]
        return replace(
            found,
            names=(*found.names, *names),
            properties=(*found.properties, *self._properties[found.code]),
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._system, name)


def applying(supplements: Iterable[Json], system: System) -> list[Json]:
    """Those that are meant for this version and in use."""
    return [
        each
        for each in supplements
        if each.get("status") != "retired"
        and split_canonical(each.get("supplements", ""))[1] in ("", system.about.version)
    ]
