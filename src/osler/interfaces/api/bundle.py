"""`POST /`: batch and transaction (R4 http.html §3.1.0.11)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records
from osler.core.errors import Fault, Invalid, OslerError, TooCostly
from osler.core.ids import new_id
from osler.fhir import json
from osler.fhir.bundle import Entry, read_bundle
from osler.interfaces.api.answer import Answer, etag
from osler.interfaces.api.bodies import decoded
from osler.interfaces.api.dispatch import admitted, answer_failure, dispatch
from osler.interfaces.api.outcome import HttpError, note
from osler.interfaces.api.patch import change_of
from osler.interfaces.api.request import Request

AT_ONCE = 4
"""Entries of a batch that are worked on at the same time: enough to share commits, few enough to leave others room."""
_BREATH = 100
_READING = ("GET", "HEAD")
MOST_BYTES = 64 * 1024 * 1024
"""Of the answers to one Bundle, all in all: they are put together in memory, and a short entry may ask for a whole record."""


@permission(Permission.FHIR)
async def batch_or_transaction(request: Request) -> Answer:
    """One answer for every entry, in the order of the entries."""
    bundle = await decoded(request)
    if not isinstance(bundle, dict):
        raise Invalid("The body must be one Bundle, a JSON object.")
    most = request.context.settings.max_bundle_entries
    try:
        kind, entries = await asyncio.to_thread(read_bundle, bundle, base_url=request.base, max_entries=most)
    except TooCostly as error:
        raise HttpError(413, error.message, code="too-costly", path="Bundle.entry") from None
    request.what = kind
    pieces = await (_batch(request, entries) if kind == "batch" else _transaction(request, entries))
    return Answer(200, _joined(f"{kind}-response", pieces))


async def _batch(request: Request, entries: list[Entry]) -> list[bytes]:
    """Every entry by itself, each with its own audit row; what fails fails alone."""
    pieces = [b""] * len(entries)
    waiting, room = iter(enumerate(entries)), _Room()

    async def work() -> None:
        for place, entry in waiting:
            asked = _asked_by(request, entry)
            refusal = entry.refusal or room.refusal()
            answer = await (dispatch(asked) if refusal is None else answer_failure(asked, refusal))
            pieces[place] = room.put(_response(request, answer))

    async with asyncio.TaskGroup() as group:
        for _ in range(min(AT_ONCE, len(entries))):
            group.create_task(work())
    return pieces


@dataclass(slots=True)
class _Room:
    """How much of an answer there is already."""

    taken: int = 0

    def put(self, piece: bytes) -> bytes:
        self.taken += len(piece)
        return piece

    def refusal(self) -> OslerError | None:
        """What the next entry is answered with when there is no room for it: it is not carried out."""
        if self.taken <= MOST_BYTES:
            return None
        return TooCostly("The answers before this one are as long as one Bundle holds; send this entry in another.")


def _asked_by(request: Request, entry: Entry, records: Records | None = None) -> Request:
    """The interaction that an entry asks for."""
    path, _, query = _below(entry.url, request.base).partition("?")
    headers = {"if-match": f'W/"{entry.if_match}"'} if entry.if_match is not None else {}
    if entry.if_none_match:
        headers["if-none-match"] = entry.if_none_match
    if entry.if_none_exist:
        headers["if-none-exist"] = entry.if_none_exist
    parts = [unquote(part) for part in path.strip("/").split("/")]
    return Request(
        request.context, entry.method, parts, query, headers, request.base, request.actor,
        resource=entry.resource, records=records, prefer=request.prefer,
    )  # fmt: skip


def _below(url: str, base: str) -> str:
    return url.removeprefix(base)


async def _transaction(request: Request, entries: list[Entry]) -> list[bytes]:
    """All of it or nothing; reads come last and see what was written."""

    async def work(records: Records) -> dict[int, bytes]:
        return await _carry_out(request, entries, records)

    pieces = await request.write(work, Action.TRANSACTION, "transaction")
    return [pieces[entry.index] for entry in entries]


async def _carry_out(request: Request, entries: list[Entry], records: Records) -> dict[int, bytes]:
    outcomes = await records.transaction(entries, _patched)
    pieces: dict[int, bytes] = {}
    whole = request.prefer.get("return") == "representation"
    for n, (index, outcome) in enumerate(outcomes.items()):
        if n % _BREATH == _BREATH - 1:
            await asyncio.sleep(0)
        stored, body = outcome.stored, b""
        if whole and stored is not None and not stored.deleted:
            body = (await records.read(stored.type, stored.id)).body
        status = {"created": "201 Created", "deleted": "204 No Content"}.get(outcome.status, "200 OK")
        response: dict[str, Any] = {"status": status}
        if stored is not None:
            response |= _version(stored.type, stored.id, stored.version)
            response["lastModified"] = stored.updated.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if request.prefer.get("return") == "OperationOutcome":
            response["outcome"] = note(f"{outcome.entry.type} {outcome.status}.")
        pieces[index] = _piece(response, body)
    room = _Room()
    for entry in entries:
        if entry.method in _READING:
            if (refusal := room.refusal()) is not None:
                raise refusal
            pieces[entry.index] = room.put(await _read_inside(request, entry, records))
    return pieces


async def _read_inside(request: Request, entry: Entry, records: Records) -> bytes:
    """The answer to a GET of a transaction; its failure is the transaction's."""
    asked = _asked_by(request, entry, records)
    try:
        return _response(request, await admitted(asked).endpoint(asked))
    except OslerError as error:
        placed = (Fault(f.message, f"{entry.place}.request.url", f.code) for f in error.faults)
        error.faults = tuple(placed)
        raise


def _patched(entry: Entry, resource: dict[str, Any]) -> dict[str, Any]:
    try:
        return change_of(entry.resource or {})(resource)
    except Invalid as error:
        raise Invalid(error.message, path=f"{entry.place}.resource") from None


def _version(type_: str, id_: str, version: int) -> dict[str, str]:
    return {"location": f"{type_}/{id_}/_history/{version}", "etag": etag(version).decode()}


def _response(request: Request, answer: Answer) -> bytes:
    """An interaction's answer as the response of an entry."""
    response: dict[str, Any] = {"status": f"{answer.status} {_REASONS.get(answer.status, '')}".strip()}
    location = answer.header(b"location")
    if location:
        response["location"] = _below(location, request.base).lstrip("/")
    if tag := answer.header(b"etag"):
        response["etag"] = tag
    if answer.modified is not None:
        response["lastModified"] = answer.modified.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = answer.whole()
    if answer.status >= 400:
        response["outcome"] = json.decode(body)
        body = b""
    return _piece(response, body)


def _piece(response: dict[str, Any], body: bytes) -> bytes:
    return b'{%b"response":%b}' % (b'"resource":%b,' % body if body else b"", json.encode(response))


def _joined(kind: str, pieces: list[bytes]) -> list[bytes]:
    head = b'{"resourceType":"Bundle","id":"%b","type":"%b"' % (new_id().encode(), kind.encode())
    if not pieces:
        return [head + b"}"]
    return [head + b',"entry":[', b",".join(pieces), b"]}"]


_REASONS = {
    200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 410: "Gone",
    412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content",
    500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable",
}  # fmt: skip
