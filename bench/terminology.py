"""`terminology`: how long release files take to build, to open and to answer.

python -m bench.terminology
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from bench.report import Line, Report, conditions_text, table, versions
from osler.terminology import building
from osler.terminology.catalog import Catalog
from osler.terminology.release import Release
from osler.terminology.typeahead import suggest

TYPEAHEAD_MS = 30.0
LOOKUP_MS = 2.0
BUILD_S = 20.0
PHRASES = {
    "diagnoses": ("htn", "dm2 w ckd", "fracture r", "hypertention", "type 2 diab", "copd exac"),
    "drugs": ("amox 500", "metoprolol succ 25", "metropolol 25", "levothyroxine 50", "lipitor", "asa 81"),
    "labs": ("a1c", "cbc w diff", "hep c", "urine cx", "vit d", "trop"),
    "procedures": ("colonoscopy", "flu shot", "lap chole", "b12 inj", "c section", "ekg"),
    "allergens": ("pcn", "sulfa", "peanut", "codeine", "shellfish", "asa"),
}


def bench_terminology(report: Report, *, rounds: int = 200) -> None:
    """Builds the releases in a fresh folder and asks them; everything in this process."""
    with TemporaryDirectory() as folder:
        report.add(time_build(Path(folder)))
        catalog = Catalog.in_folder(Path(folder))
        for kind, phrases in PHRASES.items():
            letters = [phrase[:end] for phrase in phrases for end in range(1, len(phrase) + 1)]
            ask = _asking(catalog, kind)
            report.add(time_calls(f"typeahead: {kind}", ask, phrases, rounds, TYPEAHEAD_MS))
            report.add(time_calls(f"typeahead: {kind}, each letter", ask, letters, rounds, TYPEAHEAD_MS))
        for line in time_lookups(catalog, rounds):
            report.add(line)


def time_build(folder: Path) -> Line:
    """Every built-in release from its packed form."""
    began = time.perf_counter()
    files = building.build_all(folder)
    seconds = time.perf_counter() - began
    size = sum(file.stat().st_size for file in files) / 1e6
    packed = sum(len(building.packed(name)) for name in building.NAMES) / 1e6
    notes = f"{packed:.1f} MB packed, {size:.0f} MB of release files"
    return Line("build all releases", seconds, "s", BUILD_S, BUILD_S / 2, low_is_good=True, notes=notes)


def time_lookups(catalog: Catalog, rounds: int) -> list[Line]:
    """What validation and drug checks ask for all the time."""
    icd, rxnorm = _release(catalog, "icd10cm"), _release(catalog, "rxnorm")
    codes, drugs = list(islice(icd.codes(), 20_000)), list(islice(rxnorm.codes(), 5_000))
    return [
        time_calls("find a code", icd.find, codes, rounds * 10, LOOKUP_MS),
        time_calls("ancestors of a code", icd.ancestors, codes[::7], rounds, LOOKUP_MS),
        time_calls(
            "what a drug consists of", lambda code: rxnorm.related(code, "consists_of"), drugs, rounds, LOOKUP_MS
        ),
        time_calls("the drug of an NDC", lambda ndc: rxnorm.by_alias("ndc11", ndc), ["00002015201"], rounds, LOOKUP_MS),
    ]


def time_calls(name: str, call: Callable[[str], object], asked: Sequence[str], rounds: int, reach: float) -> Line:
    """The 95th percentile over so many calls, each with the next of what is asked."""
    times: list[float] = []
    for each in islice(cycle(asked), max(rounds, len(asked))):
        began = time.perf_counter()
        call(each)
        times.append((time.perf_counter() - began) * 1000)
    marks = quantiles(times, n=100)
    return Line(
        name,
        marks[94],
        "ms p95",
        reach,
        reach / 2,
        low_is_good=True,
        p50_ms=marks[49],
        p95_ms=marks[94],
        p99_ms=marks[98],
    )


def _asking(catalog: Catalog, kind: str) -> Callable[[str], Any]:
    return lambda text: suggest(catalog, kind, text)


def _release(catalog: Catalog, name: str) -> Release:
    found = catalog.of(name)
    assert found is not None
    return found


def main() -> int:
    report = Report(versions())
    bench_terminology(report)
    print(conditions_text(report.conditions))
    print(table(report.lines))
    return 1 if report.fell_short else 0


if __name__ == "__main__":
    sys.exit(main())
