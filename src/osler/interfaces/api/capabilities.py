"""`GET /metadata`."""

from __future__ import annotations

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.capability import capability_statement
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.request import Request

_kept: dict[str, bytes] = {}


@permission(Permission.PUBLIC)
async def metadata(request: Request) -> Answer:
    """The CapabilityStatement of this server, made once."""
    mode = dict(request.params()).get("mode", "full")
    if mode not in ("full", "normative", "terminology"):
        raise Invalid("mode takes one of: full, normative, terminology.", path="mode")
    body = _kept.get(request.base)
    if body is None:
        body = json.encode(capability_statement(request.base))
        if len(_kept) < 16:
            _kept[request.base] = body
    return Answer(200, body, [(b"cache-control", b"public, max-age=300")])
