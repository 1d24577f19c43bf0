"""A release as a compact string of bytes: in the wheel for what is built in, in the record for what was loaded.

    magic line · digest of the rest (16 bytes) · length of the index (4 bytes) · index (JSON: the head, and how long the
    sections are) · sections

A section (concepts, relations, aliases) is one zstd stream; in it, pieces of a few thousand rows as
columns in JSON, each with its length before it. Neither packing nor unpacking holds more than one piece. The same
contents give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any, TypeVar

import msgspec
import zstandard

from osler.core.errors import Invalid
from osler.terminology.model import Alias, Concept, Contents, Designation, Head, Relation

MAGIC = b"Osler release 1\n"
DIGEST = 16
REST = len(MAGIC) + DIGEST
PIECE = 4096
"""Rows in a piece."""
LONGEST_PIECE = 64 << 20
"""Bytes of one piece that are read at most."""
SECTIONS = ("concepts", "relations", "aliases")

Row = TypeVar("Row")
_encode = msgspec.json.Encoder().encode


def pack_release(
    head: Head,
    concepts: Iterable[Concept],
    relations: Iterable[Relation] = (),
    aliases: Iterable[Alias] = (),
    *,
    level: int = 9,
) -> bytes:
    """The compact form of a release. Level 19 makes the smallest, ten times slower."""
    sections = {
        "concepts": _pack(concepts, _concept_columns, level),
        "relations": _pack(relations, _triple_columns, level),
        "aliases": _pack(aliases, _triple_columns, level),
    }
    index = _encode({"head": asdict(head), "sections": {name: len(data) for name, data in sections.items()}})
    rest = b"".join([len(index).to_bytes(4), index, *sections.values()])
    return MAGIC + _digest(rest) + rest


def unpack_release(data: bytes) -> Contents:
    """The release that was packed; rows are unpacked while they are walked, as often as they are.

    Raises Invalid when the bytes are no packed release or are damaged.
    """
    if data[len(MAGIC) : REST] != _digest(memoryview(data)[REST:]) and data.startswith(MAGIC):
        raise Invalid("The packed release is damaged or cut short.")
    head, places = _index(data)
    return Contents(
        head=head,
        concepts=Section(data, places["concepts"], _concepts),
        relations=Section(data, places["relations"], _triples),
        aliases=Section(data, places["aliases"], _triples),
    )


def head_of(data: bytes) -> Head:
    """What a packed release is, without unpacking it."""
    return _index(data)[0]


class Section(Iterable[Row]):
    """The rows of one section, unpacked anew for each walk."""

    def __init__(self, data: bytes, place: slice, rows: Callable[[list[Any]], Iterator[Row]]) -> None:
        self._data, self._place, self._rows = data, place, rows

    def __iter__(self) -> Iterator[Row]:
        for piece in _pieces(memoryview(self._data)[self._place]):
            yield from self._rows(piece)


def _index(data: bytes) -> tuple[Head, dict[str, slice]]:
    start = REST + 4
    try:
        if not data.startswith(MAGIC):
            raise ValueError("other beginning")
        end = start + int.from_bytes(data[REST:start])
        index = msgspec.json.decode(data[start:end])
        head = msgspec.convert(index["head"], Head)
        places: dict[str, slice] = {}
        for name in SECTIONS:
            places[name] = slice(end, end + int(index["sections"][name]))
            end = places[name].stop
    except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
        raise Invalid("This is not a packed release.") from error
    if end != len(data):
        raise Invalid("The packed release is cut short or has something after its end.")
    return head, places


def _digest(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=DIGEST).digest()


def _pack(rows: Iterable[Row], columns: Callable[[list[Row]], list[Any]], level: int) -> bytes:
    out, waiting = io.BytesIO(), iter(rows)
    with zstandard.ZstdCompressor(level=level).stream_writer(out, closefd=False) as writer:
        while piece := list(islice(waiting, PIECE)):
            text = _encode(columns(piece))
            writer.write(len(text).to_bytes(4))
            writer.write(text)
    return out.getvalue()


def _pieces(data: memoryview) -> Iterator[list[Any]]:
    try:
        with zstandard.ZstdDecompressor().stream_reader(data) as reader:
            while length := reader.read(4):
                size = int.from_bytes(length)
                if size > LONGEST_PIECE:
                    raise ValueError("piece too long")
                yield msgspec.json.decode(reader.read(size))
    except (ValueError, zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise Invalid("The packed release is damaged.") from error


def _concept_columns(piece: list[Concept]) -> list[Any]:
    return [
        [each.code for each in piece],
        [each.display for each in piece],
        [each.status if each.status != "active" else "" for each in piece],
        [list(each.parents) for each in piece],
        [[part for d in each.designations for part in (d.value, d.language, d.use)] for each in piece],
        [[part for pair in each.properties for part in pair] for each in piece],
    ]


def _concepts(piece: list[Any]) -> Iterator[Concept]:
    for code, display, status, parents, names, facts in zip(*piece, strict=True):
        yield Concept(
            code=code,
            display=display,
            status=status or "active",
            parents=tuple(parents),
            designations=tuple(map(Designation, names[::3], names[1::3], names[2::3])),
            properties=tuple(zip(facts[::2], facts[1::2], strict=True)),
        )


def _triple_columns(piece: list[tuple[str, str, str]]) -> list[Any]:
    """Each column with an empty text where the value is that of the row before."""
    columns: list[list[str]] = [[], [], []]
    before: tuple[str, str, str] = ("", "", "")
    for row in piece:
        for column, value, last in zip(columns, row, before, strict=True):
            column.append("" if value == last else value)
        before = row
    return columns


def _triples(piece: list[Any]) -> Iterator[tuple[str, str, str]]:
    first = second = third = ""
    for a, b, c in zip(*piece, strict=True):
        first, second, third = a or first, b or second, c or third
        yield first, second, third
