"""Checks the whole audit: every row's mac, every number, every seal, and the last seal noted outside the database.

Nothing in the tables is trusted but through the key. Each fault says which writer and number it is about and, where
known, when. Safe beside a running server: rows and seals are read in one snapshot, and a seal is only ever visible
after the rows it covers.
"""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from osler.access.audit.key import AuditKey, time_of
from osler.access.audit.log import check_key
from osler.store import audit as sql
from osler.store.audit import SealRow
from osler.store.pool import Connection

FaultKind = Literal["changed", "missing", "twice", "seal", "name", "anchor"]
MAX_FAULTS = 1000


@dataclass(frozen=True, slots=True)
class AuditFault:
    """One place where the audit is not as it was written."""

    kind: FaultKind
    message: str
    writer: int = 0
    num: int = 0
    at: datetime | None = None


@dataclass(slots=True)
class AuditReport:
    """What a verification found. `clean` when nothing was changed, removed or added."""

    rows: int = 0
    writers: int = 0
    seals: int = 0
    sealed: int = 0
    """Rows covered by a seal; the others are authenticated, but their number at the end is not yet vouched for."""
    fault_count: int = 0
    faults: list[AuditFault] = field(default_factory=list[AuditFault])
    """The first MAX_FAULTS of them."""

    @property
    def clean(self) -> bool:
        return self.fault_count == 0

    def add(self, fault: AuditFault) -> None:
        self.fault_count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)


async def verify(
    conn: Connection,
    key: AuditKey,
    *,
    anchor: tuple[int, bytes] | None = None,
    progress: Callable[[int], None] = lambda _rows: None,
) -> AuditReport:
    """Read everything once. Raises Conflict when the audit was made with another key."""
    await check_key(conn, key)
    report = AuditReport()
    async with sql.snapshot(conn):
        broken = await _check_seals(conn, key, anchor, report)
        walk = _Walk(key, report, sql.each_mark(conn), broken)
        await walk.begin()
        async for batch in sql.row_batches(conn):
            for row in batch:
                if walk.plain(row):
                    continue
                await walk.row(row)
            progress(report.rows)
        await walk.end()
        await _check_names(conn, key, walk, report)
    return report


async def _check_seals(
    conn: Connection, key: AuditKey, anchor: tuple[int, bytes] | None, report: AuditReport
) -> frozenset[int]:
    """Walk the chain of seals; returns the numbers of those that cannot be believed."""
    broken: set[int] = set()
    last, before, anchored = 0, (b"", b""), anchor is None
    async for seal in sql.each_seal(conn):
        if seal.num == last + 1 and not _fits(key, seal, before):
            broken.add(seal.num)
            report.add(
                AuditFault("seal", f"Seal {seal.num} is not as it was written.", num=seal.num, at=time_of(seal.moment))
            )
        elif seal.num != last + 1:
            broken.add(seal.num)  # with its predecessor gone there is nothing to check it by
            _seals_missing(report, last + 1, seal.num - 1, time_of(seal.moment))
        anchored = anchored or (seal.num, seal.mac) == anchor
        # Was this one changed in its mac, or in the rest? One of the two still fits the next.
        before = (seal.mac, _mac(key, seal, before[0]))
        last = seal.num
        report.seals += 1
    if not anchored and anchor is not None:
        report.add(
            AuditFault(
                "anchor", f"The data folder knows seal {anchor[0]}; the database does not hold it.", num=anchor[0]
            )
        )
    return frozenset(broken)


def _fits(key: AuditKey, seal: SealRow, before: tuple[bytes, bytes]) -> bool:
    return seal.mac in (_mac(key, seal, before[0]), _mac(key, seal, before[1]))


def _mac(key: AuditKey, seal: SealRow, before: bytes) -> bytes:
    try:
        return key.seal(seal, before)
    except (struct.error, TypeError):  # NULL where we never write one
        return b"?"


def _seals_missing(report: AuditReport, first: int, last: int, at: datetime | None) -> None:
    which = f"Seal {first} is" if first == last else f"Seals {first} to {last} are"
    report.add(AuditFault("seal", f"{which} missing.", num=first, at=at))


_Row = Sequence[Any]
"""An `AuditRow`, but for `at`, which is a moment."""


