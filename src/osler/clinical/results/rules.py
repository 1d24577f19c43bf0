"""What a result says: its flag, and which analytes come first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from osler.clinical.results.fhir import Result

Urgency = Literal["critical", "abnormal", ""]
_CRITICAL = frozenset(("HH", "LL", "AA", "HU", "LU"))


@dataclass(frozen=True, slots=True)
class Analyte:
    """All known results of one kind, newest first. `pursued`: a goal of the patient's is about it."""

    code: str
    name: str
    results: tuple[Result, ...]
    pursued: bool = False

    @property
    def latest(self) -> Result:
        return self.results[0]


def flag_of(result: Result) -> str:
    """The interpretation that came with a result; without one, above or below its own reference range."""
    if result.flag:
        return "" if result.flag == "N" else result.flag
    if result.number is None:
        return ""
    if result.high is not None and result.number > result.high and result.comparator not in ("<", "<="):
        return "H"
    if result.low is not None and result.number < result.low and result.comparator not in (">", ">="):
        return "L"
    return ""


def urgency(result: Result) -> Urgency:
    flag = flag_of(result)
    return "critical" if flag in _CRITICAL else "abnormal" if flag else ""


def by_analyte(results: Iterable[Result], pursued: frozenset[str] = frozenset()) -> list[Analyte]:
    """Results (newest first) gathered by what was measured, in the order in which each was last done."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.code, []).append(result)
    return [
        Analyte(code, each[0].name, tuple(each), any(c in pursued for c in each[0].codes))
        for code, each in found.items()
    ]


def for_summary(
    analytes: Iterable[Analyte], newest: datetime | None, limit: int, moment: dict[str, datetime]
) -> list[Analyte]:
    """The few to show: critical, abnormal, pursued, then the rest; what is of the last days before what is older.

    `moment` gives the time of each result id.
    """

    def place(analyte: Analyte) -> tuple[bool, int, bool, float]:
        at = moment.get(analyte.latest.id)
        age = (newest - at).days if newest and at else 10_000
        rank = {"critical": 0, "abnormal": 1, "": 2}[urgency(analyte.latest)]
        return age > 400, rank if age <= 400 else 2, not analyte.pursued, float(age)

    return sorted(analytes, key=place)[:limit]
