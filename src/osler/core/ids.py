"""Names for things that Osler makes: resource ids and request ids.

24 characters of 0-9 and a-z without the easily misread i, l, o and u: 48 bits of milliseconds since 1970, then 72
random bits. They sort by the time they were made, cannot be guessed, and obey the grammar of a FHIR id (R4
datatypes, `[A-Za-z0-9\\-\\.]{1,64}`) in a third less space than a UUID.
"""

from __future__ import annotations

import os
import re
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 24
PATTERN = re.compile(r"[A-Za-z0-9\-.]{1,64}")

_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)


def new_id() -> str:
    """A new id, never given before."""
    return _written((time.time_ns() // 1_000_000) << 72 | int.from_bytes(os.urandom(9), "big"))


def is_id(text: str) -> bool:
    """Whether the text is a FHIR id, ours or another server's."""
    return PATTERN.fullmatch(text) is not None


def _written(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(110, -1, -10)])
