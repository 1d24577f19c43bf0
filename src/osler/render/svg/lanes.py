"""Treatment as bars along the time axis: one lane for each drug, cut where the dose changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from osler.render.svg.shapes import element, text

BAR, GAP = 14.0, 3.0
WIDTH_OF_LETTER = 5.1


@dataclass(frozen=True, slots=True)
class Span:
    """One dose of a drug, from `start` until `end` (None: still going on)."""

    text: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One drug. Spans oldest first."""

    name: str
    spans: tuple[Span, ...]


def height(lanes: tuple[Lane, ...]) -> float:
    return 3 + len(lanes) * (BAR + GAP)


def draw(lanes: tuple[Lane, ...], x_of: Callable[[datetime], float], left: float, right: float) -> Iterator[str]:
    """Bars with their text inside, the drug's name in the first that has room; where a bar is too short its text stands
    beside it, never cut."""
    for row, lane in enumerate(lanes):
        y, named = 3 + row * (BAR + GAP), False
        for index, span in enumerate(lane.spans):
            start, end = x_of(span.start), right if span.end is None else x_of(span.end)
            if end - start < 1:
                continue
            yield element("rect", class_="lane", x=start, y=y, width=end - start, height=BAR, rx=3)
            words = span.text if named else f"{lane.name} {span.text}".strip()
            said = list(_words(words, start, end, y, left, right, last=index == len(lane.spans) - 1))
            named = named or bool(said)
            yield from said


def _words(words: str, start: float, end: float, y: float, left: float, right: float, *, last: bool) -> Iterator[str]:
    needed = len(words) * WIDTH_OF_LETTER + 8
    baseline = y + BAR - 3.3
    if end - start >= needed:
        yield text(start + 5, baseline, words, class_="lane-name")
    elif last and end + needed <= right:
        yield text(end + 4, baseline, words, class_="lane-name")
    elif start - needed >= left:
        yield text(start - 4, baseline, words, class_="lane-name", anchor="end")
