"""Tables for people, a file for comparing runs."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Line:
    """One measured thing beside what it has to reach. Rates are to be high, times (and sizes) low."""

    name: str
    value: float
    unit: str
    reach: float | None = None
    stretch: float | None = None
    low_is_good: bool = False
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    server_ms: float | None = None
    """CPU of the server's processes for one request."""
    database_ms: float | None = None
    """CPU of PostgreSQL for one request."""
    errors: int = 0
    notes: str = ""

    @property
    def verdict(self) -> str:
        if self.errors:
            return f"{self.errors} errors"
        if self.reach is None:
            return ""
        if self.stretch is not None and self._meets(self.stretch):
            return "stretch"
        return "reach" if self._meets(self.reach) else "BELOW"

    def _meets(self, goal: float) -> bool:
        return self.value <= goal if self.low_is_good else self.value >= goal


@dataclass
class Report:
    """The lines of one run, and the conditions without which they say nothing."""

    conditions: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        self.lines.append(line)

    @property
    def fell_short(self) -> list[str]:
        return [line.name for line in self.lines if line.verdict == "BELOW" or line.errors]

    def write(self, path: Path = RESULTS) -> None:
        """The whole run as JSON, over the one before."""
        run = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "conditions": self.conditions,
            "lines": [asdict(line) | {"verdict": line.verdict} for line in self.lines],
        }
        path.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")


def versions() -> dict[str, str]:
    """What ran, as far as Python knows it."""
    packages = ("osler", "starlette", "uvicorn", "asyncpg", "msgspec")
    return {"python": platform.python_version(), "machine": platform.machine()} | {
        name: version(name) for name in packages
    }


def conditions_text(conditions: Mapping[str, Any]) -> str:
    """`name value` pairs on lines of readable width."""
    lines, current = [], ""
    for name, value in conditions.items():
        word = f"{name} {value}"
        if current and len(current) + len(word) > 110:
            lines.append(current)
            current = ""
        current = f"{current} · {word}" if current else word
    return "\n".join([*lines, current])


COLUMNS = ("", "measured", "reach", "stretch", "p50 ms", "p95 ms", "p99 ms", "server ms", "db ms", "")


def table(lines: Sequence[Line]) -> str:
    """The lines as aligned text; the first and last column to the left, numbers to the right."""
    rows = [COLUMNS, *map(_cells, lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    return "\n".join(_aligned(row, widths) for row in rows)


def _cells(line: Line) -> tuple[str, ...]:
    times = (line.p50_ms, line.p95_ms, line.p99_ms, line.server_ms, line.database_ms)
    goals = (_number(goal) for goal in (line.reach, line.stretch))
    verdict = f"{line.verdict}  {line.notes}".strip()
    return (line.name, f"{_number(line.value)} {line.unit}", *goals, *map(_time, times), verdict)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *middle, last = (
        cell.ljust(width) if place in (0, len(row) - 1) else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([first, *middle, last]).rstrip()


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _time(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
