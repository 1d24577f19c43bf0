"""Regular expressions that no pattern can make slow: for filters in value sets, which anybody may write.

Python's `re` tries one way after the other and takes ages for `(a+)+$`. Here the pattern becomes a set of states that
are all followed at once, one step a character; which sets follow which is remembered. As in XML Schema, the whole text
must match; `^` and `$` at the ends of an alternative say so again and are allowed.
"""

from __future__ import annotations

from functools import lru_cache

from osler.core.errors import Invalid
from osler.terminology.valuesets.pattern_parser import END, Machine, parse

MOST_REMEMBERED = 1000
LONGEST_TEXT = 500


class Pattern:
    """A compiled expression."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._start = self._closure([machine.start])
        self._steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def matches(self, text: str) -> bool:
        """Whether the whole text matches. Text over 500 characters does not."""
        if len(text) > LONGEST_TEXT:
            return False
        states = self._start
        for character in text:
            states = self._step(states, character)
            if not states:
                return False
        return END in states

    def _step(self, states: frozenset[int], character: str) -> frozenset[int]:
        known = self._steps.get((states, character))
        if known is not None:
            return known
        if len(self._steps) >= MOST_REMEMBERED:
            self._steps.clear()
        arrows = self._machine.arrows
        found = self._closure(
            [to for state in states if state in arrows for test, to in (arrows[state],) if test(character)]
        )
        self._steps[states, character] = found
        return found

    def _closure(self, states: list[int]) -> frozenset[int]:
        """With all states that are reached without reading a character."""
        seen, waiting = set(states), list(states)
        while waiting:
            for each in self._machine.leaps.get(waiting.pop(), ()):
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return frozenset(seen)


@lru_cache(256)
def compile_pattern(text: str) -> Pattern:
    """Raises Invalid for what is no expression, or one that is too large or of a kind that is not understood."""
    try:
        return Pattern(parse(text))
    except ValueError as error:
        raise Invalid(f"The regular expression cannot be used: {error}.", path="filter") from None
