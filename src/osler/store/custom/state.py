"""What one process knows of the site's own search parameters."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from osler.fhir.search.custom import NONE, CustomParams

LEASE = 5.0
"""Seconds that a process may index by what it knows without looking again."""

Key = tuple[str, str]
"""Type and code."""


@dataclass(frozen=True, slots=True)
class State:
    """How far the index is for one parameter."""

    print: str
    done: bool
    gone: bool
    percent: int
    seconds: float
    """Since it began."""
    late: bool
    """The second look is still to come."""


@dataclass(slots=True)
class Custom:
    """`params` are those to index and read searches by; `states` how far the index is."""

    params: CustomParams = NONE
    states: dict[Key, State] = field(default_factory=dict[Key, State])
    mark: tuple[int, int, int] | None = None
    """Of the SearchParameter resources when they were read."""
    looked_at: float = float("-inf")
    changed: bool = False
    """This process has written or deleted a SearchParameter since."""

    def is_stale(self) -> bool:
        """Whether something may have changed that this process should have heard of by now."""
        return time.monotonic() - self.looked_at > LEASE

    def is_ready(self, key: Key) -> bool:
        """Whether every row is indexed by what the parameter is now."""
        own, state = self.params.find(*key), self.states.get(key)
        return own is not None and state is not None and state.done and state.print == own.print

    def ready(self) -> CustomParams:
        """Those that are answered."""
        return CustomParams.of(each for each in self.params.all() if self.is_ready(each.key))

    def settled(self) -> bool:
        """Whether nothing is left to do."""
        wanted = {each.key: each.print for each in self.params.all()}
        there = {key: state.print for key, state in self.states.items() if state.done and not state.gone}
        return wanted == there == {key: state.print for key, state in self.states.items() if not state.late}

    @property
    def print(self) -> str:
        """The same as long as rows come out the same."""
        return " ".join(sorted(self.params.prints))
