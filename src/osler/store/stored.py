"""A resource as the store hands it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osler.fhir import json


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of one resource. `body` is the exact JSON text; empty for a version that says it was deleted."""

    type: str
    id: str
    version: int
    updated: datetime
    body: bytes
    deleted: bool = False
    rid: int = 0
    op: str = ""
    """In history: `c` created, `u` updated, `d` deleted."""

    def json(self) -> dict[str, Any]:
        """The resource as decoded JSON, a new dict on every call."""
        return json.decode(self.body)

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.id}"
