"""Keyed 64-bit hashes: what the store keeps instead of the words that search compares.

The key is made with the database and stays in it (table `property`), so that hashes mean nothing outside. BLAKE2b keyed,
8 bytes, read as a signed integer. Two different keys collide with probability 2^-64 a pair.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b


class Hasher:
    """Hashes of one database."""

    def __init__(self, key: bytes) -> None:
        def digest(text: str) -> int:
            return int.from_bytes(blake2b(text.encode(), key=key, digest_size=8).digest(), "big", signed=True)

        self.key = key
        self.digest = digest
        """As `text`, without keeping it."""
        self.text = lru_cache(maxsize=1 << 16)(digest)
        """Hash of any text."""

    def self_of(self, type_: str, id_: str) -> int:
        """Hash that stands for the resource `type_`/`id_`."""
        return self.text(f"{type_}/{id_}")

    def token(self, type_: str, key: str) -> int:
        """Hash of an index token of a resource type, for example `Observation`, `code=http://loinc.org|8867-4`."""
        return self.text(f"{type_}.{key}")

    def combined(self, type_: str, patient: int, key: str) -> int:
        """Hash of a token together with the patient it is about: one look-up for the commonest question of a chart."""
        return self.text(f"{type_}+{patient}+{key}")


class TokenHashes(dict[str, int | None]):
    """The hash of each index token of one resource type, None for those that are not stored. It forgets everything when it
    has grown large: most tokens are those of few codes, which are soon back, and the others are met once."""

    _MOST = 1 << 14

    def __init__(self, hasher: Hasher, type_: str, left_out: tuple[str, ...]) -> None:
        super().__init__()
        self._digest, self._type, self._left_out = hasher.digest, type_, left_out

    def __missing__(self, key: str) -> int | None:
        if len(self) >= self._MOST:
            self.clear()
        found = self[key] = None if key.startswith(self._left_out) else self._digest(f"{self._type}.{key}")
        return found
