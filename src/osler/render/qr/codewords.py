"""From a text to the code words of a QR code: the data in blocks, each with its error correction, interleaved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Version:
    """One size of code at level M. `blocks`: data code words of each block; `correction`: code words added to each."""

    number: int
    correction: int
    blocks: tuple[int, ...]

    @property
    def size(self) -> int:
        """Modules along one side."""
        return 17 + 4 * self.number

    @property
    def room(self) -> int:
        """Bytes of text that fit: two or three are taken by mode and length."""
        return sum(self.blocks) - (2 if self.number < _LONG_COUNT else 3)


_LONG_COUNT = 10
"""From this version on the length takes two bytes."""
VERSIONS = tuple(
    Version(number, correction, blocks)
    for number, correction, blocks in (
        (1, 10, (16,)), (2, 16, (28,)), (3, 26, (44,)), (4, 18, (32,) * 2), (5, 24, (43,) * 2), (6, 16, (27,) * 4),
        (7, 18, (31,) * 4), (8, 22, (38, 38, 39, 39)), (9, 22, (36, 36, 36, 37, 37)), (10, 26, (43, 43, 43, 43, 44)),
    )
)  # fmt: skip


def codewords(text: bytes, version: Version) -> list[int]:
    """All code words in the order in which they are drawn."""
    data = _data(text, version)
    blocks: list[list[int]] = []
    for length in version.blocks:
        blocks.append(data[:length])
        data = data[length:]
    corrections = [correction(block, version.correction) for block in blocks]
    return [*_interleaved(blocks), *_interleaved(corrections)]


def _data(text: bytes, version: Version) -> list[int]:
    """Mode, length, text, an end, and padding."""
    count = 8 if version.number < _LONG_COUNT else 16
    bits = f"0100{len(text):0{count}b}" + "".join(f"{byte:08b}" for byte in text)
    room = 8 * sum(version.blocks)
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    return [*words, *((0xEC, 0x11) * sum(version.blocks))[: sum(version.blocks) - len(words)]]


def _interleaved(blocks: list[list[int]]) -> list[int]:
    longest = max(map(len, blocks))
    return [block[at] for at in range(longest) for block in blocks if at < len(block)]


def _powers() -> tuple[list[int], list[int]]:
    """Exponents and logarithms in the field of 256 elements with the polynomial x⁸+x⁴+x³+x²+1."""
    powers, logarithms, value = [0] * 512, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logarithms[value] = exponent
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return powers, logarithms


_POWERS, _LOGARITHMS = _powers()


def multiply(first: int, second: int) -> int:
    """Product in the field."""
    return _POWERS[_LOGARITHMS[first] + _LOGARITHMS[second]] if first and second else 0


@lru_cache(maxsize=16)
def _generator(degree: int) -> tuple[int, ...]:
    found = [1]
    for exponent in range(degree):
        shifted = [*found, 0]
        for at, factor in enumerate(found):
            shifted[at + 1] ^= multiply(factor, _POWERS[exponent])
        found = shifted
    return tuple(found[1:])


def correction(block: list[int], count: int) -> list[int]:
    """Reed–Solomon code words of a block: the remainder by the generator polynomial of that degree."""
    rest = [0] * count
    for word in block:
        factor = word ^ rest[0]
        rest = [left ^ multiply(factor, right) for left, right in zip([*rest[1:], 0], _generator(count), strict=True)]
    return rest
