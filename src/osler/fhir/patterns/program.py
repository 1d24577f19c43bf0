"""An engine whose work grows only with the length of the pattern times that of the text."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from osler.fhir.patterns.reader import refuse
from osler.fhir.patterns.syntax import Characters, Choice, Group, Part, Place, Repeat, Sequence

MOST_INSTRUCTIONS = 5_000
MOST_BUILT = 4 * MOST_INSTRUCTIONS
"""Parts that are put together: repetitions of nothing make no instructions, but take time all the same."""

Span = tuple[int, int]


class Meter(Protocol):
    """Counts work: a step for each pair of instruction and place."""

    def spend(self, steps: int) -> None:
        """Raises TooCostly when there has been too much."""
        ...


class Step(NamedTuple):
    """One instruction: a character to read, a place to be at, a border of a group to keep, or where to go on."""

    kind: str
    """read, place, keep, split, end."""
    what: Characters | str | int | None
    next: int
    other: int = 0
    """Of `split`: where to go on when `next` fails."""


class Program:
    """A pattern as instructions."""

    def __init__(self, part: Part) -> None:
        self._steps: list[Step] = []
        self._built = 0
        self._start = self._add(part, self._new(Step("end", None, 0)))

    def find(self, text: str, at: int, meter: Meter, *, whole: bool = False) -> dict[int, Span] | None:
        """Spans of the groups (0: all of it) of the first match from `at` on; None where there is none."""
        visited: set[int] = set()
        for start in range(at, at + 1 if whole else len(text) + 1):
            found = self._match(text, start, visited, meter, whole=whole)
            if found is not None:
                return found
        return None

    def _match(self, text: str, start: int, visited: set[int], meter: Meter, *, whole: bool) -> dict[int, Span] | None:
        # What is kept is a chain of (border, place, what was kept before), so that going back costs nothing.
        waiting: list[tuple[int, int, tuple[int, int, object] | None]] = [(self._start, start, None)]
        steps, width = self._steps, len(text) + 1
        while waiting:
            number, at, kept = waiting.pop()
            if (mark := number * width + at) in visited:
                continue
            visited.add(mark)
            meter.spend(1)
            step = steps[number]
            if step.kind == "split":
                waiting += [(step.other, at, kept), (step.next, at, kept)]
            elif step.kind == "keep":
                waiting.append((step.next, at, (int(str(step.what)), at, kept)))
            elif step.kind == "read":
                if at < len(text) and isinstance(step.what, Characters) and step.what.has(text[at]):
                    waiting.append((step.next, at + 1, kept))
            elif step.kind == "place":
                if _is_at(str(step.what), text, at):
                    waiting.append((step.next, at, kept))
            elif not whole or at == len(text):
                return _spans(start, at, kept)
        return None

    def _new(self, step: Step) -> int:
        if len(self._steps) >= MOST_INSTRUCTIONS:
            refuse("it repeats too much")
        self._steps.append(step)
        return len(self._steps) - 1

    def _add(self, part: Part, after: int) -> int:
        """Instructions for a part that goes on at `after`; the number of the first."""
        self._built += 1
        if self._built > MOST_BUILT:
            refuse("it repeats too much")
        if isinstance(part, Characters):
            return self._new(Step("read", part, after))
        if isinstance(part, Place):
            return self._new(Step("place", part.python, after))
        if isinstance(part, Sequence):
            for each in reversed(part.parts):
                after = self._add(each, after)
            return after
        if isinstance(part, Choice):
            first = self._add(part.parts[-1], after)
            for each in reversed(part.parts[:-1]):
                first = self._new(Step("split", None, self._add(each, after), first))
            return first
        if isinstance(part, Group):
            return self._group(part, after)
        return self._repeat(part, after)

    def _group(self, part: Group, after: int) -> int:
        if not part.number:
            return self._add(part.inside, after)
        closed = self._new(Step("keep", part.number * 2 + 1, after))
        return self._new(Step("keep", part.number * 2, self._add(part.inside, closed)))

    def _repeat(self, part: Repeat, after: int) -> int:
        first = self._loop(part, after) if part.most is None else after
        for _ in range(0 if part.most is None else part.most - part.least):
            first = self._branch(self._add(part.inside, first), after, lazy=part.lazy)
        for _ in range(part.least):
            first = self._add(part.inside, first)
        return first

    def _loop(self, part: Repeat, after: int) -> int:
        again = self._new(Step("split", None, 0))
        self._steps[again] = self._split(self._add(part.inside, again), after, lazy=part.lazy)
        return again

    def _branch(self, inside: int, after: int, *, lazy: bool) -> int:
        return self._new(self._split(inside, after, lazy=lazy))

    @staticmethod
    def _split(inside: int, after: int, *, lazy: bool) -> Step:
        return Step("split", None, after, inside) if lazy else Step("split", None, inside, after)


def _is_at(place: str, text: str, at: int) -> bool:
    if place in (r"\A", r"\Z"):
        return at == (0 if place == r"\A" else len(text))
    border = _is_word(text[at - 1 : at] if at else "") != _is_word(text[at : at + 1])
    return border if place == r"\b" else not border


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _spans(start: int, end: int, kept: object) -> dict[int, Span]:
    borders: dict[int, int] = {}
    while isinstance(kept, tuple):
        border, at, kept = kept
        borders.setdefault(border, at)
    groups = {border // 2: (borders[border - 1], at) for border, at in borders.items() if border % 2}
    return {0: (start, end), **groups}
