"""Date parameters (R4 search §3.1.1.4.7): the span of a date, dateTime, instant, Period or Timing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.keys import present
from osler.fhir.search.spans import date_span
from osler.fhir.search.values import DateValue

OpenSpan = tuple[datetime | None, datetime | None]
Spans = Callable[[Any, tzinfo], OpenSpan | None]


def period_span(period: dict[str, Any], zone: tzinfo) -> OpenSpan | None:
    """From the start of `start` to the end of `end`; an absent side is open."""
    start, end = period.get("start"), period.get("end")
    first = date_span(start, zone) if start else None
    last = date_span(end, zone) if end else None
    if first is None and last is None:
        return None
    lo, hi = first and first[0], last and last[1]
    if first and hi and hi <= first[0]:
        hi = first[1]
    return lo, hi


def timing_span(timing: dict[str, Any], zone: tzinfo) -> OpenSpan | None:
    """The outer limits of its events and bounds; the schedule between them does not count."""
    spans: list[OpenSpan | None] = [date_span(event, zone) for event in timing.get("event") or () if event]
    bounds = (timing.get("repeat") or {}).get("boundsPeriod")
    if bounds:
        spans.append(period_span(bounds, zone))
    known = [span for span in spans if span is not None]
    if not known:
        return None
    starts, ends = [lo for lo, _ in known if lo], [hi for _, hi in known if hi]
    lo = min(starts) if len(starts) == len(known) else None
    hi = max(ends) if len(ends) == len(known) else None
    return lo, hi


READERS: dict[str, Spans] = {
    "date": date_span,
    "dateTime": date_span,
    "instant": date_span,
    "Period": period_span,
    "Timing": timing_span,
}


def emitter(param: str, datatype: str) -> Emit | None:
    """What a date parameter indexes of a datatype; None for ages, ranges and free text."""
    read = READERS.get(datatype)
    if read is None:
        return None
    here = present(param)

    def emit(element: Any, sink: Sink) -> None:
        sink.tokens.add(here)
        span = read(element, sink.zone)
        if span is not None:
            sink.dates.append(DateValue(param, span[0], span[1]))

    return emit
