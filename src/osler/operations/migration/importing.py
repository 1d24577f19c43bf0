"""`osler import`: files in, a summary and a file of refusals out. Run again, it makes no duplicates."""

from __future__ import annotations

import asyncio
import os
import pickle
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec

from osler.access.actors import SYSTEM
from osler.access.bulk import Item, Loader
from osler.access.gate import Gate
from osler.access.maintenance import Job, maintenance
from osler.access.workshop import Workshop, processors
from osler.operations.migration.order import in_order, type_named
from osler.operations.migration.reading import Chunk, Lines, chunks, items_of
from osler.operations.migration.sources import Source, find_sources

_LEARN = 3000
"""Resources read before the first is written, to train body dictionaries on."""
_LEARN_TYPE = 512
"""Or so many of each type, where the names of the files tell it."""
_LARGE = 12 << 20
"""Bytes from which on it pays to start processes that read and index."""
_ROUND = 5000
_WORTH = 4
"""It is tried no more when not even one in so many got in."""
_TURNS = 3
"""Batches in which a resource is tried again before it waits for the end."""

Prepare = Callable[[Callable[[Any], list[Item]], Any, datetime], Awaitable[list[Item]]]
"""Reads items somewhere else: what reads, what it reads, and the time."""


@dataclass(slots=True)
class Summary:
    """How many of each type met which fate, and where the refusals are listed."""

    fates: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    refusals: Path | None = None

    def add(self, item: Item) -> None:
        if item.fate is not None:
            self.fates.setdefault(item.type, Counter())[item.fate] += 1

    @property
    def refused(self) -> int:
        return sum(counts["refused"] for counts in self.fates.values())

    @property
    def total(self) -> int:
        return sum(sum(counts.values()) for counts in self.fates.values())


async def import_files(
    gate: Gate, paths: list[Path], *, refusals: Path, progress: Callable[[int, int], None] | None = None,
    processes: int | None = None,
) -> Summary:  # fmt: skip
    """Loads every file. `progress` hears bytes read and resources done; refusals are written to their file as ndjson, one
    object each with place, type, id and what is wrong, never the data. `processes` read and index beside
    this one; not given, it depends on how much there is to do. Raises Invalid when there is nothing to read."""
    sources = find_sources(paths)
    async with maintenance(gate.audit, Job.IMPORT) as door:
        with _Waiting() as waiting, _Refusals(refusals) as refused:
            run = _Import(Loader(gate, door, SYSTEM), waiting, refused, progress or (lambda *_: None))
            await run.files(sources, _helpers(sources) if processes is None else processes)
        if refused.count:
            run.summary.refusals = refusals
    return run.summary


def _helpers(sources: list[Source]) -> int:
    """Processes that pay for what they take to start."""
    count = processors()
    return count if count > 1 and sum(source.size for source in sources) >= _LARGE else 0


