"""`GET /{type}/{id}` and `GET /{type}/{id}/_history/{version}`."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Resource
from osler.core.errors import Invalid, NotFound
from osler.fhir.bundle import parse_etag
from osler.interfaces.api.answer import Answer, version_headers
from osler.interfaces.api.binary import raw
from osler.interfaces.api.request import Request
from osler.interfaces.api.shaping import Shaping, shaping_of


@permission(Permission.FHIR)
async def read(request: Request) -> Answer:
    """The current version, or 304 when the client has it."""
    shaping = shaping_of(request)
    async with request.reading(Action.READ, request.type) as records:
        stored = await records.read(request.type, request.id)
    if _is_known(request, stored):
        return Answer(304, b"", version_headers(stored), stored.updated)
    return await _shown(request, stored, shaping)


@permission(Permission.FHIR)
async def vread(request: Request) -> Answer:
    """One version by its number."""
    shaping, number = shaping_of(request), request.parts[3]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound("Versions are numbered 1, 2, 3 …; there is none of that name.")
    async with request.reading(Action.READ, f"{request.type}/_history") as records:
        stored = await records.read_version(request.type, request.id, int(number))
    return await _shown(request, stored, shaping)


async def _shown(request: Request, stored: Resource, shaping: Shaping | None) -> Answer:
    if request.raw:
        return await raw(request, stored)
    body = stored.body if shaping is None else shaping.apply(stored.body)
    return Answer(200, body, version_headers(stored), stored.updated)


def _is_known(request: Request, stored: Resource) -> bool:
    """Conditional read (R4 http.html §3.1.0.2.1); If-None-Match goes over If-Modified-Since (RFC 9110 §13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return any(_is_version(tag, stored.version) for tag in tags.split(","))
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    return stored.updated.replace(microsecond=0) <= _http_time(since)


def _is_version(tag: str, version: int) -> bool:
    if tag.strip() == "*":
        return True
    try:
        return parse_etag(tag) == version
    except Invalid:
        return False


def _http_time(text: str) -> datetime:
    """A date that cannot be read is as if it were not given (RFC 9110 §13.1.3)."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
