"""Small things every component is built of: values, moments, flags, chips, links, actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "info", "ok", "warn", "crit", "viol"]


@dataclass(frozen=True, slots=True)
class Flag:
    """A judgement on a value: a letter in a shape, and the word it stands for. Never colour alone."""

    letter: str
    word: str
    tone: Literal["warn", "crit", "info"] = "warn"


LOW = Flag("L", "Low")
HIGH = Flag("H", "High")
CRITICAL_LOW = Flag("L", "Critically low", "crit")
CRITICAL_HIGH = Flag("H", "Critically high", "crit")
ABNORMAL = Flag("A", "Abnormal")
CRITICAL = Flag("A", "Critical", "crit")

_BY_INTERPRETATION = {
    "L": LOW,
    "H": HIGH,
    "LL": CRITICAL_LOW,
    "HH": CRITICAL_HIGH,
    "LU": CRITICAL_LOW,
    "HU": CRITICAL_HIGH,
    "<": LOW,
    ">": HIGH,
    "A": ABNORMAL,
    "AA": CRITICAL,
    "POS": ABNORMAL,
    "R": Flag("R", "Resistant"),
    "I": Flag("I", "Intermediate"),
}


def flag_for(interpretation: str) -> Flag | None:
    """The flag of a v3 ObservationInterpretation code; None for a normal or unknown one."""
    return _BY_INTERPRETATION.get(interpretation)


@dataclass(frozen=True, slots=True)
class Value:
    """One clinical value as read: `Value("8.4", "%", HIGH)`. `text` may hold a comparator, `148/86`, or words."""

    text: str
    unit: str = ""
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class When:
    """A date or time:

    as read, and as machines read it (ISO 8601, any precision). Build with `format.day` or `format.moment`.
    """

    text: str
    iso: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A short coloured word. `icon` is a name in the sprite; the tone never says more than the word does."""

    text: str
    tone: Tone = "plain"
    icon: str = ""
    title: str = ""
    solid: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do from here. Always an address, so that it works before scripts and opens in a tab.

    `panel`: open the page behind `href` in the side panel, which covers nothing. `icon_only`: the label is for screen
    readers and tooltips. `method` "post" makes a one-button form. `shortcut` is the key shown beside it and bound
    while it is on the page.
    """

    label: str
    href: str
    icon: str = ""
    style: Literal["plain", "primary", "link", "danger"] = "link"
    method: Literal["get", "post"] = "get"
    panel: bool = False
    icon_only: bool = False
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """One piece of a quiet second line: `A1c` **8.4 %**. Pieces are joined by middle dots."""

    text: str = ""
    value: Value | None = None
    href: str = ""
