"""Vital signs: the latest of each, and one of them over time."""

from __future__ import annotations

from dataclasses import dataclass

from osler.interfaces.web.components.values import Action, Value, When
from osler.render.svg.trend import Trend


@dataclass(frozen=True, slots=True)
class VitalTile:
    """The latest of one vital sign. `value` None reads "Not recorded"; `when` is shown when it is of another time or author."""

    key: str
    """Stable within the page: `bp`, `hr`."""
    label: str
    value: Value | None = None
    change: str = ""
    """Against the one before: `+1.9`."""
    when: When | None = None
    by: str = ""
    """Who took it, said with `when`."""
    href: str = ""
    fhir: str = ""


@dataclass(frozen=True, slots=True)
class VitalsGrid:
    tiles: tuple[VitalTile, ...]
    taken: When | None = None
    by: str = ""
    add: Action | None = None
    more: Action | None = None
    fhir: str = ""
    ahead: int = 0
    """Measurements that are dated ahead of now, and not among the tiles."""
    id: str = "vitals"


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One line of the table behind the chart."""

    when: When
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class TrendCard:
    """A chart of one vital sign with the treatment above it, and the same numbers as a table."""

    title: str
    trend: Trend
    subtitle: str = ""
    windows: tuple[Action, ...] = ()
    """Other spans to look at: `3 mo`, `1 y`, `5 y`, `All`."""
    current_window: str = ""
    columns: tuple[str, ...] = ()
    table: tuple[TrendRow, ...] = ()
    fhir: str = ""
    id: str = "trend"
