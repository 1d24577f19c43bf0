"""What was given, as named parts: a plain file, a .gz, the members of a .zip or the files of an unpacked folder.

Archives are hostile until read: names that lead elsewhere, passwords, thousands of members and contents that unpack to
far more than they are packed refuse the whole. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO

from osler.core.errors import Invalid, NotFound, TooCostly

MOST_PARTS = 20_000
MOST_BYTES = 8 << 30
"""Of one part, unpacked. The largest file of any agency is about a third of it."""
MOST_PACKING = 250
"""Bytes out of one packed byte, beyond the first `_FREE`. Release tables pack to about a tenth."""
_FREE = 64 << 20
_LARGE_READ = 1 << 20
DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError, RuntimeError)
"""What reading a broken archive raises."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of what was given."""

    name: str
    """Path inside the archive or folder, with slashes."""
    size: int
    """Bytes when unpacked; of a .gz only a guess."""
    packed: int
    _open: Callable[[], IO[bytes]]
    made_on: date | None = None
    """What an archive says of the day the file was made."""

    @property
    def base(self) -> str:
        """The name without its folders."""
        return PurePosixPath(self.name).name

    @contextlib.contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The unpacked bytes. Raises Invalid where they are damaged, TooCostly where they are far too many."""
        with self.watched(), contextlib.closing(self._open()) as raw:
            yield io.BufferedReader(_Bounded(raw, self), _LARGE_READ)

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        try:
            yield
        except DAMAGED as error:
            raise Invalid(f"{self.base} is cut off or damaged. Download it again.") from error

    def beginning(self, size: int = 4096) -> bytes:
        """The first bytes; empty when they cannot be read."""
        with contextlib.suppress(Invalid, OSError), self.opened() as stream:
            return stream.read(size)
        return b""


class _Bounded(io.RawIOBase):
    """Stops a bomb while it unpacks."""

    def __init__(self, raw: IO[bytes], part: Part) -> None:
        self._raw, self._part, self._done = raw, part, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._done += len(data)
        if self._done > MOST_BYTES or self._done > _FREE + self._part.packed * MOST_PACKING:
            raise TooCostly(
                f"{self._part.base} unpacks to far more than a release file holds; it was not read further."
            )
        return len(data)


class Parts:
    """Every part of one given file or folder; close it after reading."""

    def __init__(self, name: str, parts: list[Part], close: Callable[[], None] = lambda: None) -> None:
        self.name = name
        """The given file's own name, for messages and for dates that stand only there."""
        self.parts = parts
        self._close = close

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def find(self, pattern: str) -> Part | None:
        """The part whose whole name without folders matches, in the folder nearest to the top; None without one."""
        found = self.find_all(pattern)
        return found[0] if found else None

    def find_all(self, pattern: str) -> list[Part]:
        compiled = re.compile(pattern, re.IGNORECASE)
        found = [part for part in self.parts if compiled.fullmatch(part.base)]
        return sorted(found, key=lambda part: (part.name.count("/"), part.name))

    @property
    def only(self) -> Part | None:
        return self.parts[0] if len(self.parts) == 1 else None


def open_parts(path: Path) -> Parts:
    """Raises NotFound when there is nothing at the path, Invalid for an archive that no agency could have made."""
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise NotFound(f"{path} is not there.")
    if path.stat().st_size == 0:
        raise Invalid(f"{path.name} is empty. Download it again.")
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic.startswith(b"PK") and not path.name.lower().endswith((".xlsx", ".xlsm")):
        return _zip(path)
    if magic.startswith(b"\x1f\x8b") and not path.name.lower().endswith((".tgz", ".tar.gz")):
        return Parts(path.name, [_packed(path)])
    return Parts(path.name, [_plain(path, path.name)])


def _plain(path: Path, name: str) -> Part:
    size = path.stat().st_size
    return Part(name, size, size, lambda: path.open("rb"))


def _packed(path: Path) -> Part:
    size = path.stat().st_size
    return Part(path.name.removesuffix(".gz"), size * 8, size, lambda: gzip.open(path, "rb"))  # type: ignore[arg-type,return-value]


def _folder(path: Path) -> Parts:
    files: list[Part] = []
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.is_symlink():
            files.append(_plain(file, file.relative_to(path).as_posix()))
        if len(files) > MOST_PARTS:
            raise TooCostly(f"{path.name} holds over {MOST_PARTS:,} files; name the release's own folder.")
    return Parts(path.name, files)


def _zip(path: Path) -> Parts:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Invalid(f"{path.name} is cut off or damaged, so it cannot be unpacked. Download it again.") from error
    try:
        return Parts(
            path.name, [_member(archive, info, path.name) for info in _members(archive, path.name)], archive.close
        )
    except BaseException:
        archive.close()
        raise


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) > MOST_PARTS:
        raise TooCostly(f"{name} holds over {MOST_PARTS:,} files; that is no release file.")
    return members


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Part:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in info.filename or not info.filename.isprintable():
        raise Invalid(f"{name} holds a file whose name leads outside of it. That is no agency's release file.")
    if info.flag_bits & 1:
        raise Invalid(f"{name} is locked with a password. Unlock it first.")
    return Part(path.as_posix(), info.file_size, info.compress_size, lambda: archive.open(info), _made_on(info))


def _made_on(info: zipfile.ZipInfo) -> date | None:
    year, month, day, *_ = info.date_time
    with contextlib.suppress(ValueError):
        return date(year, month, day) if year > 1980 else None  # 1980 is how archives say that they do not know
    return None
