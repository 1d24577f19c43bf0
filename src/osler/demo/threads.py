"""A thread is one long illness in a patient's life: its curves, its drugs, its tests and its words, as data.

Most patients are made of several threads. `osler.demo.life` weaves them through the visits.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """What changes at the first visit at least `years` after the start of the thread."""

    years: float
    start: tuple[str, ...] = ()
    """Drug keys to begin."""
    stop: tuple[str, ...] = ()
    """Drug keys to end, where they run."""
    say: str = ""
    """The line of the plan that explains it."""
    why: str = "Changed to the next step of treatment"
    refer: str = ""
    """The specialty to refer to."""


@dataclass(frozen=True, slots=True)
class Thread:
    problem: str
    """Key of the problem in `codes.conditions`."""
    curves: dict[str, tuple[tuple[float, float], ...]]
    """Measurement: points of (years since the start, value)."""
    steps: tuple[Step, ...] = ()
    labs: tuple[tuple[str, int], ...] = ()
    """Panels with the least days between two of them."""
    visits_a_year: float = 2.0
    says: tuple[str, ...] = ("No new concerns.",)
    """What the patient says; one is chosen at each visit."""
    exam: dict[str, str] = field(default_factory=dict)
    """Findings by part of the body; where two threads look at the same part, the first one's finding is written."""
    assess: str = "Stable. Continue the current treatment."
    """The plan when nothing changes. May name `{bp}`, `{weight}` and results by analyte key (`{a1c}`)."""
    goal: tuple[str, ...] = ()
    """Key of a goal in `osler.demo.goals`."""
    onset: tuple[float, float] = (2.0, 9.5)
    """How many years before today it may have begun."""
    procedures: tuple[tuple[str, float, str], ...] = field(default=())
    """Procedure key, years since the start, what it found."""
    phq9: bool = False
    """Whether a PHQ-9 is asked at each visit."""