class _Walk:
    """Rows and marks of seals, both ordered by writer and number, side by side."""

    def __init__(
        self,
        key: AuditKey,
        report: AuditReport,
        marks: AsyncIterator[tuple[int, int, int, int]],
        broken: frozenset[int],
    ) -> None:
        self.actors: set[int] = set()
        self.shapes: set[int] = set()
        self._key = key
        self._report = report
        self._marks = marks
        self._broken = broken
        self._mark: tuple[int, int, int, int] | None = None
        self._begin_writer(0)

    def _begin_writer(self, writer: int) -> None:
        self._writer = writer
        self._num = 0
        """The last number of this writer that is accounted for: there, or reported."""
        self._head = 0
        self._covered = 0
        """The last number that a seal vouches for."""
        self._doubt = False
        """Whether a fault since the last mark already explains a running hash that differs."""

    async def begin(self) -> None:
        await self._next_mark()

    def plain(self, row: _Row) -> bool:
        """The fast path: the very next row, unchanged, and no mark stands at it. True when that was all."""
        num, writer = row[0], row[5]
        if writer != self._writer or num != self._num + 1 or not self._good(row):
            return False
        if self._mark is not None and self._mark[0] == writer and self._mark[1] <= num:
            return False
        self._take(row)
        return True

    async def row(self, row: _Row) -> None:
        num, writer = row[0], row[5]
        if writer != self._writer:
            await self._leave_writer(before=writer)
            self._begin_writer(writer)
            self._report.writers += 1
        good = self._good(row)
        if num <= self._num or (not good and num != self._num + 1):
            self._fault("twice" if good else "changed", row)
            self._report.rows += 1
            return
        if num > self._num + 1:
            await self._gap(self._num + 1, num - 1, row)
        if not good:
            self._fault("changed", row)
            self._doubt = True
        self._take(row, named=good)
        await self._settle(row)

    def _good(self, row: _Row) -> bool:
        return self._key.row(*row[:4], *row[5:]) == row[4]

    def _take(self, row: _Row, *, named: bool = True) -> None:
        self._num = row[0]
        self._head = self._key.head(self._head, row[4])
        self._report.rows += 1
        if named:
            self.actors.add(row[6])
            self.shapes.add(row[7])

    def _fault(self, kind: FaultKind, row: _Row) -> None:
        words = "is there twice" if kind == "twice" else "is not as it was written"
        num, writer = row[0], row[5]
        self._report.add(AuditFault(kind, f"Row {num} of writer {writer} {words}.", writer, num, time_of(row[1])))

    async def _gap(self, first: int, last: int, after: _Row | None) -> None:
        """Report missing rows and go on after them. Marks inside the gap have nothing to be compared with."""
        writer, at = self._writer, None if after is None else time_of(after[1])
        which = (
            f"Row {first} of writer {writer} is" if first == last else f"Rows {first} to {last} of writer {writer} are"
        )
        self._report.add(AuditFault("missing", f"{which} missing.", writer, first, at))
        self._doubt = True
        while self._mark is not None and self._mark[0] == writer and self._mark[1] <= last:
            await self._next_mark()
        self._num = last

    async def _settle(self, row: _Row) -> None:
        """Compare with every mark that stands at the row just taken, and go on from what it says."""
        while self._mark is not None and self._mark[0] == self._writer and self._mark[1] <= self._num:
            _, upto, head, seal = self._mark
            if head != self._head and not self._doubt:
                message = f"Rows up to {upto} of writer {self._writer} are not those that seal {seal} vouches for."
                self._report.add(AuditFault("seal", message, self._writer, upto, time_of(row[1])))
            self._head, self._doubt = head, False
            self._report.sealed += upto - self._covered
            self._covered = upto
            await self._next_mark()

    async def _leave_writer(self, *, before: int | None) -> None:
        """A writer's rows are through: marks that still stand before the next writer's name rows that are missing."""
        while self._mark is not None and (before is None or self._mark[0] < before):
            if self._mark[0] != self._writer:
                self._begin_writer(self._mark[0])
                self._report.writers += 1
            upto = self._mark[1]
            await self._next_mark()
            if upto > self._num and not self._marked_here():
                await self._gap(self._num + 1, upto, None)

    def _marked_here(self) -> bool:
        return self._mark is not None and self._mark[0] == self._writer

    async def end(self) -> None:
        await self._leave_writer(before=None)

    async def _next_mark(self) -> None:
        self._mark = await anext(self._marks, None)
        while self._mark is not None and self._mark[3] in self._broken:
            self._mark = await anext(self._marks, None)


async def _check_names(conn: Connection, key: AuditKey, walk: _Walk, report: AuditReport) -> None:
    """Interned actors and shapes carry macs of their own; one that rows name must be there."""
    actors, shapes = walk.actors, walk.shapes - {0}
    for id_, kind, ref, display, via, mac in await sql.all_actors(conn):
        actors.discard(id_)
        if key.words(id_, kind, ref, display, via) != mac:
            report.add(AuditFault("name", f"Actor {id_} is not as it was written.", num=id_))
    for id_, text, mac in await sql.all_shapes(conn):
        shapes.discard(id_)
        if key.words(id_, text) != mac:
            report.add(AuditFault("name", f"Request shape {id_} is not as it was written.", num=id_))
    for what, missing in (("Actor", actors), ("Request shape", shapes)):
        for id_ in sorted(missing):
            report.add(AuditFault("name", f"{what} {id_}, which rows name, is missing.", num=id_))
