"""A FHIR search nobody has to trust: every resource is looked at, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.fhir.search.terminology import Codes
from osler.store.reference.asked import Name, alternatives, read_name, unescape
from osler.store.reference.filters import Filter
from osler.store.reference.links import Key
from osler.store.reference.matching import Reader, Resource
from osler.store.reference.order import Rank, rank
from osler.store.reference.special import in_hierarchy, in_list, near
from osler.store.reference.words import has_words

RESULT_PARAMS = (
    "_sort", "_count", "_total", "_summary", "_elements", "_format", "_pretty",
    "_include", "_revinclude", "_include:iterate", "_revinclude:iterate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search: every match, in order, with no regard to pages; then what the matches bring along."""

    matches: list[Key]
    ranks: list[Rank]
    """Beside each match what it was sorted by: equal ranks may come in any order."""
    included: set[Key]

    @property
    def total(self) -> int:
        return len(self.matches)


class ReferenceStore:
    """Current resources in a dict, in the order they were first put."""

    def __init__(self, zone: tzinfo, now: datetime, *, base_url: str = "", terms: Codes | None = None) -> None:
        self.reader = Reader(zone, now, base_url, terms)
        self.resources: dict[Key, Resource] = {}

    def put(self, resource: Resource) -> None:
        self.resources[(resource["resourceType"], resource["id"])] = resource

    def delete(self, kind: str, identity: str) -> None:
        self.resources.pop((kind, identity), None)

    def count(self, kind: str, params: list[tuple[str, str]]) -> int:
        return self.search(kind, params).total

    def search(self, kind: str, params: list[tuple[str, str]], *, compartment: tuple[str, str] | None = None) -> Found:
        """All of `kind` that fit every parameter, with the includes of all of them."""
        found = [key for key, held in self.resources.items() if key[0] == kind and self._fits_all(held, params)]
        if compartment:
            found = [key for key in found if self.in_compartment(self.resources[key], *compartment)]
        sorts = [part for name, value in params if name == "_sort" for part in value.split(",")]
        ranked = sorted(((rank(self.reader, self.resources[key], sorts), key) for key in found), key=lambda r: r[0])
        matches = [key for _, key in ranked]
        return Found(matches, [r for r, _ in ranked], self._included(matches, params))

    def in_compartment(self, resource: Resource, kind: str, identity: str) -> bool:
        """The focus itself, or a resource one of whose compartment parameters points at it."""
        if resource["resourceType"] == kind and resource["id"] == identity:
            return True
        params = definitions().compartment(kind).get(resource["resourceType"], ())
        return any((kind, identity) in self.reader.targets(resource, code) for code in params if code != "{def}")

    def _fits_all(self, resource: Resource, params: list[tuple[str, str]]) -> bool:
        asked = [(name, value) for name, value in params if name not in RESULT_PARAMS and alternatives(value)]
        return all(self._fits(resource, name, value) for name, value in asked)

    def _fits(self, resource: Resource, written: str, value: str) -> bool:
        if written.startswith("_has:"):
            return self._has(resource, written, value)
        if written in _SPECIAL:
            return _SPECIAL[written](self, resource, value)
        name = read_name(written)
        if not name.rest and name.modifier in ("above", "below") and self._is_followed(resource, name.code):
            return in_hierarchy(self, resource, name.code, value, above=name.modifier == "above")
        if name.rest:
            return self._chain(resource, name, value)
        if name.code == "_id":
            return resource["id"] in [unescape(v) for v in alternatives(value)]
        return self.reader.matches(resource, name.code, name.modifier, value)

    def fits(self, resource: Resource, written: str, value: str) -> bool:
        """One criterion, one resource."""
        return self._fits(resource, written, value)

    def _is_followed(self, resource: Resource, code: str) -> bool:
        """Has references there, rather than canonicals or nothing."""
        param = definitions().search_params(resource["resourceType"]).get(code)
        if param is None or param.type != "reference":
            return False
        return any(not isinstance(node.value, str) for node in self.reader.values(resource, code))

    def _chain(self, resource: Resource, name: Name, value: str) -> bool:
        """`subject:Patient.name=x`: refers to a resource that fits the rest; without a type, any type that can."""
        possible = definitions().search_params(resource["resourceType"])[name.code].targets
        for key in self.reader.targets(resource, name.code):
            held = self.resources.get(key)
            if held is None or key[0] not in possible or (name.modifier and key[0] != name.modifier):
                continue
            if self._can(held, name.rest) and self._fits(held, name.rest, value):
                return True
        return False

    def _can(self, resource: Resource, rest: str) -> bool:
        code = read_name(rest).code
        return code == "_has" or rest in _SPECIAL or code in definitions().search_params(resource["resourceType"])

    def _has(self, resource: Resource, written: str, value: str) -> bool:
        """`_has:Observation:subject:code=x`: some Observation that fits code=x refers here by subject."""
        parts = written.split(":", 3)
        if len(parts) != 4:
            raise Invalid("_has takes a type, a reference parameter and a parameter.")
        _, kind, code, rest = parts
        me = (resource["resourceType"], resource["id"])
        return any(
            key[0] == kind and me in self.reader.targets(other, code) and self._fits(other, rest, value)
            for key, other in self.resources.items()
        )

    def _included(self, matches: list[Key], params: list[tuple[str, str]]) -> set[Key]:
        found = self._around(set(matches), [pair for pair in params if "clude" in pair[0]])
        again = [pair for pair in params if pair[0].endswith((":iterate", ":recurse"))]
        fresh = found - set(matches)
        while fresh:
            more = self._around(fresh, again) - found - set(matches)
            found |= more
            fresh = more
        return found - set(matches)

    def _around(self, near: set[Key], params: list[tuple[str, str]]) -> set[Key]:
        """One step from the resources that are near, by every include."""
        found: set[Key] = set()
        for name, value in params:
            source, code, kind = (*value.split(":"), "", "")[:3]
            if value == "*":
                source, code = "*", "*"
            if name.startswith("_include"):
                for key in near:
                    found |= self._forward(key, source, code, kind)
            else:
                ends = {key for key in near if kind in ("", key[0])}
                for key, held in self.resources.items():
                    if source in (key[0], "*") and set(self._pointing(held, code)) & ends - {key}:
                        found.add(key)
        return found

    def _forward(self, key: Key, source: str, code: str, kind: str) -> set[Key]:
        if source not in (key[0], "*"):
            return set()
        targets = self._pointing(self.resources[key], code)
        return {t for t in targets if t in self.resources and (not kind or t[0] == kind)}

    def _pointing(self, resource: Resource, code: str) -> list[Key]:
        if code != "*":
            return self.reader.targets(resource, code)
        params: dict[str, Any] = definitions().search_params(resource["resourceType"])
        return [key for c, p in params.items() if p.type == "reference" for key in self.reader.targets(resource, c)]


_SPECIAL: dict[str, Callable[[ReferenceStore, Resource, str], bool]] = {
    "near": lambda store, resource, value: near(resource, value),
    "_list": in_list,
    "_text": lambda store, resource, value: has_words(resource, value, narrative=True),
    "_content": lambda store, resource, value: has_words(resource, value, narrative=False),
    "_filter": lambda store, resource, value: Filter(store, value).holds(resource),
    "_contained": lambda store, resource, value: True,
}
