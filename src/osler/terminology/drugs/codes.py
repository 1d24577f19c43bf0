"""Package codes: NDC in all its shapes, and the GTIN of a bar code that carries one.

An FDA labeler's NDC has ten digits in three segments (4-4-2, 5-3-2 or 5-4-1; 21 CFR 207.33). Billing and RxNorm use
eleven (5-4-2): the short segment gets a zero in front. Ten digits without hyphens can therefore mean three products.
A GTIN with an NDC inside is the prefix 03, the ten digits and a check digit (GS1; 12 digits when written as a UPC).
"""

from __future__ import annotations

import re

_SEGMENTS = re.compile(r"([0-9]{4,6})-([0-9]{3,4})-([0-9]{1,2})")


def ndc11_candidates(text: str) -> tuple[str, ...]:
    """The eleven-digit NDCs that the text can stand for: one, three for ten bare digits, none when it is no NDC."""
    text = text.strip()
    match = _SEGMENTS.fullmatch(text)
    if match:
        lengths = tuple(map(len, match.groups()))
        if lengths in ((4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2)):
            return (match[1].zfill(5) + match[2].zfill(4) + match[3].zfill(2),)
        return ()
    if re.fullmatch(r"[0-9]{11}", text):
        return (text,)
    if re.fullmatch(r"[0-9]{10}", text):
        return tuple(
            "".join((text[:a].zfill(5), text[a : a + b].zfill(4), text[a + b :].zfill(2)))
            for a, b in ((4, 4), (5, 3), (5, 4))
        )
    return ()


def has_good_check_digit(digits: str) -> bool:
    """Whether the last digit of a GTIN is what GS1's rule makes of the others (weights 3, 1, 3 … from the right)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return total % 10 == 0


def ndc10_of_gtin(text: str) -> str | None:
    """The ten digits of the NDC in a GTIN-12, GTIN-13 or GTIN-14 (spaces allowed); None for a wrong check digit or other goods."""
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]{12,14}", digits) or not has_good_check_digit(digits):
        return None
    digits = digits.zfill(14)
    # The first digit says how many are packed together; the drug inside is the same.
    return digits[3:13] if digits[1:3] == "03" else None
