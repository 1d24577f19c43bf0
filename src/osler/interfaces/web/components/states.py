"""What a person is told: toasts with undo, errors, and nothing-here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osler.interfaces.web.components.values import Action


@dataclass(frozen=True, slots=True)
class Toast:
    """What was just done, with 60 s to take it back. It stays until the time is over or it is closed.

    `undo_href` takes a POST; `until` is the ISO instant at which the offer ends, by the server's clock, so that a toast
    redrawn on the next page goes on counting. Without `undo_href` it says what happened and waits to be closed.
    """

    id: str
    text: str
    undo_href: str = ""
    until: str = ""
    seconds_left: int = 60
    tone: Literal["ok", "info", "crit"] = "ok"


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Nothing here, said in words, with the next thing to do when there is one."""

    text: str
    icon: str = ""
    action: Action | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A request that did not work, in the reader's words. Never a value from the record."""

    status: int
    title: str
    message: str
    faults: tuple[str, ...] = ()
    """One line each: what, and where by path."""
    reference: str = ""
    """The request id, for the person who looks after the server."""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """A safety message within the page: states its reason, links to the data, interrupts nothing."""

    id: str
    title: str
    text: str
    tone: Literal["crit", "warn", "info"] = "warn"
    level: str = ""
    """`High` and the like: the word beside the colour."""
    links: tuple[Action, ...] = ()
    actions: tuple[Action, ...] = ()
