"""What happened, in order: since the last visit, or all of it."""

from __future__ import annotations

from dataclasses import dataclass

from osler.interfaces.web.components.values import Action, When


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One event. `kind` is its word for readers who do not see the icon: `Laboratory`, `Visit`, `Vaccine`."""

    id: str
    when: When
    kind: str
    icon: str
    text: str
    href: str = ""
    fhir: str = ""
    detail: str = ""
    new: bool = False
    """Not yet seen by anyone."""
    ahead: bool = False
    """Dated ahead of now."""


@dataclass(frozen=True, slots=True)
class TimelineGroup:
    heading: str
    rows: tuple[TimelineRow, ...]


@dataclass(frozen=True, slots=True)
class TimelineCard:
    """`since` None means that there was no visit before; the card then shows the latest events."""

    rows: tuple[TimelineRow, ...]
    since: When | None = None
    title: str = "Since last visit"
    more: Action | None = None
    id: str = "since"


@dataclass(frozen=True, slots=True)
class Timeline:
    groups: tuple[TimelineGroup, ...]
    filters: tuple[Action, ...] = ()
    current_filter: str = ""
    id: str = "timeline"
