"""Files of resources, opened: folders, .json, .ndjson, .gz, .zip, in the order of their names."""

from __future__ import annotations

import contextlib
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from osler.core.errors import Invalid, NotFound

_PLAIN = (".json", ".ndjson", ".jsonl")
MAX_JSON = 512 << 20
"""Bytes of one JSON document; longer records belong in ndjson."""
UNREADABLE = (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
"""What opening or reading a broken file raises: cut off, damaged, encrypted, packed in an unknown way."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file, perhaps inside an archive."""

    name: str
    path: Path
    member: str = ""
    """Name inside the zip."""
    size: int = 0
    """Bytes on disk that reading it takes: what progress counts."""

    @property
    def is_lines(self) -> bool:
        return _stem(self.member or self.path.name).endswith((".ndjson", ".jsonl"))


def find_sources(paths: list[Path]) -> list[Source]:
    """Every readable file under the paths. Raises NotFound for a path that is not there, Invalid for one with nothing to read."""
    found: list[Source] = []
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no file or folder {path}; nothing was loaded.")
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        before = len(found)
        for file in files:
            found.extend(_sources(file, file.relative_to(path.parent).as_posix()))
        if len(found) == before:
            raise Invalid(f"{path} holds no .json, .ndjson, .gz or .zip file.")
    return found


def _sources(file: Path, name: str) -> Iterator[Source]:
    if file.suffix.lower() == ".zip":
        yield from _members(file, name)
    elif _stem(file.name).endswith(_PLAIN):
        yield Source(name, file, "", file.stat().st_size)


def _members(file: Path, name: str) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = sorted(archive.infolist(), key=lambda info: info.filename)
    except (OSError, zipfile.BadZipFile):
        yield Source(name, file, "", file.stat().st_size)  # opening it will say what is wrong, where it can be reported
        return
    for info in members:
        if not info.is_dir() and _stem(info.filename).endswith(_PLAIN):
            yield Source(f"{name}!{info.filename}", file, info.filename, info.compress_size)


def _stem(name: str) -> str:
    return name.lower().removesuffix(".gz")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file being read."""

    stream: IO[bytes]
    """Its uncompressed bytes."""
    size: int
    _file: IO[bytes]
    """What they come from, and how long that is: a file on disk, or a member of an archive."""
    _length: int

    def taken(self) -> int:
        """How many of the `size` bytes on disk have been read. What unpacks reads a little ahead."""
        done = self._file.tell() if self._file.seekable() else 0
        return min(self.size, self.size * done // max(1, self._length))


@contextlib.contextmanager
def open_source(source: Source) -> Iterator[Opened]:
    """The file, for the length of the block."""
    with contextlib.ExitStack() as opened:
        if source.member or source.path.suffix.lower() == ".zip":
            archive = opened.enter_context(zipfile.ZipFile(source.path))
            file: IO[bytes] = opened.enter_context(archive.open(source.member))
            length = archive.getinfo(source.member).file_size
        else:
            file, length = opened.enter_context(source.path.open("rb")), source.size
        stream = file
        if (source.member or source.path.name).lower().endswith(".gz"):
            stream = cast("IO[bytes]", opened.enter_context(gzip.GzipFile(fileobj=file)))
        yield Opened(stream, source.size, file, length)
