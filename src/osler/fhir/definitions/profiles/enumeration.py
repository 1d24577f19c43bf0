"""ValueSet resources to lists of codes, where everything they are made of is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.definitions.profiles.model import Systems, bare

MOST_CODES = 20_000
SOME = "*"
"""Stands for codes of a system that cannot be listed, so that at least the system can be checked."""

_DEEPEST = 20

Codes = set[tuple[str, str]]
Concepts = dict[str, tuple[str, ...]]
"""Code to the codes right above it."""


class NotEnumerable(Exception):
    """The value set cannot be listed; the message says why."""


class Enumerator:
    """Lists value sets out of the ValueSet and CodeSystem resources it is given, and of sets that are known already."""

    def __init__(self, resources: Iterable[dict[str, Any]], known: Mapping[str, Systems] | None = None) -> None:
        self._sets: dict[str, dict[str, Any]] = {}
        self._systems: dict[str, dict[str, Any]] = {}
        self._known = {url: _pairs(systems) for url, systems in (known or {}).items()}
        self._concepts: dict[str, Concepts] = {}
        for resource in resources:
            url, kind = resource.get("url"), resource.get("resourceType")
            if isinstance(url, str) and kind in ("ValueSet", "CodeSystem"):
                (self._sets if kind == "ValueSet" else self._systems).setdefault(url, resource)

    def systems(self, url: str) -> Systems:
        """Sorted codes by system. Raises NotEnumerable."""
        found: Systems = {}
        for system, code in sorted(self._codes(bare(url), ())):
            found.setdefault(system, []).append(code)
        return found

    def _codes(self, url: str, inside_of: tuple[str, ...]) -> Codes:
        if url in self._known:
            return self._known[url]
        if url in inside_of or len(inside_of) > _DEEPEST:
            raise NotEnumerable("its imports go round in a circle, or too deep")
        value_set = self._sets.get(url)
        if value_set is None:
            raise NotEnumerable(f"{url} is not at hand")
        try:
            codes = self._composed(value_set.get("compose") or {}, (*inside_of, url))
        except (AttributeError, KeyError, TypeError):
            raise Invalid(f"{url} is not a well-formed ValueSet.") from None
        self._known[url] = codes
        return codes

    def _composed(self, compose: dict[str, Any], inside_of: tuple[str, ...]) -> Codes:
        codes: Codes = set()
        for include in compose.get("include", ()):
            codes |= self._included(include, inside_of)
            if len(codes) > MOST_CODES:
                raise NotEnumerable(f"it has more than {MOST_CODES} codes")
        for exclude in compose.get("exclude", ()):
            codes -= _listed(self._included(exclude, inside_of))
        if not codes:
            raise NotEnumerable("it says no codes")
        return codes

    def _included(self, include: dict[str, Any], inside_of: tuple[str, ...]) -> Codes:
        """All conditions of one include have to be met."""
        parts = [self._codes(bare(url), inside_of) for url in include.get("valueSet", ())]
        if system := include.get("system"):
            parts.append(self._of_system(system, include))
        if not parts:
            raise NotEnumerable("an include says no codes")
        return parts[0] if len(parts) == 1 else set.intersection(*(_listed(part) for part in parts))

    def _of_system(self, system: str, include: dict[str, Any]) -> Codes:
        if "concept" in include:
            return {(system, concept["code"]) for concept in include["concept"]}
        concepts = self._all_of(system)
        if concepts is None:
            return {(system, SOME)}
        chosen = set(concepts)
        for each in include.get("filter", ()):
            chosen &= _filtered(concepts, each)
        return {(system, code) for code in chosen}

    def _all_of(self, system: str) -> Concepts | None:
        if system not in self._concepts:
            definition = self._systems.get(system)
            if definition is None or definition.get("content") != "complete":
                return None
            self._concepts[system] = dict(_concepts(definition.get("concept", ()), ()))
        return self._concepts[system]


def _listed(codes: Codes) -> Codes:
    for system, code in codes:
        if code == SOME:
            raise NotEnumerable(f"the codes of {system} are not at hand")
    return codes


def _concepts(concepts: Iterable[dict[str, Any]], above: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if len(above) > 1:
        above = above[-1:]
    for concept in concepts:
        stated = [
            p["valueCode"]
            for p in concept.get("property", ())
            if p["code"] in ("subsumedBy", "parent") and "valueCode" in p
        ]
        yield concept["code"], (*above, *stated)
        yield from _concepts(concept.get("concept", ()), (concept["code"],))


def _filtered(concepts: Concepts, condition: dict[str, Any]) -> set[str]:
    name, operator, value = condition["property"], condition["op"], condition["value"]
    if name in ("concept", "code") and operator in ("is-a", "descendent-of"):
        found = {code for code in concepts if _is_below(code, value, concepts)}
        return found | {value} if operator == "is-a" else found - {value}
    raise NotEnumerable(f"it filters by {name}")


def _is_below(code: str, ancestor: str, concepts: Concepts) -> bool:
    waiting, seen = [code], set[str]()
    while waiting:
        each = waiting.pop()
        if each == ancestor:
            return True
        if each not in seen:
            seen.add(each)
            waiting += concepts.get(each, ())
    return False


def _pairs(systems: Systems) -> Codes:
    return {(system, code) for system, codes in systems.items() for code in codes}
