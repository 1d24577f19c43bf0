"""A resource as the store hands it out. A struct: an answer may hold thousands, and a frozen dataclass takes six times as long to make."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from osler.fhir import json


class Stored(msgspec.Struct, frozen=True, gc=False):
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
    patient: int = 0
    """Self-hash of the one patient it is about, for the audit; 0 for none, and where nobody asks."""

    def json(self) -> dict[str, Any]:
        """The resource as decoded JSON, a new dict on every call."""
        return json.reread(self.body)

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.id}"
