"""Which products ten bare digits of an NDC can mean, told from how the labeler's other NDCs are divided.

A labeler keeps to one division: 4-4-2 where its code has four digits, else 5-3-2 or 5-4-1. Codes of five digits never begin
with 0. Eleven digits tell the division: the segment that was filled up begins with 0 in all of a labeler's NDCs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

NdcsOf = Callable[[str], Iterable[str]]
"""Eleven-digit NDCs of a release that begin with five digits."""


class Reading(NamedTuple):
    """The eleven-digit NDCs that ten digits may stand for."""

    candidates: tuple[str, ...]
    certain: bool
    """False when the labeler uses several divisions: one candidate that is known says nothing against another."""


def read_ten(digits: str, ndcs_of: NdcsOf) -> Reading:
    """The candidates for ten bare digits; none for a labeler of whom the release has nothing."""
    four_digits, five_digits = list(ndcs_of("0" + digits[:4])), list(ndcs_of(digits[:5]))
    candidates = ["0" + digits] if four_digits else []
    if digits[0] == "0" or not five_digits:
        return Reading(tuple(candidates), certain=True)
    three_two = any(each[9] != "0" for each in five_digits)
    four_one = any(each[5] != "0" for each in five_digits)
    if three_two or not four_one:
        candidates.append(f"{digits[:5]}0{digits[5:]}")
    if four_one or not three_two:
        candidates.append(f"{digits[:9]}0{digits[9]}")
    return Reading(tuple(candidates), certain=not four_digits and not (three_two and four_one))
