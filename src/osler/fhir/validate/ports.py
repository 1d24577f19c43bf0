"""What the validator needs to ask others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class CodeCheck(Protocol):
    """Knows value sets that cannot be listed here, such as those made of SNOMED CT or LOINC codes."""

    def member(self, value_set: str, system: str | None, code: str, display: str | None = None) -> bool | None:
        """Whether the value set has the code; None where that cannot be told. Without a system, any system's will do."""
        ...


Resolve = Callable[[str], dict[str, Any] | None]
"""The resource that a literal reference points at; None where it is not at hand. Never asked for contained ones."""
