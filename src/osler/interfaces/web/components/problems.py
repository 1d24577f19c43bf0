"""The problem list."""

from __future__ import annotations

from dataclasses import dataclass

from osler.interfaces.web.components.values import Action, Chip, Detail, When
from osler.render.svg.sparkline import Sparkline


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem: its name as charted, and what a reader wants to know of it at a glance."""

    id: str
    name: str
    href: str
    fhir: str
    rank: int = 0
    """1-based place in the list; 0 shows none."""
    details: tuple[Detail, ...] = ()
    since: When | None = None
    resolved: When | None = None
    code: str = ""
    trend: Sparkline | None = None
    chips: tuple[Chip, ...] = ()
    entered_in_error: bool = False
    new: bool = False
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemList:
    rows: tuple[ProblemRow, ...]
    past: tuple[ProblemRow, ...] = ()
    """Inactive and resolved ones, folded away below."""
    add: Action | None = None
    none_known: bool = False
    """A coded "no known problems", which is not the same as an empty list."""
    fhir: str = ""
    id: str = "problems"
