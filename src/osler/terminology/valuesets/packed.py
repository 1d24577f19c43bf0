"""The built-in code systems, value sets and concept maps (`data/SOURCES.md`), unpacked on first use; each is decoded when
it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec
import zstandard

from osler.terminology.valuesets.concepts import Json
from osler.terminology.valuesets.library import Kind

_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """One built-in resource: what is known of it without reading it, and where it is."""

    kind: str
    url: str
    version: str
    source: int
    start: int
    end: int
    known: tuple[str, ...] = field(default=())


class Packed:
    """A `Library` of what is built in."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole
        line = whole.index(b"\n")
        index = msgspec.json.decode(whole[:line])
        self.sources: tuple[dict[str, str], ...] = tuple(index["sources"])
        """name, version, date, file and sha256 of each source."""
        self._places: dict[tuple[str, str], list[Place]] = {}
        self._supplements: dict[str, list[Place]] = {}
        self._maps: dict[str, list[Place]] = {}
        self._all_codes: dict[str, str] = {}
        for place in _places(index["rows"], line + 1):
            self._put(place)
        self.read = lru_cache(1024)(self._read)

    def _put(self, place: Place) -> None:
        self._places.setdefault((place.kind, place.url), []).append(place)
        if place.kind == "ConceptMap":
            for system in place.known:
                self._maps.setdefault(system, []).append(place)
        for url in place.known if place.kind == "CodeSystem" else ():
            # Either names the value set of all codes, or what it supplements; only one of them is a code system.
            self._all_codes[url] = place.url
            self._supplements.setdefault(url.partition("|")[0], []).append(place)

    def _read(self, place: Place) -> Json:
        return msgspec.json.decode(self._whole[place.start : place.end])

    def has(self, kind: Kind, url: str) -> bool:
        return (kind, url) in self._places

    def places(self, kind: Kind) -> list[Place]:
        """Everything of a kind, by URL."""
        return [place for (each, _), places in self._places.items() if each == kind for place in places]

    def system_of_all(self, value_set: str) -> str | None:
        """The code system whose value set of all codes this is."""
        return self._all_codes.get(value_set)

    def find(self, kind: Kind, url: str) -> Sequence[Json]:
        return [self.read(place) for place in self._places.get((kind, url), ())]

    def supplements(self, system: str) -> Sequence[Json]:
        found = [self.read(place) for place in self._supplements.get(system, ())]
        return [each for each in found if each.get("content") == "supplement"]

    def maps(self, system: str) -> Sequence[Json]:
        return [self.read(place) for place in self._maps.get(system, ())]


@cache
def packed() -> Packed:
    """The built-in resources; one for the process."""
    data = files("osler.terminology.valuesets").joinpath("data", "value_sets.jsonl.zst").read_bytes()
    return Packed(zstandard.ZstdDecompressor().decompress(data, max_output_size=_MOST_BYTES))


def _places(rows: list[list[Any]], start: int) -> Iterator[Place]:
    for kind, url, version, source, length, known in rows:
        yield Place(kind, url, version, source, start, start + length, tuple(each for each in known if each))
        start += length + 1
