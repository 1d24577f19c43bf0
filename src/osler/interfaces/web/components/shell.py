"""The frame around every page: top bar, chart rail, open charts, and what the page says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osler.interfaces.web.components.states import Toast

Theme = Literal["auto", "light", "dark"]
Density = Literal["regular", "compact", "roomy"]


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the top bar or the rail. `count` is shown as a badge and read out with `count_word`: "5 unread"."""

    label: str
    href: str
    icon: str
    current: bool = False
    count: int = 0
    count_word: str = ""


@dataclass(frozen=True, slots=True)
class UserBadge:
    """The person signed in. No initials: they can read as a degree."""

    name: str
    role: str
    menu: tuple[NavItem, ...] = ()


@dataclass(frozen=True, slots=True)
class TopBar:
    site: str
    items: tuple[NavItem, ...] = ()
    user: UserBadge | None = None
    environment: str = ""
    """`Demo data` and the like, shown plainly so that nobody charts in the wrong place."""
    find: bool = True
    """Whether the reader may look for patients: without it there is no palette."""


@dataclass(frozen=True, slots=True)
class OpenChart:
    """A chart that this person has open: at most four, without colour."""

    family: str
    given: str
    born: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Rail:
    """Sections of the chart. `more` comes below a rule."""

    items: tuple[NavItem, ...]
    more: tuple[NavItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What every full page needs. Pages without `top` (sign in, lock) show no bar."""

    title: str
    """Beginning of the browser's title. On a chart: `DELGADO, Maria Elena · Summary`."""
    top: TopBar | None = None
    theme: Theme = "auto"
    density: Density = "regular"
    language: str = "en"
    direction: Literal["ltr", "rtl"] = "ltr"
    lock_after: int = 0
    """Seconds without a key or a pointer until the page locks; 0: never."""
    lock_href: str = "/lock"
    toasts: tuple[Toast, ...] = ()
    open_charts: tuple[OpenChart, ...] = ()
