"""The definitions of FHIR R4 and US Core, unpacked from `data/` on first use and then kept."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import zstandard

from osler.fhir.definitions.model import Element, SearchParam

ANY = "*"
"""In the packed data: every resource type."""


class Definitions:
    """Elements, search parameters and compartments of R4 4.0.1 with US Core 6.1.0. Read only; values are shared."""

    def __init__(self, packed: dict[str, Any]) -> None:
        self._structures: dict[str, list[list[Any]]] = packed["structures"]
        self._search: dict[str, list[list[Any]]] = packed["search"]
        self._elements: dict[str, dict[str, Element]] = {}
        self._choices: dict[str, dict[str, tuple[Element, ...]]] = {}
        self._params: dict[str, dict[str, SearchParam]] = {}
        self._compartments = {
            kind: {type_: tuple(params) for type_, params in members.items()}
            for kind, members in packed["compartments"].items()
        }
        self.sources: tuple[dict[str, str], ...] = tuple(packed["sources"])
        """Where the data come from: name, version, date, sha256 of the file read."""
        self.resource_types = frozenset[str](packed["resources"])
        """The concrete resource types."""
        self.data_types = frozenset[str](packed["datatypes"])
        """Complex datatypes, `Element` and `BackboneElement` among them."""
        self.primitives: dict[str, str] = packed["primitives"]
        """Primitive type to the JSON kind of its value: string, boolean, integer or decimal."""
        self._every_type = tuple(sorted(self.resource_types))

    def elements(self, path: str) -> dict[str, Element]:
        """Elements of a type (`Patient`, `HumanName`, `Resource`) or nested structure (`Patient.contact`) by JSON name.

        Raises KeyError for a path that has no structure.
        """
        found = self._elements.get(path)
        if found is None:
            found = {row[0]: self._element(path, row) for row in self._structures[path]}
            self._elements[path] = found
        return found

    def choices(self, path: str) -> dict[str, tuple[Element, ...]]:
        """The variants of each `x[x]` of a structure: `{"value": (valueQuantity, valueString …)}`."""
        found = self._choices.get(path)
        if found is None:
            variants: dict[str, list[Element]] = {}
            for element in self.elements(path).values():
                if element.choice:
                    variants.setdefault(element.choice, []).append(element)
            found = self._choices[path] = {name: tuple(elements) for name, elements in variants.items()}
        return found

    def search_params(self, type: str) -> dict[str, SearchParam]:
        """Search parameters of a resource type by code, those of `Resource` and `DomainResource` among them.

        Raises KeyError for an unknown resource type.
        """
        found = self._params.get(type)
        if found is None:
            if type not in self.resource_types:
                raise KeyError(type)
            found = {
                row[0]: self._search_param(base, row)
                for base in self._bases(type)
                for row in self._search.get(base, ())
            }
            self._params[type] = found
        return found

    def compartment(self, kind: str) -> dict[str, tuple[str, ...]]:
        """Member types of a compartment (Patient, Encounter, Practitioner, RelatedPerson, Device) and the reference
        parameters that make one a member. `{def}` stands for the focus resource itself. KeyError for other kinds."""
        return self._compartments[kind]

    def summary_elements(self, type: str) -> frozenset[str]:
        """Names of the top-level elements that `_summary=true` keeps."""
        return frozenset(name for name, element in self.elements(type).items() if element.summary)

    def _bases(self, type: str) -> tuple[str, ...]:
        domain = "modifierExtension" in self.elements(type)
        return ("Resource", "DomainResource", type) if domain else ("Resource", type)

    def _targets(self, packed: list[str]) -> tuple[str, ...]:
        return self._every_type if packed == [ANY] else tuple(packed)

    def _element(self, path: str, row: list[Any]) -> Element:
        name, types, low, high, choice, targets, children, summary, modifier = row
        return Element(
            name=name,
            path=f"{path}.{name}",
            types=tuple(types),
            min=low,
            max=high,
            choice=choice,
            targets=self._targets(targets),
            children=children,
            summary=bool(summary),
            modifier=bool(modifier),
        )

    def _search_param(self, base: str, row: list[Any]) -> SearchParam:
        code, type_, expression, targets, components, url = row
        return SearchParam(
            code=code,
            type=type_,
            base=base,
            expression=expression,
            targets=self._targets(targets),
            components=tuple((component, relative) for component, relative in components),
            url=url,
        )


@cache
def definitions() -> Definitions:
    """The one set of definitions this process works with."""
    packed = files("osler.fhir.definitions").joinpath("data", "definitions.json.zst").read_bytes()
    return Definitions(msgspec.json.decode(zstandard.ZstdDecompressor().decompress(packed)))
