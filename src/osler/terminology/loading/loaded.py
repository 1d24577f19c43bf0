"""What reading a release file gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from osler.terminology.model import Concept, Head

Progress = Callable[[int, int], None]
"""Hears rows read so far and rows in all. The second number is an estimate until the end."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who loads the file says about it."""

    effective_on: date | None = None
    """In place of the date that the file names."""
    licensed: bool = False
    """They hold the license that the owner of the codes asks for."""


@dataclass(slots=True)
class Loaded:
    """One release, read and found whole. Its rows come in the order of their codes and may be walked several times.

    A system of codes has concepts, relations and aliases; value sets and FHIR packages have resources instead.
    """

    head: Head
    concepts: Iterable[Concept] = ()
    relations: Iterable[tuple[str, str, str]] = ()
    aliases: Iterable[tuple[str, str, str]] = ()
    resources: Iterable[dict[str, Any]] = ()
    count: int = 0
    """Concepts, or resources."""
    remarks: tuple[str, ...] = ()
    """What the person who loads it should know."""
    close: Callable[[], None] = field(default=lambda: None)
    """Lets go of the rows. Leaving a `with` block does the same."""

    def __enter__(self) -> Loaded:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
