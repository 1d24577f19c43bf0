"""How many queries each cell asked, and how many of them had an answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

WANTED = 50


@dataclass(slots=True)
class Tally:
    asked: Counter[str] = field(default_factory=Counter[str])
    answered: Counter[str] = field(default_factory=Counter[str])

    def count(self, cell: str, answered: bool) -> None:
        self.asked[cell] += 1
        self.answered[cell] += answered

    def full(self, cell: str) -> bool:
        return self.answered[cell] >= WANTED

    def short(self, cells: list[str]) -> dict[str, int]:
        """The cells with too few answered queries."""
        return {cell: self.answered[cell] for cell in cells if self.answered[cell] < WANTED}

    def table(self, cells: list[str]) -> str:
        lines = [f"{cell:<40} {self.asked[cell]:>6} {self.answered[cell]:>9}" for cell in cells]
        total = f"{'all':<40} {sum(self.asked.values()):>6} {sum(self.answered.values()):>9}"
        return "\n".join([f"{'cell':<40} {'asked':>6} {'answered':>9}", *lines, total])
