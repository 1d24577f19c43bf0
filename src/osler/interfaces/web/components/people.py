"""Patients in lists: search hits, today's list, the palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osler.interfaces.web.components.values import Action, Chip, When


@dataclass(frozen=True, slots=True)
class PersonHit:
    """One patient, with all that is needed to be sure of the person."""

    id: str
    family: str
    given: str
    href: str
    born: When | None = None
    age: str = ""
    sex: str = ""
    mrn: str = ""
    detail: str = ""
    """Why it is listed or was found: `Today 09:20 · Room 4`, `Phone ends 4471`."""
    photo: str = ""
    deceased: bool = False
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True)
class TodayRow:
    time: When
    person: PersonHit
    reason: str
    status: Chip
    clinician: str = ""
    room: str = ""
    actions: tuple[Action, ...] = ()
    off: bool = False
    """Cancelled, or did not come."""


@dataclass(frozen=True, slots=True)
class TodayList:
    date: When
    rows: tuple[TodayRow, ...]
    who: str = ""
    earlier: Action | None = None
    later: Action | None = None
    id: str = "today"
    shown: bool = True
    """False: the reader's role does not show appointments."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """`looser`: too few matched exactly, similar ones were added. `total` None: not counted; not `counted`: or more.

    `partly`: a piece of a number was looked for among today's and recent patients only, while the others are being indexed.
    """

    query: str
    hits: tuple[PersonHit, ...]
    looser: bool = False
    more: Action | None = None
    total: int | None = None
    counted: bool = True
    partly: bool = False
    id: str = "hits"


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """One line of the palette: a person, or a command."""

    id: str
    """Unique in the page; the combobox points at it."""
    label: str
    href: str
    icon: str = ""
    detail: str = ""
    person: PersonHit | None = None
    keys: str = ""


@dataclass(frozen=True, slots=True)
class PaletteGroup:
    heading: str
    items: tuple[PaletteItem, ...]


@dataclass(frozen=True, slots=True)
class PaletteView:
    """What `GET /palette?q=` answers. No groups with a query: nothing found."""

    query: str
    groups: tuple[PaletteGroup, ...] = ()
    kind: Literal["people", "commands"] = "people"
    partly: bool = False
    """As in `SearchResults`."""
