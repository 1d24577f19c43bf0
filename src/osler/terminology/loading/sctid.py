"""Identifiers of SNOMED CT: 6 to 18 digits of which the last checks the others."""

from __future__ import annotations

_DIHEDRAL = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6), (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1), (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4), (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _turns() -> tuple[tuple[int, ...], ...]:
    turns = [tuple(range(10))]
    for _ in range(7):
        turns.append(tuple(_TURN[digit] for digit in turns[-1]))
    return tuple(turns)


_TURNS = _turns()


def is_sctid(text: str) -> bool:
    """Whether it is one, by Verhoeff's check digit: finds a wrong digit and two that changed places."""
    if not (6 <= len(text) <= 18 and text.isascii() and text.isdigit()):
        return False
    check = 0
    for place, digit in enumerate(reversed(text)):
        check = _DIHEDRAL[check][_TURNS[place % 8][ord(digit) - 48]]
    return check == 0
