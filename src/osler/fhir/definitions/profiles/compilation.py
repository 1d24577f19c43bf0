"""The StructureDefinitions of a package to profiles: snapshots as they are, differentials over their parents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from osler.core.errors import Invalid
from osler.fhir.definitions.loader import definitions
from osler.fhir.definitions.profiles.contradictions import refuse_contradictions
from osler.fhir.definitions.profiles.model import Profile, bare
from osler.fhir.definitions.profiles.places import spelled_out
from osler.fhir.definitions.profiles.reading import read_profile
from osler.fhir.definitions.profiles.reduction import CORE, reduce_profile
from osler.fhir.definitions.profiles.snapshot import complete

LONGEST_ANCESTRY = 20

Find = Callable[[str], Profile | None]
"""A definition that is loaded already, by canonical."""


class Compilation:
    """Compiles what it is given, parents first, whatever the order; looks elsewhere for what the package lacks."""

    def __init__(
        self, resources: Iterable[dict[str, Any]], package: str, find: Find, *, prefer_snapshots: bool = True
    ) -> None:
        self._definitions = {each["url"]: each for each in resources if _is_usable(each)}
        self._package, self._elsewhere, self._prefer_snapshots = package, find, prefer_snapshots
        self._done: dict[str, Profile] = {}
        self._types: dict[str, Profile | None] = {}

    def all(self) -> dict[str, Profile]:
        """Every profile and type of the package by canonical. Raises Invalid, naming the definition, for the first
        that is cyclic, contradicts itself, or builds on what is not loaded."""
        return {url: self.profile(url, ()) for url in sorted(self._definitions)}

    def profile(self, url: str, inside_of: tuple[str, ...] = ()) -> Profile:
        if url not in self._done:
            if url in inside_of or len(inside_of) > LONGEST_ANCESTRY:
                raise Invalid(f"{inside_of[0]} is built on itself, or on too many others.")
            self._done[url] = self._compiled(self._definitions[url], (*inside_of, url))
        return self._done[url]

    def _compiled(self, definition: dict[str, Any], inside_of: tuple[str, ...]) -> Profile:
        has_snapshot = bool(definition.get("snapshot", {}).get("element"))
        if has_snapshot and (self._prefer_snapshots or definition.get("derivation") != "constraint"):
            own = read_profile(definition, "snapshot")
        else:
            own = self._over_parent(_spelled_out(read_profile(definition, "differential")), inside_of)
        if own.is_profile:
            refuse_contradictions(own)
        return msgspec.structs.replace(reduce_profile(own, self._type), package=self._package)

    def _over_parent(self, own: Profile, inside_of: tuple[str, ...]) -> Profile:
        parent = self.profile(own.parent, inside_of) if own.parent in self._definitions else self._elsewhere(own.parent)
        if parent is None:
            raise Invalid(f"{own.url} builds on {own.parent}, which is not loaded. Load that package first.")
        return complete(own, parent)

    def _type(self, name: str) -> Profile | None:
        """The definition of a base type; while the types themselves are being compiled, as far as they are."""
        url = CORE + name
        if url in self._done:
            return self._done[url]
        if url not in self._types:
            definition = self._definitions.get(url, {"derivation": "constraint"})
            is_own = definition.get("derivation") != "constraint"
            self._types[url] = read_profile(definition, "snapshot") if is_own else self._elsewhere(url)
        return self._types[url]


def _is_usable(resource: dict[str, Any]) -> bool:
    """Definitions of R4's own types and of profiles on them; logical models and others' types are left aside."""
    if resource.get("resourceType") != "StructureDefinition" or not isinstance(resource.get("url"), str):
        return False
    known = definitions()
    type_ = str(resource.get("type", "")).rpartition("/")[2]
    is_known = type_ in known.resource_types | known.data_types | {"Resource", "DomainResource"}
    return is_known and resource.get("kind") in ("resource", "complex-type")


def _spelled_out(profile: Profile) -> Profile:
    rules = tuple(msgspec.structs.replace(rule, id=spelled_out(profile.type, rule.id)) for rule in profile.rules)
    return msgspec.structs.replace(profile, rules=rules)


def needed_value_sets(profiles: Iterable[Profile]) -> set[str]:
    """Value sets that codes have to be from."""
    return {
        bare(url)
        for profile in profiles
        for rule in profile.rules
        if rule.binding
        for url in ((rule.binding.value_set if rule.binding.strength == "required" else ""), rule.binding.maximum)
        if url
    }
