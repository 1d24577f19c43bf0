"""`GET /metadata`."""

from __future__ import annotations

import asyncio

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.capability import capability_statement
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.record_routes import RECORD
from osler.interfaces.api.operations.terminology.statement import terminology_statement
from osler.interfaces.api.operations.terminology_routes import TERMINOLOGY
from osler.interfaces.api.request import Request

OPERATIONS = (
    ("Patient", "everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything"),
    *TERMINOLOGY,
    *RECORD,
)
_kept: dict[str, bytes] = {}


@permission(Permission.PUBLIC)
async def metadata(request: Request) -> Answer:
    """The CapabilityStatement of this server, made once for each address that it is reached by."""
    mode = dict(request.params()).get("mode", "full")
    if mode == "terminology":
        return await terminology_statement(request)
    if mode not in ("full", "normative"):
        raise Invalid("mode takes one of: full, normative, terminology.", path="mode")
    body = _kept.get(request.base) or await asyncio.to_thread(_statement, request)
    return Answer(200, body, [(b"cache-control", b"public, max-age=300")])


def _statement(request: Request) -> bytes:
    from osler.interfaces.api.dispatch import table

    made = capability_statement(
        request.base,
        date=request.context.gate.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
        interactions={route.name for route in table().routes},
        cors=bool(request.context.settings.cors_origins),
        operations=OPERATIONS,
    )
    body = json.encode(made)
    if len(_kept) < 16:  # the address comes from the client when the settings do not name it
        _kept[request.base] = body
    return body
