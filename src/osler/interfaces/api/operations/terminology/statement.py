"""`GET /metadata?mode=terminology`: the TerminologyCapabilities."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from osler.fhir import json
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.caching import caching
from osler.interfaces.api.request import Request
from osler.terminology.valuesets import Terminology
from osler.terminology.valuesets.capabilities import terminology_capabilities


async def terminology_statement(request: Request) -> Answer:
    """Which code systems are here in which versions, and what can be asked of them."""
    return Answer(200, await asyncio.to_thread(_statement, request), [caching(request)])


def _statement(request: Request) -> bytes:
    source: Callable[[], Terminology] = request.context.terminology
    date = request.context.gate.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.encode(terminology_capabilities(source(), request.base, date=date))
