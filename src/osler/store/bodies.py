"""Resource bodies on disk: canonical JSON in one zstd frame with a dictionary per resource type (ADR 1).

Two bytes of dictionary id, then the frame. Dictionaries live in the database, so that every backup holds what it needs;
id 0 means no dictionary. They are trained on the first few hundred resources of a type.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import zstandard

LEVEL = 3
SAMPLES = 64
"""Resources of a type wanted before a dictionary is trained."""
_PARAMS: dict[str, Any] = {"write_content_size": True, "write_dict_id": False, "write_checksum": False}
_LIMIT = 64 << 20


@dataclass(slots=True)
class Bodies:
    """Packs and unpacks bodies. `load` adds a dictionary read from the database."""

    _pack: dict[str, tuple[bytes, zstandard.ZstdCompressor]] = field(default_factory=dict[str, Any])
    _unpack: dict[int, zstandard.ZstdDecompressor] = field(default_factory=dict[int, Any])
    _plain: zstandard.ZstdCompressor = field(default_factory=lambda: zstandard.ZstdCompressor(level=LEVEL, **_PARAMS))

    def __post_init__(self) -> None:
        self._unpack[0] = zstandard.ZstdDecompressor()

    def load(self, id_: int, type_: str, data: bytes) -> None:
        """Makes dictionary `id_` known; the highest id of a type packs its new bodies."""
        if id_ in self._unpack:
            return
        dictionary = zstandard.ZstdCompressionDict(data)
        dictionary.precompute_compress(level=LEVEL)  # pyright: ignore[reportUnknownMemberType]
        self._unpack[id_] = zstandard.ZstdDecompressor(dict_data=dictionary)
        compressor = zstandard.ZstdCompressor(dict_data=dictionary, **_PARAMS)
        self._pack[type_] = (id_.to_bytes(2, "big"), compressor)

    def knows(self, packed: bytes) -> bool:
        """False when a body names a dictionary that another process made and this one has yet to load."""
        return int.from_bytes(packed[:2], "big") in self._unpack

    def has_dictionary(self, type_: str) -> bool:
        return type_ in self._pack

    def pack(self, type_: str, body: bytes) -> bytes:
        mark, compressor = self._pack.get(type_, (b"\0\0", self._plain))
        return mark + compressor.compress(body)

    def unpack(self, packed: bytes) -> bytes:
        """The JSON text as it was written. Raises KeyError for a dictionary not loaded."""
        return self._unpack[int.from_bytes(packed[:2], "big")].decompress(packed[2:], max_output_size=_LIMIT)


def train(samples: list[bytes]) -> bytes | None:
    """A dictionary for bodies like these; None when they are too few or too alike to train on."""
    total = sum(map(len, samples))
    try:
        return zstandard.train_dictionary(min(64 << 10, max(8 << 10, total // 8)), samples).as_bytes()  # pyright: ignore[reportArgumentType]
    except zstandard.ZstdError:
        return None
