"""A pattern ready for use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache, partial

from osler.fhir.patterns.program import Meter, Program, Span
from osler.fhir.patterns.reader import read_pattern
from osler.fhir.patterns.syntax import FLAGS, tries

_FEW = 1_000_000
"""Tries that Python's engine makes in some hundredths of a second."""
_TRIES_PER_STEP = 50
_LENGTHS = 512
"""Lengths of texts whose tries are remembered."""
_GROUP = re.compile(r"\\(.)|\$(?:(\d)|\{(\d)\})", re.DOTALL)


class Pattern:
    """A regular expression. All its work is counted by a meter, which ends what takes too much."""

    def __init__(self, text: str) -> None:
        self._part = read_pattern(text)
        self._program = Program(self._part)
        self._tries = lru_cache(_LENGTHS)(partial(tries, self._part))

    def is_in(self, text: str, meter: Meter) -> bool:
        """Whether it matches some part of the text."""
        if self._is_fast(text, meter, len(text) + 1):
            return self._python.search(text) is not None
        return self._program.find(text, 0, meter) is not None

    def is_all_of(self, text: str, meter: Meter) -> bool:
        """Whether it matches the text from end to end."""
        if self._is_fast(text, meter, 1):
            return self._python.fullmatch(text) is not None
        return self._program.find(text, 0, meter, whole=True) is not None

    def replaced(self, text: str, replacement: str, meter: Meter) -> str:
        """The text with each match replaced; `$1` is what the first group matched, `\\$` a dollar."""
        pieces, end = [], 0
        for spans in self._matches(text, meter):
            meter.spend(1 + len(replacement) // 100)
            pieces += [
                text[end : spans[0][0]],
                _GROUP.sub(lambda found, at=spans: _filled(found, at, text), replacement),
            ]
            end = spans[0][1]
        return "".join([*pieces, text[end:]])

    def _matches(self, text: str, meter: Meter) -> Iterator[dict[int, Span]]:
        if self._is_fast(text, meter, len(text) + 1):
            for found in self._python.finditer(text):
                yield dict(enumerate([found.span(), *(found.span(1 + at) for at in range(len(found.groups())))]))
            return
        at = 0
        while at <= len(text) and (spans := self._program.find(text, at, meter)) is not None:
            yield spans
            at = spans[0][1] + (spans[0][0] == spans[0][1])

    def _is_fast(self, text: str, meter: Meter, starts: int) -> bool:
        """Whether Python's engine surely decides fast, beginning at so many places; if so, the tries are counted."""
        count = self._tries(len(text))
        if count is None or (count := count * starts) > _FEW:
            return False
        meter.spend(1 + count // _TRIES_PER_STEP)
        return True

    @cached_property
    def _python(self) -> re.Pattern[str]:
        return re.compile(self._part.python, FLAGS)


@lru_cache(maxsize=64)
def pattern(text: str) -> Pattern:
    """The pattern of a text. Raises Invalid where it is none, is too large or has parts that are not supported."""
    return Pattern(text)


def _filled(found: re.Match[str], spans: dict[int, Span], text: str) -> str:
    if found[1] is not None:
        return found[1]
    start, end = spans.get(int(found[2] or found[3]), (0, 0))
    return text[max(0, start) : max(0, end)]