class _Import:
    def __init__(
        self, loader: Loader, waiting: _Waiting, refused: _Refusals, progress: Callable[[int, int], None]
    ) -> None:
        self.loader, self.waiting, self.refused, self.progress = loader, waiting, refused, progress
        self.summary = Summary()
        self.late: list[list[Item]] = []
        """What waits, of the last batches, the newest first."""

    async def files(self, sources: list[Source], processes: int) -> None:
        """Learns from the beginnings of the files, then loads batch after batch while the next ones are read."""
        if not processes:
            await self._learn(sources)
            await self._run(sources, lambda read, raw, _: asyncio.to_thread(read, raw), 2)
            return
        async with Workshop(self.loader.gate.store, self.loader.gate.rules, processes) as workshop:
            await self._learn(sources)
            await self._run(sources, workshop.prepare, processes + 1)

    async def _learn(self, sources: list[Source]) -> None:
        await self.loader.learn(await asyncio.to_thread(_samples, sources))

    async def _run(self, sources: list[Source], prepare: Prepare, ahead: int) -> None:
        async for items, size in self._read(in_order(sources), prepare, ahead):
            for part, its_size in _in_parts(items, size):
                await self._batch(part, its_size)
        await self._leftovers(prepare)

    async def _read(
        self, stream: Iterator[tuple[list[Chunk], int]], prepare: Prepare, ahead: int
    ) -> AsyncIterator[tuple[list[Item], int]]:
        """The batches in order, with the bytes they took; `ahead` of them are being read meanwhile."""
        coming = deque[tuple[asyncio.Future[list[Item]], int]]()
        try:
            while True:
                while len(coming) < ahead and (step := await asyncio.to_thread(next, stream, None)) is not None:
                    reading = prepare(_all_items, step[0], self.loader.gate.clock())
                    coming.append((asyncio.ensure_future(reading), step[1]))
                if not coming:
                    return
                items, size = coming.popleft()
                yield await items, size
        finally:
            for future, _ in coming:
                future.cancel()

    async def _batch(self, items: list[Item], size: int) -> None:
        """Loads the items, and those of the last batches that waited for something that may be among them."""
        ready = [item for item in items if item.fate is None]
        late = [item for each in self.late for item in each]
        if ready:
            await self.loader.load([*late, *ready])
        for item in (*late, *items):
            if item.fate != "waiting":
                self._settle(item)
        got_in = sum(item.fate != "waiting" for item in late)
        turns = [[item for item in each if item.fate == "waiting"] for each in (ready, *self.late)]
        # Trying again costs as much as the first time: not for ever, and only where it helps.
        most = _TURNS if got_in * _WORTH >= len(late) else 1
        self.late, given_up = turns[:most], turns[most:]
        for item in (item for each in given_up for item in each):
            self._settle(item)
        self.progress(size, self.summary.total)

    async def _leftovers(self, prepare: Prepare) -> None:
        """What waited for something that came later; in rounds until a round gets nothing in, then it is refused."""
        for item in (item for each in self.late for item in each):
            self._settle(item)
        left = self.waiting.take()
        while left:
            before, waiting = len(left), list[Item]()
            for start in range(0, len(left), _ROUND):
                items = await prepare(_as_they_are, left[start : start + _ROUND], self.loader.gate.clock())
                await self.loader.load(items)
                for item in items:
                    if item.fate != "waiting":
                        self._settle(item)
                waiting += [item for item in items if item.fate == "waiting"]
                self.progress(0, self.summary.total)
            left = waiting
            if len(left) == before:
                await self.loader.load(left, last=True)
                for item in left:
                    self._settle(item)
                return

    def _settle(self, item: Item) -> None:
        if item.fate == "waiting":
            self.waiting.add(item)
            return
        self.summary.add(item)
        if item.fate == "refused":
            self.refused.add(item)


def _all_items(together: list[Chunk]) -> list[Item]:
    return [item for chunk in together for item in items_of(chunk)]


def _in_parts(items: list[Item], size: int) -> Iterator[tuple[list[Item], int]]:
    """A long document a part at a time, with its share of the bytes, so that it can be told how far the load is."""
    starts = range(0, len(items), _ROUND) or range(1)
    for start in starts:
        end = min(start + _ROUND, len(items))
        yield items[start:end], size * end // max(1, len(items)) - size * start // max(1, len(items))


def _as_they_are(items: list[Item]) -> list[Item]:
    return items


def _samples(sources: list[Source]) -> list[Item]:
    """Sound items from the beginning of every file until there are enough: of each type, where files hold one type each."""
    found: list[Item] = []
    taken: Counter[str] = Counter()
    for source in sources:
        kind = type_named(source)
        limit = _LEARN_TYPE if kind else _LEARN
        if taken[kind] >= limit:
            continue
        for chunk in chunks(source):
            if isinstance(chunk, Lines):
                chunk = replace(chunk, lines=chunk.lines[: limit - taken[kind]])
            items = [item for item in items_of(chunk) if item.fate is None][: limit - taken[kind]]
            taken[kind] += len(items)
            found += items
            if taken[kind] >= limit:
                break
    return found


class _Waiting:
    """Items put off, kept on disk: an export by type can put off most of itself."""

    def __enter__(self) -> _Waiting:
        self._file: IO[bytes] = tempfile.TemporaryFile()
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, item: Item) -> None:
        item.packed = None  # old by the time its turn comes again
        item.hold_text()
        pickle.dump(item, self._file)

    def take(self) -> list[Item]:
        end, items = self._file.tell(), []
        self._file.seek(0)
        while self._file.tell() < end:
            items.append(pickle.load(self._file))  # noqa: S301  our own temporary file
        return items


class _Refusals:
    """The report; the file is made with the first refusal, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path, self._file, self.count = path, None, 0

    def __enter__(self) -> _Refusals:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, item: Item) -> None:
        if self._file is None:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.fchmod(handle, 0o600)  # also of a report that was there before
            self._file = os.fdopen(handle, "wb")
        line: dict[str, Any] = {
            "place": item.place, "type": item.type, "id": item.id,
            "faults": [{"path": fault.path, "code": fault.code, "message": fault.message} for fault in item.faults],
        }  # fmt: skip
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()
        self.count += 1
