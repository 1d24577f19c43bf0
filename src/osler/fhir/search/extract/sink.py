"""Where the readers of one resource put what they find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from osler.fhir.search.values import DateValue, NumberValue


class Sink:
    """Index values of one resource while they are gathered; the dicts are ordered sets."""

    __slots__ = ("base_url", "dates", "numbers", "phrases", "references", "resource", "strings", "tokens", "zone")

    def __init__(self, resource: dict[str, Any], zone: tzinfo, base_url: str) -> None:
        self.resource = resource
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


Emit = Callable[[Any, Sink], None]
"""Takes an element that a parameter's expression selected, and adds its index values."""
