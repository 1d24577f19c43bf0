"""The terminology of one process: what is built in and what was loaded, made anew when that changes."""

from __future__ import annotations

import itertools
import logging
import os
from pathlib import Path

from osler.core.errors import OslerError
from osler.fhir.definitions.profiles import builtin_profiles
from osler.fhir.validate import Validator
from osler.operations.knowledge.current import Knowledge
from osler.terminology.building import BUILT, NAMES, is_current
from osler.terminology.catalog import Catalog
from osler.terminology.typeahead import Suggestion, suggest
from osler.terminology.valuesets import Members, Terminology
from osler.terminology.valuesets.library import Shelf

log = logging.getLogger(__name__)


class Vocabulary:
    """Call it for the terminology of now. The first call may take seconds, where the installation built nothing."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._made: Terminology | None = None
        self._members: Members | None = None

    def __call__(self) -> Terminology:
        made = self._made
        if made is None:
            loaded = itertools.chain(self._knowledge.resources("vsac"), self._knowledge.resources("ig"))
            made = self._made = Terminology(self._knowledge.catalog, Shelf(loaded))
        return made

    def suggest(self, kind: str, text: str, limit: int) -> list[Suggestion]:
        """What somebody who types this may mean; see `osler.terminology.typeahead`."""
        return suggest(self._knowledge.catalog, kind, text, limit=limit)

    def changed(self) -> None:
        """Something was loaded or taken back: the next call makes it anew."""
        self._made = self._members = None

    def validator(self) -> Validator:
        """Of the profiles that are built in and loaded, and with what is known of codes now."""
        profiles = builtin_profiles()
        for head, resources in self._knowledge.packages("ig"):
            try:
                profiles = profiles.with_package(resources, name=head.name, version=head.version)
            except OslerError as error:
                log.error("the guide %s %s cannot be used: %s", head.name, head.version, error)
        return Validator(profiles, self)

    def member(self, value_set: str, system: str | None, code: str, display: str | None = None) -> bool | None:
        """Whether a value set has a code (`osler.fhir.validate.CodeCheck`). Made when it is first asked."""
        members = self._members
        if members is None:
            members = self._members = Members(self())
        return members.member(value_set, system, code, display)


def built_in(folder: Path) -> Catalog:
    """The built-in releases: from the installation, or built below `folder` where that cannot be written to."""
    here = all(is_current(BUILT, name) for name in NAMES) or os.access(BUILT.parent, os.W_OK)
    return Catalog.builtin(BUILT if here else folder)
