"""How a long command tells that it is moving: a bar with rate and time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

_EVERY = 5.0


class Progress:
    """Of `total` bytes (or steps) done so far, and resources, or what else is counted."""

    def __init__(self, title: str, total: int, noun: str = "resources") -> None:
        self._title, self._total, self._done, self._noun = title, total, 0, noun
        self._started = self._said = time.monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            columns = (
                TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
                TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
            )  # fmt: skip
            self._bar = Bar(*columns, console=Console(stderr=True))
            self._task = self._bar.add_task(self._title, total=self._total, rate="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, by: int, resources: int) -> None:
        """`by` more of the total; `resources` done altogether."""
        self._done += by
        now = time.monotonic()
        rate = f"{resources:,} {self._noun}, {resources / max(now - self._started, 0.001):,.0f}/s"
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, rate=rate)
        elif now - self._said >= _EVERY:
            self._said = now
            share = self._done / self._total if self._total else 0.0
            left = (now - self._started) * (1 - share) / share if share else 0.0
            sys.stderr.write(f"{self._title}: {share:.0%}, {rate}, {left:.0f} s left\n")


def table(fates: dict[str, Counter[str]]) -> None:
    """Prints how many of each type met which fate."""
    columns = ("created", "updated", "unchanged", "refused")
    shown = Table(show_edge=False, pad_edge=False)
    shown.add_column("")
    for column in columns:
        shown.add_column(column, justify="right")
    for type_, counts in sorted(fates.items()):
        shown.add_row(type_, *(f"{counts[column]:,}" for column in columns))
    totals = [sum(counts[column] for counts in fates.values()) for column in columns]
    shown.add_row("total", *(f"{total:,}" for total in totals))
    Console().print(shown)


def pace(resources: int, seconds: float) -> str:
    """How many resources took how long, and how many that is a second."""
    return f"{resources:,} resources in {seconds:,.1f} s, {resources / max(seconds, 0.001):,.0f}/s"
