"""All releases that this process knows, and which of them speaks for a code system on a day."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from osler.terminology import building
from osler.terminology.building import BUILT
from osler.terminology.release import Release


class Catalog:
    """Releases by system. Of several of one system the one in force counts; before the first, the first."""

    def __init__(self, releases: Iterable[Release]) -> None:
        self._releases = tuple(sorted(releases, key=lambda each: each.head.effective_on))
        self._systems: dict[str, list[Release]] = {}
        for release in self._releases:
            for name in {release.head.system, release.head.name}:
                self._systems.setdefault(name, []).append(release)

    @staticmethod
    def builtin(folder: Path = BUILT) -> Catalog:
        """What comes with Osler. Built into the folder on first use where the installation did not (ten seconds)."""
        return _builtin(folder)

    @staticmethod
    def in_folder(folder: Path) -> Catalog:
        """The release files of a folder."""
        return Catalog(Release(path) for path in sorted(folder.glob("*.sqlite")))

    def of(self, system: str, version: str | None = None, on: date | None = None) -> Release | None:
        """The release for a system's URL or short name: that version, else what is in force on a day, else the newest."""
        known = self._systems.get(system, [])
        if version is not None:
            return next((each for each in reversed(known) if each.head.version == version), None)
        in_force = known if on is None else [each for each in known if each.head.effective_on <= on] or known[:1]
        return in_force[-1] if in_force else None

    def releases(self) -> tuple[Release, ...]:
        """All of them, the oldest first."""
        return self._releases

    def with_releases(self, more: Iterable[Release]) -> Catalog:
        """This catalog and further releases; one of the same system and version takes the other's place."""
        added = list(more)
        replaced = {(each.head.system, each.head.version) for each in added}
        kept = [each for each in self._releases if (each.head.system, each.head.version) not in replaced]
        return Catalog([*kept, *added])


@cache
def _builtin(folder: Path) -> Catalog:
    if not all(building.is_current(folder, name) for name in building.NAMES):
        _build(folder)
    return Catalog(Release(building.file_of(folder, name)) for name in building.NAMES)


def _build(folder: Path) -> None:
    """Build while no other process does; whoever waited finds it done."""
    folder.mkdir(parents=True, exist_ok=True)
    with folder.joinpath("building.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        building.build_all(folder)
