"""In which order the files of a load are read, so that little of it has to wait for what it refers to."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

from osler.core.errors import Fault
from osler.fhir.definitions import definitions
from osler.operations.migration.reading import BATCH, Chunk, Lines, chunks
from osler.operations.migration.sources import Source

_FIRST = (
    "Organization", "Location", "Endpoint", "Practitioner", "PractitionerRole", "HealthcareService", "Medication",
    "Substance", "Patient", "RelatedPerson", "Person", "Group", "Device", "Coverage", "CareTeam",
)  # fmt: skip
_THEN = ("EpisodeOfCare", "Schedule", "Slot", "Appointment", "Encounter", "Condition", "ServiceRequest", "Specimen",
         "Observation")  # fmt: skip
_MOST = 4 * BATCH
"""Lines of one chunk at most, when it is not to be cut where the time of writing stays the same."""
_HEAD = 800
"""Bytes of a line in which its `meta` is looked for."""
_TIME = re.compile(rb'"lastUpdated"\s*:\s*"([0-9T:.+Z-]+)"')
_CHANGED = re.compile(rb'"versionId"\s*:\s*"(?!1")')


def type_named(source: Source) -> str:
    """The resource type that the name of a file of lines begins with (`Patient.ndjson`, `Patient.000.ndjson.gz`), or nothing."""
    name = PurePath(source.member or source.path.name).name.partition(".")[0]
    return name if source.is_lines and name in definitions().resource_types else ""


def in_order(sources: list[Source]) -> Iterator[tuple[list[Chunk], int]]:
    """What is loaded together, with the bytes on disk it took.

    Files of one type each are what an export by type leaves: those of people and places come first, and the others are
    read side by side, in the order in which their resources were first written: what refers to each other mostly was
    written together. Other files come before these and keep their order.
    """
    first = [source for source in sources if type_named(source) in _FIRST]
    first.sort(key=lambda source: _FIRST.index(type_named(source)))
    then = [source for source in sources if type_named(source) and source not in first]
    then.sort(key=lambda source: _THEN.index(type_named(source)) if type_named(source) in _THEN else len(_THEN))
    for source in (*first, *(source for source in sources if not type_named(source))):
        for chunk in chunks(source):
            yield [chunk], chunk.size
    yield from _side_by_side(then)


class _Line(NamedTuple):
    time: bytes
    name: str
    number: int
    text: bytes
    size: int = 0
    """Of the chunk that it is the last of."""
    wrong: tuple[Fault, ...] = ()


def _side_by_side(sources: list[Source]) -> Iterator[tuple[list[Chunk], int]]:
    """All lines by time. Those of one time (of one transaction, where Osler wrote them) stay together."""
    held: list[_Line] = []
    for line in heapq.merge(*map(_timed, sources), key=lambda line: line.time):
        if len(held) >= BATCH and (line.time != held[-1].time or len(held) >= _MOST):
            yield _joined(held), sum(each.size for each in held)
            held = []
        held.append(line)
    if held:
        yield _joined(held), sum(each.size for each in held)


def _timed(source: Source) -> Iterator[_Line]:
    """Each line with the time of its first version, as far as that is known; else with that of the line before."""
    time = b""
    for chunk in chunks(source):
        assert isinstance(chunk, Lines)
        last = chunk.first + len(chunk.lines) - 1
        for number, text in enumerate(chunk.lines, chunk.first):
            head = text[:_HEAD]
            found = _TIME.search(head)
            if found and not _CHANGED.search(head):
                time = found[1]
            yield _Line(time, source.name, number, text, chunk.size if number == last else 0)
        if chunk.wrong or not chunk.lines:
            yield _Line(time, source.name, last + 1, b"", 0 if chunk.lines else chunk.size, chunk.wrong)


def _joined(lines: list[_Line]) -> list[Chunk]:
    found: list[Lines] = []
    for line in lines:
        last = found[-1] if found else None
        if last is None or last.name != line.name or last.wrong or line.wrong:
            found.append(Lines(line.name, line.number, [line.text], wrong=line.wrong))
        else:
            last.lines.append(line.text)
    return list(found)
