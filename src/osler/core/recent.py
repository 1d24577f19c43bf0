"""What was found out lately, kept in a bounded space."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(dict[K, "V | None"], Generic[K, V]):
    """Answers by what was asked; None where it knows none. A dict, so that what it knows is found as fast as can be.

    It holds twice `most` at the most: when it is full, what was not asked for since the time before is forgotten. To be
    shared between threads: a race loses an answer, which is then found out again. Answers must not be changed.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._older: dict[K, V | None] = {}

    def __missing__(self, key: K) -> V | None:
        found = self._older.get(key)
        if found is not None:
            self.keep(key, found)
        return found

    def keep(self, key: K, answer: V) -> None:
        if len(self) >= self._most:
            self._older = self.copy()
            self.clear()
        self[key] = answer
