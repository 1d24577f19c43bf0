"""What a regular expression is made of. Each part can tell itself in the syntax of Python's `re`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of a set."""

    python: str
    known: dict[str, bool] = field(default_factory=dict, compare=False)

    def has(self, character: str) -> bool:
        found = self.known.get(character)
        if found is None:
            found = re.compile(self.python, FLAGS).fullmatch(character) is not None
            if len(self.known) < 200:
                self.known[character] = found
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """`^`, `$`, `\\b` or `\\B`, as Python writes it."""

    python: str


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Part, ...]

    @property
    def python(self) -> str:
        return "".join(part.python for part in self.parts)


@dataclass(frozen=True, slots=True)
class Choice:
    parts: tuple[Part, ...]

    @property
    def python(self) -> str:
        return "|".join(part.python for part in self.parts)


@dataclass(frozen=True, slots=True)
class Group:
    inside: Part
    number: int
    """0 for one that does not capture."""

    @property
    def python(self) -> str:
        return f"({'' if self.number else '?:'}{self.inside.python})"


@dataclass(frozen=True, slots=True)
class Repeat:
    inside: Part
    least: int
    most: int | None
    lazy: bool

    @property
    def python(self) -> str:
        most = "" if self.most is None else self.most
        return f"{self.inside.python}{{{self.least},{most}}}{'?' if self.lazy else ''}"


Part = Characters | Place | Sequence | Choice | Group | Repeat

FLAGS = re.DOTALL | re.ASCII
"""The dot is any character, as FHIRPath wants it; `\\d` and `\\w` are those of ASCII."""


def tries(part: Part, length: int) -> int | None:
    """An upper bound of the ways a backtracking engine may try on a text of this length; None for too many to count."""
    if isinstance(part, Characters | Place):
        return 1
    if isinstance(part, Group):
        return tries(part.inside, length)
    if isinstance(part, Repeat):
        return _tries_of_repeat(part, length)
    counts = [tries(each, length) for each in part.parts]
    total = 1 if isinstance(part, Sequence) else 0
    for count in counts:
        if count is None:
            return None
        total = total * count if isinstance(part, Sequence) else total + count
    return total


def _tries_of_repeat(part: Repeat, length: int) -> int | None:
    inside = tries(part.inside, length)
    if inside is None:
        return None
    if part.most == 1:
        return inside + 1
    if not isinstance(part.inside, Characters):
        return None
    return min(length if part.most is None else part.most - part.least, length) + 1
