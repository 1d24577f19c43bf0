"""How much one answer may cost. Value sets are written by anybody; what they ask for is bounded."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from osler.core.errors import TooCostly, Unsupported

MOST_STEPS = 400_000
MOST_SECONDS = 0.4
"""Of processor time of this thread, so that a busy machine refuses nothing that an idle one answers."""
_LOOK_EVERY = 512
Item = TypeVar("Item")


@dataclass(slots=True)
class Work:
    """One answer's account: steps taken, and what had to be left out."""

    incomplete_ok: bool = False
    """Leave out what cannot be listed instead of refusing."""
    most_steps: int = MOST_STEPS
    missing: list[str] = field(default_factory=list[str])
    """Why the listing has fewer codes than the definition means; each once."""
    used: dict[str, None] = field(default_factory=dict[str, None])
    """Canonicals of the code systems that were read, in order."""
    imported: dict[str, None] = field(default_factory=dict[str, None])
    """Canonicals of the value sets that were read, in order."""
    _steps: int = 0
    _unseen: int = 0
    """Work since the clock was looked at."""
    _ends: float = field(default_factory=lambda: time.thread_time() + MOST_SECONDS)

    def step(self, steps: int = 1) -> None:
        """Raises TooCostly when the account is used up."""
        self._steps += steps
        if self._steps > self.most_steps:
            raise TooCostly("This value set has too many codes or parts to be worked through at once; narrow it.")
        self.spend(steps)

    def spend(self, steps: int) -> None:
        """For work on a single code: bounded by time alone. Raises TooCostly."""
        self._unseen += steps
        if self._unseen >= _LOOK_EVERY:
            self._unseen = 0
            if time.thread_time() > self._ends:
                raise TooCostly("Working this value set out takes too long; narrow it.")

    def counted(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            self.step()
            yield item

    def miss(self, reason: str) -> None:
        """Something of the definition cannot be listed. Raises Unsupported unless an incomplete listing will do."""
        if not self.incomplete_ok:
            raise Unsupported(f"This value set cannot be listed in full: {reason}.")
        self.note(reason)

    def note(self, reason: str) -> None:
        if reason not in self.missing:
            self.missing.append(reason)
