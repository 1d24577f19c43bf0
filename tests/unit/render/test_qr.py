"""QR codes: read back by rules of their own, and equal to drawings that other readers have read."""

from __future__ import annotations

import hashlib

import pytest

from osler.render.qr import TooLong, modules, qr_code
from osler.render.qr.codewords import VERSIONS, codewords, correction, multiply

ADDRESS = "otpauth://totp/Osler:okafor?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Osler"


def test_the_correction_words_are_those_of_the_standard_s_example() -> None:
    data = [16, 32, 12, 86, 97, 128, 236, 17, 236, 17, 236, 17, 236, 17, 236, 17]
    assert correction(data, 10) == [165, 36, 212, 193, 237, 54, 199, 135, 44, 85]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_block_is_a_word_of_the_code(version) -> None:
    words = codewords(b"x" * version.room, version)
    assert len(words) == sum(version.blocks) + version.correction * len(version.blocks)
    block = list(range(version.blocks[-1]))
    whole = [*block, *correction(block, version.correction)]
    for root in range(version.correction):
        power, value = 1, 0
        for _ in range(root):
            power = multiply(power, 2)
        for word in whole:
            value = multiply(value, power) ^ word
        assert value == 0


def test_the_finders_timing_and_dark_module_are_in_their_places() -> None:
    grid = modules(ADDRESS)
    assert len(grid) == 37
    finder = [[max(abs(y - 3), abs(x - 3)) != 2 for x in range(7)] for y in range(7)]
    assert [row[:7] for row in grid[:7]] == finder
    assert [row[-7:] for row in grid[:7]] == finder
    assert [row[:7] for row in grid[-7:]] == finder
    assert [grid[6][x] for x in range(8, 29)] == [x % 2 == 0 for x in range(8, 29)]
    assert grid[len(grid) - 8][8]


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("A", "2092585037e9da56"),
        (ADDRESS, "72184e8bb3e64e12"),
        ("Zoë Ñúñez " * 10, "2aecc27f5d5cab7d"),
        ("0123456789" * 20, "309889ed7e35d61a"),
    ],
)
def test_the_drawing_is_one_that_another_reader_has_read(text: str, digest: str) -> None:
    drawn = "".join("1" if dark else "0" for row in modules(text) for dark in row)
    assert hashlib.sha256(drawn.encode()).hexdigest()[:16] == digest


def test_what_is_too_long_is_refused() -> None:
    assert len(modules("x" * VERSIONS[-1].room)) == 57
    with pytest.raises(TooLong):
        modules("x" * (VERSIONS[-1].room + 1))


def test_the_text_itself_is_not_in_the_markup() -> None:
    drawn = qr_code(ADDRESS, "QR code")
    assert "JBSWY3" not in drawn
    assert 'aria-label="QR code"' in drawn
