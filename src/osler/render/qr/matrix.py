"""Where the modules of a QR code are dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from osler.core.errors import Invalid
from osler.render.qr.codewords import VERSIONS, Version, codewords

Grid = list[list[bool]]
_Mask = Callable[[int, int], bool]
MASKS: tuple[_Mask, ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0,
    lambda row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
_MIDDLES = {2: 18, 3: 22, 4: 26, 5: 30, 6: 34, 7: 22, 8: 24, 9: 26, 10: 28}
"""Second place of the alignment patterns; from version 7 on a third one as far beyond it."""
_LEVEL_M = 0


class TooLong(Invalid):
    """The text does not fit the largest code that is drawn here."""


def modules(text: str) -> Grid:
    """Rows of modules, True where dark, without the light margin. Raises TooLong."""
    data = text.encode()
    version = next((each for each in VERSIONS if len(data) <= each.room), None)
    if version is None:
        raise TooLong("This is too long for a QR code.")
    fixed = _fixed(version)
    bits = "".join(f"{word:08b}" for word in codewords(data, version))
    places = [place for place in _path(version.size) if place not in fixed]
    drawn = (_drawn(version, fixed, dict(zip(places, bits.ljust(len(places), "0"), strict=True)), n) for n in range(8))
    return min(drawn, key=_penalty)


def _drawn(version: Version, fixed: dict[tuple[int, int], bool], bits: dict[tuple[int, int], str], mask: int) -> Grid:
    grid = [[False] * version.size for _ in range(version.size)]
    for (row, column), dark in (fixed | _format(version.size, mask)).items():
        grid[row][column] = dark
    for (row, column), bit in bits.items():
        grid[row][column] = (bit == "1") ^ MASKS[mask](row, column)
    return grid


def _fixed(version: Version) -> dict[tuple[int, int], bool]:
    """Everything that is no data: finders, timing, alignment, version, and the room for the format."""
    size, found = version.size, dict[tuple[int, int], bool]()
    for at in range(size):
        found[6, at] = found[at, 6] = at % 2 == 0
    for row, column in _alignments(version):
        for y, x in _square(5):
            found[row + y - 2, column + x - 2] = max(abs(y - 2), abs(x - 2)) != 1
    for row, column in ((0, 0), (0, size - 7), (size - 7, 0)):
        for y, x in _square(9):
            place = row + y - 1, column + x - 1
            if 0 <= place[0] < size and 0 <= place[1] < size:
                found[place] = max(abs(y - 4), abs(x - 4)) in (0, 1, 3)
    found |= dict.fromkeys(_format(size, 0), False) | {(size - 8, 8): True}
    return found | (_version(version) if version.number >= 7 else {})


def _square(side: int) -> Iterator[tuple[int, int]]:
    return ((y, x) for y in range(side) for x in range(side))


def _alignments(version: Version) -> list[tuple[int, int]]:
    if version.number == 1:
        return []
    middle, last = _MIDDLES[version.number], version.size - 7
    places = [6, middle] if version.number < 7 else [6, middle, last]
    corners = {(6, 6), (6, last), (last, 6)}
    return [(row, column) for row in places for column in places if (row, column) not in corners]


def _remainder(value: int, generator: int, bits: int) -> int:
    """The value followed by the check bits of a BCH code."""
    rest = value << bits
    while rest.bit_length() > bits:
        rest ^= generator << (rest.bit_length() - generator.bit_length())
    return value << bits | rest


def _format(size: int, mask: int) -> dict[tuple[int, int], bool]:
    """Level and mask, twice."""
    word = _remainder(_LEVEL_M << 3 | mask, 0b10100110111, 10) ^ 0b101010000010010
    bits = [bool(word >> at & 1) for at in range(15)]
    down = [0, 1, 2, 3, 4, 5, 7, 8, *range(size - 7, size)]
    across = [*range(size - 1, size - 9, -1), 7, 5, 4, 3, 2, 1, 0]
    found = {(row, 8): bit for row, bit in zip(down, bits, strict=True)}
    return found | {(8, column): bit for column, bit in zip(across, bits, strict=True)}


def _version(version: Version) -> dict[tuple[int, int], bool]:
    """The version's number, twice."""
    word, far = _remainder(version.number, 0b1111100100101, 12), version.size - 11
    found: dict[tuple[int, int], bool] = {}
    for at in range(18):
        bit = bool(word >> at & 1)
        found[far + at % 3, at // 3] = found[at // 3, far + at % 3] = bit
    return found


def _path(size: int) -> Iterator[tuple[int, int]]:
    """The way of the data: two columns at a time from the right, up and down, past the timing column."""
    up = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for row in range(size - 1, -1, -1) if up else range(size):
            yield row, right
            yield row, right - 1
        up = not up


def _penalty(grid: Grid) -> int:
    """How hard a reader would find it: runs, squares, false finders, and far from half of it dark."""
    lines = ["".join("1" if dark else "0" for dark in row) for row in grid]
    lines += ["".join("1" if row[at] else "0" for row in grid) for at in range(len(grid))]
    runs = sum(len(run) - 2 for line in lines for run in _runs(line) if len(run) >= 5)
    squares = sum(
        grid[y][x] == grid[y][x + 1] == grid[y + 1][x] == grid[y + 1][x + 1] for y, x in _square(len(grid) - 1)
    )
    finders = sum(line.startswith(("00001011101", "10111010000"), at) for line in lines for at in range(len(line)))
    dark = sum(map(sum, grid)) * 100 / len(grid) ** 2
    return runs + 3 * squares + 40 * finders + 10 * int(abs(dark - 50) / 5)


def _runs(line: str) -> list[str]:
    return line.replace("01", "0 1").replace("10", "1 0").split()
