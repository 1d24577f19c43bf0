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
"""Resources of a type wanted before its first dictionary is trained."""
RIPE = (SAMPLES, 4_000)
"""How many there must be for the first dictionary and for the second, better one. There is no third."""
MOST_SAMPLES = 1_000
WORTH = 0.9
"""A second dictionary has to pack in at most this part of the space."""
_PLENTY = 32 << 10
"""A dictionary of this size had samples enough."""
_SIZES = (112 << 10, 64 << 10, 32 << 10, 16 << 10, 8 << 10, 4 << 10, 2 << 10, 1 << 10)
_PARAMS: dict[str, Any] = {"write_content_size": True, "write_dict_id": False, "write_checksum": False}
_LIMIT = 64 << 20


@dataclass(slots=True)
class Bodies:
    """Packs and unpacks bodies. `load` adds a dictionary read from the database."""

    _pack: dict[str, tuple[bytes, zstandard.ZstdCompressor]] = field(default_factory=dict[str, Any])
    _learned: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    _unpack: dict[int, zstandard.ZstdDecompressor] = field(default_factory=dict[int, Any])
    _plain: zstandard.ZstdCompressor = field(default_factory=lambda: zstandard.ZstdCompressor(level=LEVEL, **_PARAMS))

    def __post_init__(self) -> None:
        self._unpack[0] = zstandard.ZstdDecompressor()

    def load(self, id_: int, type_: str, data: bytes) -> None:
        """Makes dictionary `id_` known; the highest id of a type packs its new bodies."""
        if id_ in self._unpack:
            return
        self._unpack[id_] = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(data))
        self._pack[type_] = (id_.to_bytes(2, "big"), _compressor(data))
        self._learned.setdefault(type_, []).append(data)

    def knows(self, packed: bytes) -> bool:
        """False when a body names a dictionary that another process made and this one has yet to load."""
        return int.from_bytes(packed[:2], "big") in self._unpack

    def generation(self, type_: str) -> int:
        """How many dictionaries the type has had."""
        return len(self._learned.get(type_, ()))

    def is_due(self, type_: str, generation: int) -> bool:
        """Whether this is how many dictionaries the type has had, and the newest was not trained on plenty already."""
        learned = self._learned.get(type_, [])
        return len(learned) == generation and (not learned or len(learned[-1]) < _PLENTY)

    def learn(self, type_: str, samples: list[bytes]) -> bytes | None:
        """A dictionary that packs such bodies clearly better than the type's newest; None when there is none."""
        made = train(samples)
        if made is None or not self.generation(type_):
            return made
        aside = samples[::5]
        before = packed_size(self._learned[type_][-1], aside)
        return made if packed_size(made, aside) < WORTH * before else None

    def pack(self, type_: str, body: bytes) -> bytes:
        mark, compressor = self._pack.get(type_, (b"\0\0", self._plain))
        return mark + compressor.compress(body)

    def unpack(self, packed: bytes) -> bytes:
        """The JSON text as it was written. Raises KeyError for a dictionary not loaded."""
        return self._unpack[int.from_bytes(packed[:2], "big")].decompress(packed[2:], max_output_size=_LIMIT)


def train(samples: list[bytes]) -> bytes | None:
    """The dictionary that packs bodies like these best; None when they are too few or too alike to train on.

    How large it should be depends on how much the bodies differ, so two sizes are tried on samples put aside: one that
    training cannot fill packs worse than a smaller one. A sixth to a third of the samples was best of eight types.
    """
    shown, aside = [s for n, s in enumerate(samples) if n % 5], samples[::5]
    made: list[bytes] = []
    for size in (each for each in _SIZES if 3 * each <= sum(map(len, shown))):
        data = _trained(shown, size)
        if data is not None and (len(data) == size or size == _SIZES[-1]):
            made.append(data)
        if len(made) == 2:
            break
    return min(made, key=lambda data: packed_size(data, aside), default=None)


def _trained(samples: list[bytes], size: int) -> bytes | None:
    try:
        return zstandard.train_dictionary(size, samples).as_bytes()  # pyright: ignore[reportArgumentType]
    except zstandard.ZstdError:
        return None


def packed_size(dictionary: bytes, samples: list[bytes]) -> int:
    """Bytes of all the samples together when packed with a dictionary."""
    compressor = _compressor(dictionary)
    return sum(len(compressor.compress(each)) for each in samples)


def _compressor(dictionary: bytes) -> zstandard.ZstdCompressor:
    prepared = zstandard.ZstdCompressionDict(dictionary)
    prepared.precompute_compress(level=LEVEL)  # pyright: ignore[reportUnknownMemberType]
    return zstandard.ZstdCompressor(dict_data=prepared, **_PARAMS)
