"""Bundles put together from stored JSON text: bodies are joined, never parsed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from osler.access.records import Resource
from osler.core.ids import new_id
from osler.fhir import json
from osler.interfaces.api.request import Params
from osler.interfaces.api.shaping import Shaping

MATCH, INCLUDE = (b',"search":{"mode":"%b"}}' % mode for mode in (b"match", b"include"))
_SAFE = re.compile(r"[A-Za-z0-9\-._~:/@!$&'()*+,;=%|]+")
_CHUNK = 256 * 1024
"""Bytes sent at once: each piece that is sent costs, and so would one copy of everything."""
_BREATH = 50
"""Bodies trimmed before other requests get a turn."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a searchset; `mode` is MATCH or INCLUDE."""

    stored: Resource
    mode: bytes
    shaping: Shaping | None = None
    score: Decimal | None = None


def mode_of(entry: Entry) -> bytes:
    """What the entry says of its place in the search."""
    if entry.score is None:
        return entry.mode
    return b',"search":{"mode":"match","score":%b}}' % str(entry.score).encode()


def link(relation: str, address: str, params: Params, *, written: str = "") -> dict[str, str]:
    """`written` is the query as the client wrote it, when that is what the link leads to."""
    query = written if written and _SAFE.fullmatch(written) else urlencode(params, quote_via=quote)
    return {"relation": relation, "url": f"{address}?{query}" if query else address}


async def searchset(
    base: str,
    entries: list[Entry],
    *,
    total: int | None,
    links: list[dict[str, str]],
    said: dict[str, Any] | None = None,
) -> list[bytes]:
    """The bundle in a few pieces. `said` is an OperationOutcome about the search itself."""
    head: dict[str, Any] = {"resourceType": "Bundle", "id": new_id(), "type": "searchset"}
    if total is not None:
        head["total"] = total
    head["link"] = links
    pieces, chunks, size = [json.encode(head)[:-1]], list[bytes](), 0
    begins: dict[str, bytes] = {}
    separator = b',"entry":['
    for n, entry in enumerate(entries):
        stored, body = entry.stored, entry.stored.body
        if entry.shaping is not None:
            if n % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)
            body = entry.shaping.apply(body)
        begin = begins.get(stored.type)
        if begin is None:
            begin = begins[stored.type] = f'{{"fullUrl":"{base}/{stored.type}/'.encode()
        pieces += (separator, begin, stored.id.encode(), b'","resource":', body, mode_of(entry))
        separator = b","
        size += len(body)
        if size > _CHUNK:
            chunks.append(b"".join(pieces))
            pieces, size = [], 0
    if said is not None:
        pieces.append(b'%b{"resource":%b,"search":{"mode":"outcome"}}' % (separator, json.encode(said)))
        separator = b","
    pieces.append(b"}" if separator != b"," else b"]}")
    chunks.append(b"".join(pieces))
    return chunks
