"""The answer to a write, in the form the client prefers (R4 http.html, Prefer: return)."""

from __future__ import annotations

from osler.access.records import Resource
from osler.fhir import json
from osler.interfaces.api.answer import Answer, location_of, version_headers
from osler.interfaces.api.outcome import note
from osler.interfaces.api.request import Request


def written(request: Request, stored: Resource, *, created: bool) -> Answer:
    """201 with its address, or 200; with the resource unless something else was preferred."""
    headers = version_headers(stored)
    if created:
        headers.append((b"location", location_of(request.base, stored).encode()))
    wish = request.prefer.get("return", "representation")
    if wish == "minimal":
        body = b""
    elif wish == "OperationOutcome":
        body = json.encode(note(f"{stored.type} {'created' if created else 'updated'}, version {stored.version}."))
    else:
        body = stored.body
    return Answer(201 if created else 200, body, headers, stored.updated)
