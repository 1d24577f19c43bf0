"""Processes that read, check and index resources for a large bulk load, ahead of the one that writes them.

What they do not manage (a site or label that the database has not met yet) the writer does itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from osler.access.load_item import Item
from osler.access.rules import Rules
from osler.core.errors import Unavailable
from osler.store.elsewhere import Recipe, detached, pack_row, recipe_of
from osler.store.store import Store

Raw = TypeVar("Raw")
Name = tuple[bytes, str, int]


class Workshop:
    """Open it when body dictionaries have been learned. `read` and what it is given have to be picklable."""

    def __init__(self, store: Store, rules: Rules, processes: int) -> None:
        self._store, self._rules, self._processes = store, rules, processes
        self._known = 0

    async def __aenter__(self) -> Workshop:
        recipe = await recipe_of(self._store)
        self._known = len(recipe.names)
        self._pool = ProcessPoolExecutor(
            self._processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(recipe, self._rules.claims)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    async def prepare(self, read: Callable[[Raw], list[Item]], raw: Raw, now: datetime) -> list[Item]:
        """The items that `read` makes of `raw`, checked, and packed as far as possible."""
        at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        news = self._store.terms.all()[self._known :]
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, _prepare, read, raw, at, news)
        except BrokenProcessPool:
            message = "A process of this load was ended from outside. Run it again; it loads nothing twice."
            raise Unavailable(message) from None


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_RULES = Rules()
_here: list[Store] = []
"""In a process of the workshop: the store without database that makes its rows."""


def _begin(recipe: Recipe, claims: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the writer hears it and ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _RULES.claims = claims
    _here.append(detached(recipe))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _prepare(read: Callable[[Any], list[Item]], raw: Any, at: datetime, news: list[Name]) -> list[Item]:
    store = _here[0]
    for each in news:
        store.terms.add(*each)
    items = read(raw)
    for item in items:
        if item.fate != "refused":
            item.check(_RULES)
        if item.fate is None:
            item.look()
            with contextlib.suppress(Exception):  # the writer meets it again, and says which resource it was
                item.packed = pack_row(store, item.resource, item.id, at)
            item.hold_text()
    return items
