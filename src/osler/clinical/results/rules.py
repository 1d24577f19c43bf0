"""What a result says: its flag, and which analytes come first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from osler.clinical.results.fhir import Report, Result

Urgency = Literal["critical", "abnormal", ""]
EGFR = ("98979-8", "62238-1", "88293-6", "88294-4", "48642-3", "48643-1", "33914-3", "69405-9", "77147-7")
"""LOINC codes of the estimated glomerular filtration rate, by all formulas."""
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


def is_judged(result: Result) -> bool:
    """Whether it came with an interpretation or a reference range: without either nobody said that it is normal."""
    return bool(result.flag or result.range_text) or result.low is not None or result.high is not None


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


@dataclass(frozen=True, slots=True)
class Panel:
    """Analytes that are resulted together. `name` is empty for those of no panel."""

    name: str
    analytes: tuple[Analyte, ...]


def by_panel(analytes: Iterable[Analyte], reports: Iterable[Report]) -> list[Panel]:
    """Analytes gathered by the report that last held more of them than one, latest panel first; then those of no panel, by name."""
    by_result = {result.id: analyte for analyte in analytes for result in analyte.results}
    panels: dict[str, dict[str, Analyte]] = {}
    placed: set[str] = set()
    for report in reports:
        held = {each.code: each for id_ in report.results if (each := by_result.get(id_))}
        new = {code: each for code, each in held.items() if code not in placed}
        if len(held) > 1 and new:
            panels.setdefault(report.name, {}).update(new)
            placed |= new.keys()
    single = {each.code: each for each in by_result.values() if each.code not in placed}
    rest = sorted(single.values(), key=lambda each: each.name.lower())
    found = [Panel(name, tuple(each.values())) for name, each in panels.items()]
    return [*found, *([Panel("", tuple(rest))] if rest else [])]


_FAMILIAR = (
    ("2823-3", "6298-4"), ("2160-0", "38483-4"), EGFR, ("2951-2", "2947-0"), ("2345-7", "2339-0"), ("4548-4",),
    ("718-7",), ("6690-2",), ("777-3",), ("3094-0", "6299-2"), ("13457-7", "18262-6", "2089-1"), ("3016-3", "11580-8"),
    ("1742-6",),
)  # fmt: skip
"""LOINC codes of what is asked for first: potassium, creatinine, eGFR, sodium, glucose, HbA1c, hemoglobin, white cells,
platelets, urea, LDL, TSH, ALT."""


def familiarity(analyte: Analyte) -> int:
    """The place of an analyte among the common ones; those that are not come after all of them."""
    codes = {code.rpartition("|")[2] for code in analyte.latest.codes}
    return next((place for place, group in enumerate(_FAMILIAR) if codes & set(group)), len(_FAMILIAR))


def for_summary(
    analytes: Iterable[Analyte], newest: datetime | None, limit: int, moment: dict[str, datetime]
) -> list[Analyte]:
    """The few to show: critical, abnormal, pursued, then the rest; what is of the last weeks before what is older,
    and of these what is asked for most.

    `moment` gives the time of each result id.
    """

    def place(analyte: Analyte) -> tuple[bool, int, bool, int, int, int]:
        at = moment.get(analyte.latest.id)
        age = (newest - at).days if newest and at else 10_000
        rank = {"critical": 0, "abnormal": 1, "": 2}[urgency(analyte.latest)]
        return age > 400, rank if age <= 400 else 2, not analyte.pursued, age // 30, familiarity(analyte), age

    return sorted(analytes, key=place)[:limit]
