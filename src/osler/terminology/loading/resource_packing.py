"""Value sets and the resources of FHIR packages as one compact string of bytes, beside `terminology.packing` for codes.

    magic line · length of the index (4 bytes) · index (JSON: head, size of the rest) · one zstd stream with a checksum: resource after resource,
    each as JSON with its length before it

The same resources give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import msgspec
import zstandard

from osler.core.errors import Invalid
from osler.fhir import json
from osler.terminology.model import Head

MAGIC = b"Osler resources 1\n"
LONGEST = 256 << 20
"""Bytes of one resource that are read at most."""
_START = len(MAGIC) + 4


def pack_resources(head: Head, resources: Iterable[dict[str, Any]], *, level: int = 9) -> bytes:
    out = io.BytesIO()
    with zstandard.ZstdCompressor(level=level, write_checksum=True).stream_writer(out, closefd=False) as writer:
        for resource in resources:
            text = json.encode(resource)
            writer.write(len(text).to_bytes(4))
            writer.write(text)
    index = msgspec.json.encode({"head": asdict(head), "size": out.tell()})
    return b"".join([MAGIC, len(index).to_bytes(4), index, out.getvalue()])


def holds_resources(data: bytes) -> bool:
    return data.startswith(MAGIC)


def head_of_resources(data: bytes) -> Head:
    """Raises Invalid for what is no packed resources, or not the whole of them."""
    return _index(data)[0]


def unpack_resources(data: bytes) -> Iterator[dict[str, Any]]:
    """The resources in their order. Raises Invalid (while walking) when the bytes are damaged."""
    try:
        with zstandard.ZstdDecompressor().stream_reader(memoryview(data)[_index(data)[1] :]) as reader:
            while length := reader.read(4):
                size = int.from_bytes(length)
                text = reader.read(size) if size <= LONGEST else b""
                if len(text) != size:
                    raise ValueError("cut short")
                yield json.decode(text)
    except (ValueError, zstandard.ZstdError) as error:
        raise Invalid("The packed resources are damaged.") from error


def _index(data: bytes) -> tuple[Head, int]:
    """The head, and where the resources begin."""
    try:
        if not holds_resources(data):
            raise ValueError("other beginning")
        end = _START + int.from_bytes(data[len(MAGIC) : _START])
        index = msgspec.json.decode(data[_START:end])
        if len(data) - end != index["size"]:
            raise ValueError("cut short")
        return msgspec.convert(index["head"], Head), end
    except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
        raise Invalid("These are no packed resources, or not the whole of them.") from error
