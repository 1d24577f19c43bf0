"""Where the readers of one resource put what they find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from osler.fhir.search.values import DateValue, NumberValue


class Sink:
    """Index values of one resource while they are gathered; the dicts are ordered sets."""

    __slots__ = (
        "_resource", "base_url", "dates", "looked_around", "numbers", "phrases", "references", "strings", "tokens", "zone",
    )  # fmt: skip

    def __init__(self, resource: dict[str, Any], zone: tzinfo, base_url: str) -> None:
        self._resource = resource
        self.looked_around = False
        """Whether a reader has asked for more than the element it was given."""
        self.zone = zone
        self.base_url = base_url
        self.tokens: set[str] = set()
        self.phrases: set[str] = set()
        self.strings: dict[tuple[str, str, str], None] = {}
        """(param, normalised text, comp)"""
        self.numbers: list[NumberValue] = []
        self.dates: list[DateValue] = []
        self.references: dict[tuple[str, str, str], None] = {}
        """(param, type, id)"""

    @property
    def resource(self) -> dict[str, Any]:
        self.looked_around = True
        return self._resource


Emit = Callable[[Any, Sink], None]
"""Takes an element that a parameter's expression selected, and adds its index values."""
