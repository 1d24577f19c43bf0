"""Extensions (https://hl7.org/fhir/R4/extensibility.html): known ones have to be as they are defined, and where.

An extension that is not known says more and changes nothing, so it is taken as it is. A modifierExtension may turn the
meaning of everything around it into its opposite; who does not know it must not act on the resource, and a record acts
on what it stores. So one that is not known is refused.

Places are asked about strictly in what is recorded of somebody. In what defines (profiles, value sets, statements …) a
wrong place is a warning: R4's own definitions use its extensions where they are not meant to be used, and later
releases of the same extensions have moved them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from osler.fhir.definitions import definitions
from osler.fhir.definitions.profiles import Profile, Profiles
from osler.fhir.validate.issue import Path, names_below
from osler.fhir.validate.kinds import Check
from osler.fhir.validate.places import names_of_place
from osler.fhir.validate.run import Run

Definition = tuple[Profile, Check]
_ANYWHERE = frozenset({"Element", "*"})


class ExtensionCheck:
    """Checks one extension that has an absolute url, against its definition."""

    def __init__(self, profiles: Profiles, compiled: Callable[[Profile], Check]) -> None:
        self._profiles, self._compiled = profiles, compiled
        self._found: dict[tuple[str, str], Definition | None] = {}

    def ordinary(self, value: Any, sibling: Any, path: Path, run: Run) -> None:
        found = self._definition(value["url"], run)
        if found is None:
            return
        if found[0].is_modifier:
            run.add(
                path, "extension", "This extension changes meanings and has to be a modifierExtension.", value["url"]
            )
        self._check(found, value, path, run)

    def modifier(self, value: Any, sibling: Any, path: Path, run: Run) -> None:
        found = self._definition(value["url"], run)
        if found is None:
            run.add(path, "extension", "This modifierExtension is not known, so what it changes cannot be told.")
            return
        if not found[0].is_modifier:
            run.add(path, "extension", "This extension changes no meanings and has to be an extension.", value["url"])
        self._check(found, value, path, run)

    def _definition(self, url: str, run: Run) -> Definition | None:
        key = (run.near, url)
        if key not in self._found:
            if ":" not in url:
                return None
            profile = self._profiles.find(url, run.near)
            if profile is None or profile.type != "Extension":
                return None
            self._found[key] = (profile, self._compiled(profile))
        return self._found[key]

    def _check(self, found: Definition, value: dict[str, Any], path: Path, run: Run) -> None:
        profile, check = found
        if profile.contexts and _ANYWHERE.isdisjoint(profile.contexts) and not _may_be_here(profile, path, run):
            severity = "warning" if run.resource["resourceType"] in _that_define() else "error"
            run.add(path, "extension", "This extension is not meant for this element.", profile.url, severity)
        check(value, None, path, run)


@cache
def _that_define() -> frozenset[str]:
    """Types that are published: https://hl7.org/fhir/R4/metadatatypes.html and those of the same shape."""
    known = definitions()
    return frozenset(each for each in known.resource_types if {"publisher", "status"} <= known.elements(each).keys())


def _may_be_here(profile: Profile, path: Path, run: Run) -> bool:
    """Contexts that are urls or expressions are not asked about."""
    here = names_of_place(run.resource["resourceType"], names_below(path[0], run.start))
    return not here.isdisjoint(profile.contexts) or any("/" in each or "(" in each for each in profile.contexts)
