"""Taking in the body of a request: within limits, unpacked, decoded without holding up other requests."""

from __future__ import annotations

import asyncio
import zlib
from typing import Any

from osler.core.errors import Invalid
from osler.fhir import json
from osler.interfaces.api import media
from osler.interfaces.api.load import Holding
from osler.interfaces.api.outcome import HttpError
from osler.interfaces.api.request import Request

PATIENCE = 30.0
"""Seconds without a byte after which a client is given up."""
HEARD_OUT_SECONDS = 10.0
"""Seconds without a byte of the rest of a body that is too large after which the refusal is sent before its end."""
LARGE = 200_000
"""Bytes above which a body is decoded in a thread."""
_CLOSE = ((b"connection", b"close"),)


class Disconnected(Exception):
    """The client went away before its request was whole; there is nobody to answer."""


async def read_body(receive: Any, headers: dict[str, str], most: int, holding: Holding) -> bytes:
    """The body as it was meant, unpacked. Raises HttpError 413 and 415 as soon as that is known."""
    announced = headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > most:
        await _hear_out(receive, headers, most)
        raise _too_large(most)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await _next(receive)
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        more = message.get("more_body", False)
        if chunk:
            size += len(chunk)
            if size > most:
                chunks.clear()
                if more:
                    await _hear_out(receive, headers, most)
                raise _too_large(most)
            holding.add(len(chunk))
            chunks.append(chunk)
        if not more:
            break
    body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    return await _unpacked(body, headers.get("content-encoding", "identity").strip().lower(), most, holding)


async def _hear_out(receive: Any, headers: dict[str, str], most: int) -> None:
    """Lets a client that is too long come to its end, within limits, and forgets what it says: one that is cut off in
    mid-sentence gets a reset connection and not the answer. Who asked first whether to go on is told at once."""
    if headers.get("expect", "").lower() == "100-continue":
        return
    heard = 0
    while heard < 4 * most:
        try:
            async with asyncio.timeout(HEARD_OUT_SECONDS):
                message = await receive()
        except TimeoutError:
            return
        heard += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return


async def _next(receive: Any) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await receive()
    except TimeoutError:
        raise HttpError(408, "The rest of the body did not come.", code="timeout", headers=_CLOSE) from None


async def _unpacked(body: bytes, encoding: str, most: int, holding: Holding) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise HttpError(
            415, "A body may be packed with gzip or not at all.", code="not-supported", path="Content-Encoding"
        )
    try:
        unpacked = await asyncio.to_thread(_gunzip, body, most)
    except zlib.error:
        raise Invalid("The body is not the gzip it is said to be.", path="Content-Encoding") from None
    if unpacked is None:
        raise _too_large(most)
    holding.add(len(unpacked))
    return unpacked


def _gunzip(body: bytes, most: int) -> bytes | None:
    """None when it unpacks to more than `most`, which is found out without unpacking all of it."""
    unpacking = zlib.decompressobj(31)
    unpacked = unpacking.decompress(body, most + 1)
    if len(unpacked) > most:
        return None
    if not unpacking.eof or unpacking.unused_data:
        raise zlib.error("cut short, or followed by something else")
    return unpacked


async def decoded(request: Request, *, allowed: frozenset[str] | None = None) -> Any:
    """The JSON of the request's body. Raises Invalid with line and column, HttpError 415 for another media type."""
    body = request.body
    if body is None:
        return request.resource
    sent = request.header("content-type")
    media.check_sent(sent) if allowed is None else media.check_sent(sent, allowed=allowed)
    if not body:
        raise Invalid("The request has no body; send the resource as JSON.")
    return json.decode(body) if len(body) < LARGE else await asyncio.to_thread(json.decode, body)


async def resource_of(request: Request, type_: str) -> dict[str, Any]:
    """The resource in the body, of the type that the address names. Raises Invalid."""
    resource = await decoded(request)
    if not isinstance(resource, dict):
        raise Invalid("The body must be one resource, a JSON object.")
    given = resource.get("resourceType")
    if given != type_:
        raise Invalid(f"The address is for {type_}; the resource says otherwise or not at all.", path="resourceType")
    return resource


def _too_large(most: int) -> HttpError:
    return HttpError(
        413, f"The body is larger than {most:,} bytes. Send it in parts.", code="too-long",
        headers=_CLOSE
    )  # fmt: skip
