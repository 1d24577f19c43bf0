"""The last step before bytes leave: media type, indentation, packing."""

from __future__ import annotations

import asyncio
import zlib

import msgspec

from osler.interfaces.api.answer import Answer, Header

PACK_ABOVE = 1024
"""Smaller bodies would hardly shrink."""
IN_THREAD_ABOVE = 50_000
_LEVEL = 2


async def dress(answer: Answer, headers: list[Header], *, media_type: bytes, pretty: bool, gzip: bool) -> list[bytes]:
    """The body as it goes out, in pieces; adds the headers that describe it."""
    headers.append((b"content-type", answer.media_type or media_type))
    pieces = answer.body if isinstance(answer.body, list) else [answer.body]
    if pretty and not answer.media_type:
        pieces = [msgspec.json.format(b"".join(pieces), indent=2)]
    size = sum(map(len, pieces))
    if gzip and size > PACK_ABOVE:
        headers.append((b"content-encoding", b"gzip"))
        pieces = [await asyncio.to_thread(_pack, pieces) if size > IN_THREAD_ABOVE else _pack(pieces)]
    return pieces


def _pack(pieces: list[bytes]) -> bytes:
    packing = zlib.compressobj(_LEVEL, wbits=31)
    return b"".join([*(packing.compress(piece) for piece in pieces), packing.flush()])


def takes_gzip(accept_encoding: str) -> bool:
    """Whether the client unpacks gzip (RFC 9110 §12.5.3)."""
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
