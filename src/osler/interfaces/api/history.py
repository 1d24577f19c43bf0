"""`_history` of one resource, of a type, and of the whole record (R4 http.html §3.1.0.12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Resource
from osler.core.errors import Invalid, Unsupported
from osler.core.ids import ALPHABET, LENGTH, new_id
from osler.fhir import json
from osler.fhir.datatypes.dates import parse_date_time
from osler.interfaces.api.answer import Answer, etag
from osler.interfaces.api.request import Params, Request
from osler.interfaces.api.searchset import link
from osler.interfaces.api.shapes import shape_of

_KNOWN = {"_since", "_at", "_count", "_cursor", "_format", "_pretty"}
_LATER = {"_list", "_sort"}
_METHOD = {"c": "POST", "u": "PUT", "d": "DELETE"}


@permission(Permission.FHIR)
async def instance_history(request: Request) -> Answer:
    """Versions of one resource, newest first; of a deleted one too."""
    asked, what = _Asked(request), shape_of(f"{request.type}/_history", request.params())
    async with request.reading(Action.HISTORY, what) as records:
        found = await records.list_versions(
            request.type, request.id, since=asked.since, before=asked.before, limit=asked.count + 1, at=asked.at
        )
    more = found[asked.count - 1].version if len(found) > asked.count else None
    return asked.answer(request, f"{request.type}/{request.id}/_history", found[: asked.count], more)


@permission(Permission.FHIR)
async def type_history(request: Request) -> Answer:
    return await _changes(request, request.type)


@permission(Permission.FHIR)
async def system_history(request: Request) -> Answer:
    return await _changes(request, None)


async def _changes(request: Request, type_: str | None) -> Answer:
    asked, path = _Asked(request), f"{type_}/_history" if type_ else "_history"
    async with request.reading(Action.HISTORY, shape_of(path, request.params())) as records:
        found = await records.list_changes(
            type_, since=asked.since, before=asked.before, limit=asked.count + 1, at=asked.at
        )
    more = found[asked.count - 1][0] if len(found) > asked.count else None
    return asked.answer(request, path, [stored for _, stored in found[: asked.count]], more)


class _Asked:
    """The parameters of a history."""

    def __init__(self, request: Request) -> None:
        self.params: Params = request.params()
        lenient = request.prefer.get("handling") == "lenient"
        given: dict[str, str] = {}
        for name, value in self.params:
            if name in _LATER and not lenient:
                raise Unsupported(f"{name} is not supported in a history yet.")
            if name not in _KNOWN | _LATER and not lenient:
                raise Invalid(f"A history has no parameter “{name}”." if name.isalnum() else "Unknown parameter.")
            if value and name in _KNOWN:
                given[name] = value
        settings = request.context.settings
        self.since = _span(given["_since"], "_since", request)[0] if "_since" in given else None
        self.at = _span(given["_at"], "_at", request) if "_at" in given else None
        self.before = _number(given["_cursor"], "_cursor") if "_cursor" in given else None
        wanted = _number(given["_count"], "_count") if "_count" in given else settings.default_count
        self.count = max(1, min(wanted, settings.max_count))

    def answer(self, request: Request, path: str, versions: list[Resource], more: int | None) -> Answer:
        """The bundle; `more` is where the next page goes on."""
        address = f"{request.base}/{path}"
        first = [pair for pair in self.params if pair[0] in ("_since", "_at", "_count")]
        links = [link("self", address, [pair for pair in self.params if pair[0] in _KNOWN])]
        if more is not None:
            links.append(link("next", address, [*first, ("_cursor", str(more))]))
        head: dict[str, Any] = {"resourceType": "Bundle", "id": new_id(), "type": "history"}
        if self.before is None and more is None:
            head["total"] = len(versions)
        pieces = [json.encode(head | {"link": links})[:-1]]
        pieces += [_entry(request.base, stored, first=n == 0) for n, stored in enumerate(versions)]
        return Answer(200, [*pieces, b"]}" if versions else b"}"])


def _entry(base: str, stored: Resource, *, first: bool) -> bytes:
    method = "PUT" if stored.op == "c" and not is_ours(stored.id) else _METHOD[stored.op]
    url = stored.type if method == "POST" else stored.reference
    status = {"c": "201 Created", "u": "200 OK", "d": "204 No Content"}[stored.op]
    modified = stored.updated.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    start = f'{{"fullUrl":"{base}/{stored.reference}"'.encode()
    response = {"status": status, "etag": etag(stored.version).decode(), "lastModified": modified}
    rest = json.encode({"request": {"method": method, "url": url}, "response": response})
    resource = b"" if stored.deleted else b',"resource":' + stored.body
    return b"%b%b%b,%b" % (b',"entry":[' if first else b",", start, resource, rest[1:])


def is_ours(id_: str) -> bool:
    """Whether the server chose this id: then its first version came by POST."""
    return len(id_) == LENGTH and set(id_) <= set(ALPHABET)


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(f"{name} takes a number.", path=name)
    return int(text)


def _span(text: str, name: str, request: Request) -> tuple[datetime, datetime]:
    try:
        return parse_date_time(text.replace(" ", "+")).span(request.context.gate.store.zone)
    except ValueError:
        raise Invalid(f"{name} takes a date or a date with a time.", path=name) from None
