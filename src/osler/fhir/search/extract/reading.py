"""Reading a resource by its plan: member by member, and what was read before of a member with the same text not again."""

from __future__ import annotations

from typing import NamedTuple

from osler.core.recent import Recent
from osler.fhir.members import BRACKETS, LONGEST, Members
from osler.fhir.search.extract.plan import Plan
from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.values import DateValue, NumberValue

_MOST = 3_000
_MOST_TOKENS = 100


class Reading(NamedTuple):
    """What one member has put into the sink."""

    tokens: tuple[str, ...]
    phrases: tuple[str, ...]
    strings: tuple[tuple[str, str, str], ...]
    numbers: tuple[NumberValue, ...]
    dates: tuple[DateValue, ...]
    references: tuple[tuple[str, str, str], ...]


class Readings(Recent[tuple[str, str, bytes], Reading]):
    """Readings of members, by type, name and text. For one zone, base URL and choice of parameters only."""

    def __init__(self) -> None:
        super().__init__(_MOST)


def read_members(plan: Plan, sink: Sink, members: Members, readings: Readings) -> None:
    """As `Plan.read`, by the texts of the resource's members."""
    resource, find = sink.resource, plan.members.get
    type_ = resource["resourceType"]
    for emit in plan.whole:
        emit(resource, sink)
    for name, text in members.items():
        emit = find(name)
        if emit is None:
            continue
        if text[0] not in BRACKETS or len(text) > LONGEST:  # primitives are as soon read again
            if (value := resource[name]) is not None:
                emit(value, sink)
        elif reading := readings[type_, name, text]:
            _put(reading, sink)
        else:
            _read_anew(emit, name, sink, text, readings)


def _read_anew(emit: Emit, name: str, sink: Sink, text: bytes, readings: Readings) -> None:
    resource = sink.resource
    own = Sink(resource, sink.zone, sink.base_url)
    emit(resource[name], own)
    reading = Reading(
        tuple(own.tokens), tuple(own.phrases), tuple(own.strings), tuple(own.numbers), tuple(own.dates), tuple(own.references)
    )  # fmt: skip
    if not own.looked_around and len(reading.tokens) <= _MOST_TOKENS:
        readings.keep((resource["resourceType"], name, text), reading)
    _put(reading, sink)


def _put(reading: Reading, sink: Sink) -> None:
    tokens, phrases, strings, numbers, dates, references = reading
    sink.tokens.update(tokens)
    if phrases:
        sink.phrases.update(phrases)
    if strings:
        sink.strings.update(dict.fromkeys(strings))
    if numbers:
        sink.numbers += numbers
    if dates:
        sink.dates += dates
    if references:
        sink.references.update(dict.fromkeys(references))
