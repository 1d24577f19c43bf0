"""Lines and columns of text tables, with an end to how long a line may be, and progress as they go."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import IO

from osler.core.errors import Invalid, TooCostly
from osler.terminology.loading.loaded import Progress
from osler.terminology.loading.parts import Part

MAX_LINE = 1 << 20
"""Bytes. The longest line of any release is a tenth of it."""
MAX_EMPTY = 1000
"""Lines on end with nothing in them."""
MAX_ROWS = 60_000_000
"""All tables together. The largest release has a third of it."""
FEW_ROWS = 6_000_000
"""Where a reader remembers every code that it has seen."""
_EVERY = 5000
csv.field_size_limit(MAX_LINE)


class Pace:
    """Counts rows over all the parts to be read and tells how far it is."""

    def __init__(self, progress: Progress | None, parts: Sequence[Part], most: int = MAX_ROWS) -> None:
        """Raises TooCostly at more rows than `most`: what readers hold in memory grows with them."""
        self._most = most
        self._progress = progress
        self._total_bytes = max(1, sum(part.size for part in parts))
        self.rows = 0
        self._bytes = 0

    def step(self, size: int) -> None:
        """One row of so many bytes."""
        self.rows += 1
        self._bytes += size
        if self.rows > self._most:
            raise TooCostly(f"It holds over {self._most:,} rows, far more than a release; it was not read further.")
        if self._progress is not None and self.rows % _EVERY == 0:
            self._progress(self.rows, self.total)

    def read(self, size: int) -> None:
        """So many bytes, of whose rows `step` hears later."""
        self._bytes += size

    @property
    def total(self) -> int:
        """How many rows there will be, going by their size so far."""
        return max(self.rows, round(self.rows * self._total_bytes / max(1, self._bytes)))

    def done(self) -> None:
        if self._progress is not None:
            self._progress(self.rows, self.rows)


def lines(part: Part, pace: Pace, encoding: str = "utf-8") -> Iterator[str]:
    """The lines without their ends. Raises Invalid for a line without an end, or one in another encoding."""
    with part.opened() as stream:
        for number, raw in enumerate(_raw_lines(stream, part), 1):
            pace.step(len(raw))
            if number == 1 and encoding == "utf-8":
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if b"\0" in raw:
                raise Invalid(f"{part.base} is not text in line {number:,}. Give the file as it was downloaded.")
            try:
                yield raw.decode(encoding).rstrip("\r\n")
            except UnicodeDecodeError:
                raise Invalid(
                    f"{part.base} is not {encoding.upper()} text in line {number:,}. A spreadsheet program may have saved it "
                    "anew; give the file as it was downloaded."
                ) from None


def _raw_lines(stream: IO[bytes], part: Part) -> Iterator[bytes]:
    empty = 0
    while raw := stream.readline(MAX_LINE + 1):
        empty = 0 if raw.strip() else empty + 1
        if empty > MAX_EMPTY:
            raise Invalid(f"{part.base} has over {MAX_EMPTY:,} empty lines on end; no release file has.")
        if len(raw) > MAX_LINE:
            raise Invalid(f"{part.base} has a line of over {MAX_LINE:,} bytes; no release file has.")
        yield raw


def columns(part: Part, pace: Pace, count: int, *, by: str = "|", encoding: str = "utf-8") -> Iterator[list[str]]:
    """Rows of exactly `count` columns that are never quoted. Raises Invalid at one that has another number."""
    for number, line in enumerate(lines(part, pace, encoding), 1):
        row = line.split(by)
        if len(row) != count:
            raise Invalid(
                f"{part.base} has {len(row)} columns in line {number:,} and not {count}: it is cut off, or of another edition."
            )
        yield row


def table(
    part: Part, pace: Pace, needed: Sequence[str], *, by: str = ",", quoted: bool = True, encoding: str = "utf-8"
) -> Iterator[dict[str, str]]:
    """Rows as dicts, by the names in the first line. Raises Invalid when one of `needed` is not among them, or when a
    row is too short or too long."""
    text = lines(part, pace, encoding)
    rows = split(part, text, by) if quoted else (line.split(by) for line in text)
    names = [name.strip() for name in next(rows, [])]
    missing = [name for name in needed if name not in names]
    if missing:
        raise Invalid(f"{part.base} has no column {', '.join(missing)}: it is another file, or of another edition.")
    for number, row in enumerate(rows, 2):
        if not row:
            continue
        if len(row) != len(names):
            raise Invalid(f"{part.base} has {len(row)} columns in row {number:,} and not {len(names)}: it is cut off.")
        yield dict(zip(names, row, strict=True))


def split(part: Part, text: Iterator[str], by: str) -> Iterator[list[str]]:
    """Rows with quotes around texts. Raises Invalid when one is opened and never closed."""
    try:
        yield from csv.reader((f"{line}\n" for line in text), delimiter=by, strict=True)
    except csv.Error as error:
        raise Invalid(f"{part.base} is cut off or damaged ({error}). Download it again.") from error
