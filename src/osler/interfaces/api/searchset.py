"""Bundles put together from stored JSON text: bodies are joined, never parsed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from osler.access.records import Resource
from osler.core.ids import new_id
from osler.fhir import json
from osler.interfaces.api.request import Params
from osler.interfaces.api.shaping import Shaping

_BREATH = 50
"""Bodies trimmed before other requests get a turn."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a searchset; `mode` is match, include or outcome."""

    stored: Resource
    mode: bytes
    shaping: Shaping | None = None


def link(relation: str, address: str, params: Params) -> dict[str, str]:
    query = urlencode(params, quote_via=quote)
    return {"relation": relation, "url": f"{address}?{query}" if query else address}


async def searchset(
    base: str,
    entries: list[Entry],
    *,
    total: int | None,
    links: list[dict[str, str]],
    said: dict[str, Any] | None = None,
) -> list[bytes]:
    """The bundle in pieces. `said` is an OperationOutcome about the search itself."""
    head: dict[str, Any] = {"resourceType": "Bundle", "id": new_id(), "type": "searchset"}
    if total is not None:
        head["total"] = total
    head["link"] = links
    pieces = [json.encode(head)[:-1]]
    separator = b',"entry":['
    start = base.encode()
    for n, entry in enumerate(entries):
        stored, body = entry.stored, entry.stored.body
        if entry.shaping is not None:
            if n % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)
            body = entry.shaping.apply(body)
        pieces.append(
            b'%b{"fullUrl":"%b/%b/%b","resource":%b,"search":{"mode":"%b"}}'
            % (separator, start, stored.type.encode(), stored.id.encode(), body, entry.mode)
        )
        separator = b","
    if said is not None:
        pieces.append(b'%b{"resource":%b,"search":{"mode":"outcome"}}' % (separator, json.encode(said)))
        separator = b","
    pieces.append(b"}" if separator != b"," else b"]}")
    return pieces
