"""Binary as what it holds rather than as FHIR (R4 binary.html §3.1.0.1 and §2.45.3): files sent and fetched as they are."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Any

from osler.access.records import Resource
from osler.core.errors import Invalid
from osler.interfaces.api import media
from osler.interfaces.api.answer import Answer, version_headers
from osler.interfaces.api.bodies import resource_of
from osler.interfaces.api.outcome import HttpError
from osler.interfaces.api.request import Request

_READS = ("read", "vread")
_XML = "application/fhir+xml"
_HARMLESS = [
    (b"content-disposition", b"attachment"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
]
"""A file that somebody stored must never run as a page of ours, beside a session of ours."""


def may_be_raw(request: Request) -> bool:
    """Whether this may be answered with something else than FHIR JSON."""
    route = request.route
    return route is not None and route.name in _READS and request.type == "Binary" and "_format" not in request.query


def sends_raw(request: Request, type_: str) -> bool:
    """Whether the body is a file rather than a resource."""
    kind = media.split(request.header("content-type"))[0]
    return type_ == "Binary" and kind not in ("", _XML) and not media.is_json(kind)


async def taken(request: Request) -> dict[str, Any]:
    """The resource that is to be written: the body, or a Binary that holds it."""
    if request.body is not None and sends_raw(request, request.type):
        return await take_raw(request)
    return await resource_of(request, request.type)


async def take_raw(request: Request) -> dict[str, Any]:
    """The Binary that holds the body. Its patient or other context may be named by X-Security-Context."""
    made: dict[str, Any] = {"resourceType": "Binary", "contentType": request.header("content-type").strip()}
    if len(request.parts) == 2:
        made["id"] = request.id
    if context := request.header("x-security-context"):
        made["securityContext"] = {"reference": context}
    made["data"] = (await asyncio.to_thread(base64.b64encode, request.body or b"")).decode("ascii")
    return made


async def raw(request: Request, stored: Resource) -> Answer:
    """The file itself. Raises HttpError 406 when it is of another kind than the client takes."""
    binary = stored.json()
    kind = binary.get("contentType", "")
    if not media.takes(request.header("accept"), kind):
        raise HttpError(406, "This Binary is of another kind than is accepted.", code="not-supported", path="Accept")
    try:
        data = await asyncio.to_thread(base64.b64decode, binary.get("data", ""))
    except binascii.Error:
        raise Invalid("This Binary holds no file.") from None
    headers = [*version_headers(stored), *_HARMLESS]
    return Answer(200, data, headers, stored.updated, kind.encode("latin-1", "replace"))
