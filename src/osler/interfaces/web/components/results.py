"""Laboratory and other results."""

from __future__ import annotations

from dataclasses import dataclass

from osler.interfaces.web.components.values import Action, Value, When
from osler.render.svg.sparkline import Sparkline


@dataclass(frozen=True, slots=True)
class ResultRow:
    """The latest of one analyte, with where it came from. `reference` names what it is: `3.5–5.1`, `< 7.0 goal`."""

    id: str
    name: str
    value: Value
    when: When
    fhir: str
    href: str = ""
    reference: str = ""
    history: Sparkline | None = None
    new: bool = False
    status: str = ""
    """Said when it is not final: `preliminary`, `corrected`."""
    whole_name: str = ""
    """Where `name` is a short one."""


@dataclass(frozen=True, slots=True)
class ResultsCard:
    rows: tuple[ResultRow, ...]
    latest: When | None = None
    new_count: int = 0
    more: Action | None = None
    fhir: str = ""
    new_abnormal: int = 0
    rest: str = ""
    """Of those that are not among the rows: how many, and whether one is abnormal."""
    ahead: int = 0
    """Results that are dated ahead of now, and not among the rows."""
    title: str = "Results"
    id: str = "results"


@dataclass(frozen=True, slots=True)
class GridCell:
    value: Value | None
    fhir: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    name: str
    unit: str
    reference: str
    cells: tuple[GridCell, ...]
    """As many as the grid has dates, newest first."""
    history: Sparkline | None = None
    id: str = ""
    whole_name: str = ""


@dataclass(frozen=True, slots=True)
class GridPanel:
    """Analytes that are resulted together, under their name; no name: no heading."""

    name: str
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class ResultsGrid:
    """Analytes down, by panel; dates across, newest first."""

    dates: tuple[When, ...]
    panels: tuple[GridPanel, ...]
    ahead: int = 0
    """How many of the dates, the first ones, lie ahead of now."""
    id: str = "results-grid"
