"""What a check found, in the shape in which it is shown to a clinician and kept with the order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a finding is shown."""

    INTERRUPTIVE = "interruptive"
    """Stops the order until somebody has read it and said why to go on."""
    NOTICE = "notice"
    """Shown beside the order; nothing waits for it."""
    NOT_CHECKED = "not_checked"
    """Something could not be checked. Never to be read as: nothing was found."""


class Kind(StrEnum):
    """What was checked."""

    INTERACTION = "interaction"
    ALLERGY = "allergy"
    DUPLICATE = "duplicate"
    DOSE = "dose"
    RENAL = "renal"
    PREGNANCY = "pregnancy"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before the order is signed."""

    kind: Kind
    level: Level
    ingredients: tuple[str, ...]
    """Base ingredients concerned, sorted by name; empty when the drug is not known."""
    drugs: tuple[str, ...]
    """The drugs as they were ordered or recorded: the new one first."""
    text: str
    """A plain sentence in our own words."""
    row: str
    """The row of our tables that the finding comes from; the same for the same rule at every time."""
    source: str = ""
    """The publication the row rests on."""
    dated: str = ""
    """The date of that publication."""
    label: str = ""
    """What must stand beside it, such as `France 2020`."""
    overridable: bool = True
    """False where no reason makes the order right; the order has to be changed."""
    also: tuple[str, ...] = ()
    """Other rows that say something of the same ingredients, milder or in other words."""

    @property
    def key(self) -> tuple[Kind, str, tuple[str, ...]]:
        """What makes two findings the same."""
        return (self.kind, self.row, self.ingredients)


ORDER = {Level.INTERRUPTIVE: 0, Level.NOT_CHECKED: 1, Level.NOTICE: 2}
"""What is shown first."""
