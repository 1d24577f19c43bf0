"""Loaded releases as files beside the process: written when they come into use, opened, and exchanged while it runs.

Each process looks every few seconds whether what is in use has changed. A file is written under another name and then
renamed, so several processes can share one folder; what is no longer in use is removed when all have had time to see it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from osler.access.house import House
from osler.access.knowledge import ReleaseRow, list_in_use, mark, release_bytes
from osler.core.errors import OslerError
from osler.terminology.catalog import Catalog
from osler.terminology.loading.resource_packing import head_of_resources, holds_resources, unpack_resources
from osler.terminology.model import Head
from osler.terminology.release import Release, write_packed
from osler.terminology.writing import FORMAT

log = logging.getLogger(__name__)

SECONDS = 5.0
"""Between two looks."""
GRACE = 120.0
"""Seconds after which every process has long seen that a file is no longer in use."""
SUFFIXES = (".sqlite", ".resources")
KEPT_VERSIONS = 3
"""Of one code system: the latest to be put to use. Older ones stay in the database."""


class Knowledge:
    """What this process knows: `catalog` and `resources` are whole and consistent at any moment."""

    def __init__(
        self, house: House, folder: Path, builtin: Callable[[], Catalog] = Catalog.builtin, grace: float = GRACE
    ) -> None:
        self._house, self._folder, self._builtin = house, folder, builtin
        self._grace = grace
        self._idle: dict[str, float] = {}
        """Files that are not in use, and since when this process knows."""
        self._mark: tuple[int, int] | None = None
        self._open: dict[str, Release] = {}
        self._packages: dict[str, Path] = {}
        self._catalog: Catalog | None = None

    @property
    def catalog(self) -> Catalog:
        """Built-in and loaded releases together."""
        if self._catalog is None:
            self._catalog = self._builtin().with_releases(self._open.values())
        return self._catalog

    def packages(self, kind: str) -> Iterator[tuple[Head, Iterator[dict[str, Any]]]]:
        """The loaded value sets (`vsac`) or packages (`ig`): what each is, and its resources, read anew for each walk."""
        for name, path in sorted(self._packages.items()):
            if name.startswith(f"{kind}-"):
                body = path.read_bytes()
                yield head_of_resources(body), unpack_resources(body)

    def resources(self, kind: str) -> Iterator[dict[str, Any]]:
        """The resources of all of them."""
        for _, resources in self.packages(kind):
            yield from resources

    async def refresh(self) -> bool:
        """Takes over what is in use now. Whether it has changed since the last time."""
        pool = self._house.store.pool
        seen = await mark(pool)
        if self._mark is not None:
            self._sweep()
        if seen == self._mark:
            return False
        rows = _newest(await list_in_use(pool))
        found: dict[str, Path] = {}
        for row in rows:
            found[_stem(row)] = await self._file(row)
        self._take(found)
        self._mark = seen
        return True

    async def watch(self, changed: Callable[[], None] = lambda: None, seconds: float = SECONDS) -> None:
        """Refreshes for as long as the process runs; `changed` is called after each change."""
        while True:
            try:
                if await self.refresh():
                    changed()
            except (OslerError, OSError) as error:
                log.warning("loaded releases could not be refreshed: %s", error)
            await asyncio.sleep(seconds)

    async def _file(self, row: ReleaseRow) -> Path:
        """The file of a release, written first where it is not there yet."""
        for suffix in SUFFIXES:
            path = self._folder / f"{_stem(row)}{suffix}"
            if path.exists():
                return path
        body = await release_bytes(self._house.store.pool, row)
        return await asyncio.to_thread(self._write, _stem(row), body)

    def _write(self, stem: str, body: bytes) -> Path:
        """One process at a time: a large system takes memory to write, and the others then find the file."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{stem}{'.resources' if holds_resources(body) else '.sqlite'}"
        with self._folder.joinpath("writing.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists():
                return path
            if path.suffix == ".sqlite":
                write_packed(path, body)
            else:
                unfinished = path.with_name(f"{path.name}.new")
                unfinished.write_bytes(body)
                unfinished.replace(path)
        return path

    def _take(self, found: dict[str, Path]) -> None:
        self._open = {
            stem: self._open.get(stem) or Release(path) for stem, path in found.items() if path.suffix == ".sqlite"
        }
        self._packages = {stem: path for stem, path in found.items() if path.suffix == ".resources"}
        self._catalog = None

    def _sweep(self) -> None:
        """Removes files that have been out of use for a while: another process may only just be letting go of them."""
        used, now = {*self._open, *self._packages}, time.monotonic()
        there = {
            path.name: path for path in self._folder.glob("*") if path.suffix in SUFFIXES and path.stem not in used
        }
        self._idle = {name: self._idle.get(name, now) for name in there}
        for name, path in there.items():
            if now - self._idle[name] >= self._grace:
                with contextlib.suppress(OSError):
                    path.unlink()


def _stem(row: ReleaseRow) -> str:
    """The file's name: the same for the same bytes and the same format of files."""
    return f"{row.kind}-{row.hash.hex()[:24]}-{FORMAT}"


def _newest(rows: list[ReleaseRow]) -> list[ReleaseRow]:
    """Of each version the one last put to use, of each name a few versions. `rows` come with the latest first."""
    versions: dict[tuple[str, str], list[ReleaseRow]] = {}
    for row in rows:
        known = versions.setdefault((row.kind, row.name), [])
        most = 1 if row.kind in ("ig", "vsac") else KEPT_VERSIONS
        if len(known) < most and all(each.version != row.version for each in known):
            known.append(row)
    return [row for known in versions.values() for row in known]
