"""How many there have to be, and how many there may be."""

from __future__ import annotations

from osler.fhir.validate.issue import Path
from osler.fhir.validate.run import Run


def check_count(count: int, low: int, high: int | None, path: Path, run: Run, told: str) -> None:
    """`path` is that of the element itself, without an index."""
    if count < low:
        run.add(path, "required", _too_few(low), told)
    elif high is not None and count > high:
        run.add(path, "structure", _too_many(high), told)


def _too_few(low: int) -> str:
    return "This element is required." if low == 1 else f"At least {low} of this element are required."


def _too_many(high: int) -> str:
    return "This element is not allowed here." if high == 0 else f"At most {high} of this element are allowed."
