"""From a file's bytes to items that can be loaded: bundles taken apart, ids settled, ndjson line by line."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from osler.access.bulk import Item
from osler.core.errors import Fault, Invalid
from osler.core.ids import is_id
from osler.fhir import json
from osler.fhir.definitions import definitions
from osler.fhir.search.integrity import rewrite_references
from osler.operations.migration.sources import MAX_JSON, UNREADABLE, Source, open_source

BATCH = 1000
"""Lines read at one time."""
_MOST_BYTES = 8 << 20
"""Or fewer, when they are long."""
_SPACE = uuid.UUID("5a1d7f0e-8f0b-5c9e-9a55-0b6c3c1d2e4f")


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a file, not yet read."""

    name: str
    first: int
    """Number of the first line."""
    lines: list[bytes]
    size: int = 0
    """Bytes on disk that reading them took."""
    wrong: tuple[Fault, ...] = ()
    """Why nothing of the file comes after these."""


Chunk = Lines | Source
"""What is read at one time: some lines, or a whole document."""


def batches(source: Source) -> Iterator[list[Item]]:
    """The file's resources in batches that are loaded together. What cannot be read comes as an item already refused."""
    return map(items_of, chunks(source))


def chunks(source: Source) -> Iterator[Chunk]:
    """The file in pieces for `items_of`, which may do its work in another process."""
    if not source.is_lines:
        yield source
        return
    first, lines, length, before = 1, list[bytes](), 0, 0
    wrong: tuple[Fault, ...] = ()
    try:
        with open_source(source) as opened:
            for line in opened.stream:
                lines.append(line)
                length += len(line)
                if len(lines) >= BATCH or length >= _MOST_BYTES:
                    taken = opened.taken()
                    yield Lines(source.name, first, lines, taken - before)
                    first, lines, length, before = first + len(lines), [], 0, taken
    except Invalid as error:
        wrong = error.faults
    except UNREADABLE as error:
        # What stands before the place where a file breaks off is loaded all the same.
        wrong = (_broken(error),)
    yield Lines(source.name, first, lines, source.size - before, wrong)


def items_of(chunk: Chunk) -> list[Item]:
    """The resources of a chunk; what cannot be read is an item already refused."""
    if isinstance(chunk, Source):
        return _document(chunk)
    batch: list[Item] = []
    for number, line in enumerate(chunk.lines, chunk.first):
        if line.strip():
            batch.extend(_line(line, f"{chunk.name}:{number}"))
    return [*batch, _refused(chunk.name, list(chunk.wrong))] if chunk.wrong else batch


def _document(source: Source) -> list[Item]:
    try:
        with open_source(source) as opened:
            data = opened.stream.read(MAX_JSON + 1)
        if len(data) > MAX_JSON:
            raise Invalid(f"The document is larger than {MAX_JSON >> 20} MB; send it as ndjson.")
        return list(_items(json.decode(data), source.name))
    except Invalid as error:
        return [_refused(source.name, list(error.faults))]
    except UNREADABLE as error:
        return [_refused(source.name, [_broken(error)])]


def _line(line: bytes, place: str) -> list[Item]:
    try:
        return list(_items(json.decode(line), place))
    except Invalid as error:
        return [_refused(place, list(error.faults))]


def _broken(error: BaseException) -> Fault:
    return Fault(f"The file cannot be read ({type(error).__name__}).", "", "exception")


def _items(document: Any, place: str) -> Iterator[Item]:
    """A bundle's resources, or the one resource that the document is."""
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        yield _refused(
            place, [Fault("This is no FHIR resource: resourceType is missing.", "resourceType", "structure")]
        )
    elif document["resourceType"] == "Bundle" and document.get("type") not in ("document", "message"):
        entries: Any = document.get("entry") or ()
        if not isinstance(entries, list | tuple):
            yield _refused(place, [Fault("Bundle.entry has to be a JSON array.", "Bundle.entry", "structure")])
            return
        inside: list[Item] = []
        for index, entry in enumerate(cast("Sequence[Any]", entries)):
            inside += _entry(entry if isinstance(entry, dict) else {}, f"{place}#entry[{index}]")
        yield from _named(inside)
    else:
        yield _item(document, place, "", "")


def _entry(entry: dict[str, Any], place: str) -> Iterator[Item]:
    resource, request = entry.get("resource"), entry.get("request")
    asked: dict[str, Any] = request if isinstance(request, dict) else {}
    if asked.get("method") == "DELETE":
        yield _refused(place, [Fault("An import deletes nothing.", "Bundle.entry.request", "not-supported")])
    elif isinstance(resource, dict):
        full_url, condition = entry.get("fullUrl"), asked.get("ifNoneExist")
        yield _item(
            cast("dict[str, Any]", resource),
            place,
            full_url if isinstance(full_url, str) else "",
            condition if isinstance(condition, str) else "",
        )
    elif asked.get("method") not in ("GET", "HEAD"):
        yield _refused(place, [Fault("The entry holds no resource.", "Bundle.entry.resource", "required")])


def _named(items: list[Item]) -> list[Item]:
    """A bundle's items with their references to one another made final, as far as the bundle says where they lead: here,
    where many processes read. What may be there under another id, and what other files name, the load itself looks up."""
    unsure = {item.full_url for item in items if item.condition or item.fate == "refused"} | {""}
    ours = {item.full_url: f"{item.type}/{item.id}" for item in items if item.full_url not in unsure}
    for item in items:
        if item.fate is None and (rewritten := rewrite_references(item.resource, ours)) is not item.resource:
            item.resource = rewritten
    return items


def _item(resource: dict[str, Any], place: str, full_url: str, condition: str) -> Item:
    if resource.get("resourceType") not in definitions().resource_types:
        return _refused(place, [Fault("The resource type is not one of FHIR R4.", "resourceType", "structure")])
    return Item(resource, _id(resource, full_url), place, condition, full_url)


def _id(resource: dict[str, Any], full_url: str) -> str:
    """The resource's own id; without one the UUID of its full URL, else one made of its content: the same file gives the same."""
    own = resource.get("id")
    if isinstance(own, str) and is_id(own):
        return own
    tail = full_url.removeprefix("urn:uuid:")
    if tail != full_url and is_id(tail):
        return tail
    return str(uuid.uuid5(_SPACE, json.encode(resource).decode()))


def _refused(place: str, faults: list[Fault]) -> Item:
    return Item({"resourceType": "(unreadable)"}, "", place, fate="refused", faults=faults)
