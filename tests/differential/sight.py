"""What a reader should be told, worked out slowly: every answer of `Records` over a clinic, from the versions alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from osler.fhir.definitions import definitions
from osler.store.reference import ReferenceStore
from osler.store.reference.asked import read_name
from osler.store.reference.belongings import links_in
from osler.store.reference.eyes import Eyes, reads
from osler.store.visibility import Interaction
from tests.differential.clinic import Key, Resource

Params = list[tuple[str, str]]
Refused = str
"""The name of the error that stands for an answer."""
Versions = dict[Key, list[Resource | None]]
SUBSETTED = "SUBSETTED"


@dataclass(slots=True)
class Sight:
    """One reader before one clinic."""

    eyes: Eyes
    versions: Versions
    referenced: frozenset[Key]
    """What some current resource points at."""
    whole: Sight | None = None
    """The same clinic with nothing hidden; None for that one itself."""
    _stores: dict[frozenset[str], ReferenceStore] = field(default_factory=dict[frozenset[str], ReferenceStore])

    # -- one resource ----------------------------------------------------------------------------------------------

    def read(self, key: Key) -> Any:
        return self.version(key, len(self.versions.get(key, [])), "read")

    def version(self, key: Key, number: int, interaction: Interaction = "history") -> Any:
        """A version as shown; NotFound or Gone. A deletion is judged by the version before it."""
        versions = self.versions.get(key, [])
        if not 1 <= number <= len(versions) or not self._told(versions, number, interaction):
            return "NotFound"
        held = versions[number - 1]
        return "Gone" if held is None else self.eyes.shown(held, interaction)

    def _told(self, versions: list[Resource | None], number: int, interaction: Interaction) -> bool:
        held = versions[number - 1] or versions[number - 2]
        return held is not None and self.eyes.sees(held, interaction)

    def history(self, key: Key) -> Any:
        """(number, as shown) of every version there is to see; NotFound for none."""
        return list(self._history(key)) or "NotFound"

    def _history(self, key: Key) -> Iterator[tuple[int, Any]]:
        for number in range(1, len(self.versions.get(key, [])) + 1):
            shown = self.version(key, number)
            if shown != "NotFound":
                yield number, shown

    def changes(self, kind: str | None) -> list[tuple[Key, int, Any]]:
        keys = [key for key in self.versions if kind in (None, key[0])]
        return [(key, number, shown) for key in keys for number, shown in self._history(key)]

    # -- searches --------------------------------------------------------------------------------------------------

    def search(self, kind: str, params: Params, compartment: Key | None = None) -> Any:
        """(matches, included, total), resources as shown by key; Forbidden when no rule allows such a search."""
        used = used_by(kind, params, compartment)
        rules = [r for r in self.eyes.visibility.rules if "search" in r.interactions]
        rules = [r for r in rules if r.types is None or kind in r.types]
        if not any(not any(reads(use, path) for use in used for path in r.hidden) for r in rules):
            return "Forbidden"
        asked = [(name, value) for name, value in params if name not in ("_include", "_revinclude")]
        found = self._seen_by(used).search(kind, asked, compartment=compartment)
        matches = {key: self._current(key) for key in found.matches}
        shown = {key: self.eyes.shown(held, "search", used) for key, held in matches.items()}
        included = self._included(matches, params, used)
        return shown, {key: held for key, held in included.items() if key not in shown}, found.total

    def _current(self, key: Key) -> Resource:
        held = self.versions[key][-1]
        assert held is not None
        return held

    def _seen_by(self, used: frozenset[str]) -> ReferenceStore:
        if not any(rule.hidden for rule in self.eyes.visibility.rules):
            used = frozenset()
        if used not in self._stores:
            store = ReferenceStore(self.eyes.reader.zone, self.eyes.reader.now)
            for versions in self.versions.values():
                held = versions[-1]
                if held is not None and self.eyes.sees(held, "search", used):
                    store.put(held)
            self._stores[used] = store
        return self._stores[used]

    def _included(self, matches: dict[Key, Resource], params: Params, used: frozenset[str]) -> dict[Key, Resource]:
        found: dict[Key, Resource] = {}
        for name, value in params:
            if name not in ("_include", "_revinclude"):
                continue
            source, code, kind = (*value.split(":"), "")[:3]
            if name == "_include":
                for target in self._forward(matches, code, kind, used):
                    found.setdefault(target, self.eyes.shown(self._current(target), "search"))
            else:
                through = frozenset((f"{source}.{code}",))
                for key, held in self._seen_by(through).resources.items():
                    if key[0] == source and set(self.eyes.reader.targets(held, code)) & set(matches):
                        found.setdefault(key, self.eyes.shown(held, "search", through))
        return found

    def _forward(self, matches: dict[Key, Resource], code: str, kind: str, used: frozenset[str]) -> Iterator[Key]:
        """Targets of the links that the reader is shown, and may see."""
        for held in matches.values():
            hidden = self.eyes.hidden(held, "search", used)
            if any(reads(f"{held['resourceType']}.{code}", path) for path in hidden):
                continue
            for target in self.eyes.reader.targets(held, code):
                if target in self._seen_by(frozenset()).resources and kind in ("", target[0]):
                    yield target

    def match(self, kind: str, params: Params) -> Any:
        """What a conditional interaction finds: the one, none, or Duplicate."""
        found = self.search(kind, params)
        if found == "Forbidden":
            return found
        return "Duplicate" if len(found[0]) > 1 else next(iter(found[0]), None)

    def everything(self, patient: str) -> Any:
        """As shown by key: what is the patient's, and what that points at and is nobody's in particular."""
        held = self.read(("Patient", patient))
        if isinstance(held, str):
            return held
        seen = self._seen_by(frozenset()).resources
        own = {key: each for key, each in seen.items() if patient in self.eyes.belonging(each).patients}
        found = dict(own)
        if not any(rule.hidden for rule in self.eyes.visibility.rules if "search" in rule.interactions):
            around = {key for each in own.values() for key in pointed_at(each)}
            found |= {key: seen[key] for key in around if key in seen and not _has_subject(seen[key])}
        return {key: self.eyes.shown(each, "search") for key, each in found.items()}

    # -- writes ----------------------------------------------------------------------------------------------------

    def update(self, key: Key, resource: Resource) -> str:
        """How a PUT of this resource ends."""
        held = self.last(key)
        if held is None or not (self.eyes.sees(held, "read") or self.eyes.sees(held, "update")):
            return self.create(resource) if self._chooses(key[0]) else "NotFound"
        if not self.eyes.sees(held, "update"):
            return "Forbidden"
        return self._written(resource, "update")

    def create(self, resource: Resource) -> str:
        return self._written(resource, "create")

    def _written(self, resource: Resource, interaction: Interaction) -> str:
        rules = [r for r in self.eyes.visibility.rules if interaction in r.interactions]
        if not any(r.types is None or resource["resourceType"] in r.types for r in rules):
            return "Forbidden"
        if not all(self._may_point_at(target) for target in pointed_at(resource)):
            return "Invalid"
        return "done" if self.eyes.sees(resource, interaction) else "Forbidden"

    def _may_point_at(self, key: Key) -> bool:
        held = self.versions.get(key, [None])[-1]
        return held is not None and self.eyes.sees(held, "read")

    def delete(self, key: Key) -> str:
        """How a DELETE ends: `nothing` when there was nothing left to delete."""
        held, versions = self.last(key), self.versions.get(key, [None])
        if held is None or not (self.eyes.sees(held, "read") or self.eyes.sees(held, "delete")):
            return "nothing" if self._chooses(key[0]) else "NotFound"
        if not self.eyes.sees(held, "delete"):
            return "Forbidden"
        if versions[-1] is None:
            return "nothing"
        return "Referenced" if key in self.referenced else "done"

    def last(self, key: Key) -> Resource | None:
        """The last version that says anything."""
        return next((held for held in reversed(self.versions.get(key, [])) if held is not None), None)

    def _chooses(self, kind: str) -> bool:
        """Who sees every row of the type may create under an id of their own choosing."""
        return all(self._unrestricted(kind, interaction) for interaction in ("create", "read"))

    def _unrestricted(self, kind: str, interaction: Interaction) -> bool:
        return not self.eyes.visibility.withheld and any(
            interaction in r.interactions
            and (r.types is None or kind in r.types)
            and not r.tokens
            and (r.sites, r.panel, r.patients) == (None, None, None)
            for r in self.eyes.visibility.rules
        )


def used_by(kind: str, params: Params, compartment: Key | None = None) -> frozenset[str]:
    """Every `Type.code` that a search looks at, in chains, _has, sorts and compartments too."""
    members = definitions().compartment(compartment[0]).get(kind, ()) if compartment else ()
    found = {f"{kind}.{code}" for code in members if code != "{def}"}
    for name, value in params:
        if name == "_sort":
            found |= {f"{kind}.{code.lstrip('-')}" for code in value.split(",")}
        elif name not in ("_include", "_revinclude", "_total", "_summary", "_count"):
            found |= _used(kind, name)
    return frozenset(found)


def _used(kind: str, written: str) -> set[str]:
    if written.startswith("_has:"):
        _, source, code, rest = written.split(":", 3)
        return {f"{source}.{code}"} | _used(source, rest)
    name = read_name(written)
    found = {f"{kind}.{name.code}"}
    if name.rest:
        targets = [name.modifier] if name.modifier else definitions().search_params(kind)[name.code].targets
        code = read_name(name.rest).code
        for target in targets:
            if code == "_has" or code in definitions().search_params(target):
                found |= _used(target, name.rest)
    return found


def _has_subject(resource: Resource) -> bool:
    return resource["resourceType"] == "Patient" or str(resource.get("subject", {}).get("reference")).startswith(
        "Patient/"
    )


def everything(sight: Sight) -> Sight:
    """The same clinic with nothing hidden."""
    return sight.whole or sight


def pointed_at(resource: Resource) -> set[Key]:
    return set(links_in(resource)) - {(resource["resourceType"], resource["id"])}
