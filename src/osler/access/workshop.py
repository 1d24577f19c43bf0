"""Processes that read, check and index resources for a large bulk load, ahead of the one that writes them.

What they do not manage (a reference that the whole load has to be known for) the writer does itself.
"""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import cache
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from osler.access.load_item import Item
from osler.access.rules import Rules
from osler.core.clock import to_milliseconds
from osler.core.errors import Unavailable
from osler.store.elsewhere import Whereabouts, open_elsewhere, pack_rows, whereabouts
from osler.store.store import Store

Raw = TypeVar("Raw")
_MANY_OBJECTS = 500_000


class Workshop:
    """Its processes start at once, which takes them a while; body dictionaries have to be learned before the first `prepare`.
    `read` and what it is given have to be picklable."""

    def __init__(self, store: Store, rules: Rules, processes: int) -> None:
        begin = whereabouts(store), rules.claims
        self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin, initargs=begin)
        for _ in range(processes):
            self._pool.submit(processors)  # it starts a process when it is asked for something

    async def __aenter__(self) -> Workshop:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    async def prepare(self, read: Callable[[Raw], list[Item]], raw: Raw, now: datetime) -> list[Item]:
        """The items that `read` makes of `raw`, checked, and packed as far as possible."""
        at, loop = to_milliseconds(now), asyncio.get_running_loop()
        try:
            packed = await loop.run_in_executor(self._pool, _prepare, read, raw, at)
        except BrokenProcessPool:
            message = "A process of this load was ended from outside. Run it again; it loads nothing twice."
            raise Unavailable(message) from None
        return pickle.loads(packed)  # noqa: S301  of our own process


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_RULES = Rules()
_there: list[Whereabouts] = []
"""In a process of the workshop: where the database is."""


def _begin(there: Whereabouts, claims: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the writer hears it and ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _RULES.claims = claims
    _there.append(there)


@cache
def _database() -> tuple[asyncio.AbstractEventLoop, Store]:
    """The database, and what its connections live in. Opened with the first batch, where a refusal can be told."""
    loop = asyncio.new_event_loop()
    store = loop.run_until_complete(open_elsewhere(_there[0]))
    collect_seldom()
    return loop, store


def collect_seldom() -> None:
    """A batch is some hundred thousand objects that live for a moment, none of them in a circle. To look for circles among them
    again and again took a third of the time of a load."""
    gc.freeze()
    gc.set_threshold(_MANY_OBJECTS)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _prepare(read: Callable[[Any], list[Item]], raw: Any, at: datetime) -> bytes:
    loop, store = _database()
    items = read(raw)
    loop.run_until_complete(_pack(store, items, at))
    return pickle.dumps(items, protocol=pickle.HIGHEST_PROTOCOL)


async def _pack(store: Store, items: list[Item], at: datetime) -> None:
    for item in items:
        if item.fate != "refused":
            item.check(_RULES)
    sound = [item for item in items if item.fate is None]
    rows = await pack_rows(store, [(item.resource, item.id) for item in sound], at)
    for item, packed in zip(sound, rows, strict=True):
        item.look()
        item.packed = packed
        item.hold_text()
