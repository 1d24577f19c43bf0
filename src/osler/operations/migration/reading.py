"""From a file's bytes to items that can be loaded: bundles taken apart, ids settled, ndjson line by line."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any, cast

from osler.access.bulk import Item
from osler.core.errors import Fault, Invalid
from osler.core.ids import is_id
from osler.fhir import json
from osler.fhir.definitions import definitions
from osler.operations.migration.sources import MAX_JSON, UNREADABLE, Source, open_source

BATCH = 1000
_SPACE = uuid.UUID("5a1d7f0e-8f0b-5c9e-9a55-0b6c3c1d2e4f")


def batches(source: Source) -> Iterator[list[Item]]:
    """The file's resources in batches that are loaded together. What cannot be read comes as an item already refused."""
    try:
        with open_source(source) as stream:
            if source.is_lines:
                yield from _lines(source, stream)
                return
            data = stream.read(MAX_JSON + 1)
        if len(data) > MAX_JSON:
            raise Invalid(f"The document is larger than {MAX_JSON >> 20} MB; send it as ndjson.")
        yield list(_items(json.decode(data), source.name))
    except Invalid as error:
        yield [_refused(source.name, list(error.faults))]
    except UNREADABLE as error:
        yield [_unreadable(source, error)]


def _lines(source: Source, stream: Any) -> Iterator[list[Item]]:
    """What stands before the place where a file breaks off is loaded all the same."""
    batch: list[Item] = []
    try:
        for number, line in enumerate(stream, 1):
            if line.strip():
                batch.extend(_line(line, f"{source.name}:{number}"))
            if len(batch) >= BATCH:
                yield batch
                batch = []
    except UNREADABLE as error:
        batch.append(_unreadable(source, error))
    yield batch


def _line(line: bytes, place: str) -> list[Item]:
    try:
        return list(_items(json.decode(line), place))
    except Invalid as error:
        return [_refused(place, list(error.faults))]


def _unreadable(source: Source, error: BaseException) -> Item:
    return _refused(source.name, [Fault(f"The file cannot be read ({type(error).__name__}).", "", "exception")])


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
        for index, entry in enumerate(cast("Sequence[Any]", entries)):
            yield from _entry(entry if isinstance(entry, dict) else {}, f"{place}#entry[{index}]")
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
