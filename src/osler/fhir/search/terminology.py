"""What searches ask of a terminology: `:in`, `:not-in`, `:above`, `:below` on codes. The caller of the parser brings one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Codes(Protocol):
    """Answers from memory; None where a value set or code is not known here."""

    def members(self, value_set: str) -> Iterable[tuple[str, str]] | None:
        """(system, code) of every member; `value_set` is a URL, with a version perhaps, or `ValueSet/id`."""
        ...

    def below(self, system: str, code: str) -> Iterable[str] | None:
        """The code and every code that it subsumes, of the same system."""
        ...

    def above(self, system: str, code: str) -> Iterable[str] | None:
        """The code and every code that subsumes it."""
        ...
