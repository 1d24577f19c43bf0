"""The terminology of one process: what is built in and what was loaded, made anew when that changes."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from osler.operations.knowledge.current import Knowledge
from osler.terminology.building import BUILT, NAMES, is_current
from osler.terminology.catalog import Catalog
from osler.terminology.valuesets import Terminology
from osler.terminology.valuesets.library import Shelf


class Vocabulary:
    """Call it for the terminology of now. The first call may take seconds, where the installation built nothing."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._made: Terminology | None = None

    def __call__(self) -> Terminology:
        made = self._made
        if made is None:
            loaded = itertools.chain(self._knowledge.resources("vsac"), self._knowledge.resources("ig"))
            made = self._made = Terminology(self._knowledge.catalog, Shelf(loaded))
        return made

    def changed(self) -> None:
        """Something was loaded or taken back: the next call makes it anew."""
        self._made = None


def built_in(folder: Path) -> Catalog:
    """The built-in releases: from the installation, or built below `folder` where that cannot be written to."""
    here = all(is_current(BUILT, name) for name in NAMES) or os.access(BUILT.parent, os.W_OK)
    return Catalog.builtin(BUILT if here else folder)
