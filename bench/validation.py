"""Validation: what it costs to check the records of the demo clinic, R4 and US Core together.

`python -m bench.validation` prints the lines by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter_ns
from typing import Any

from bench.pages import Show
from bench.report import Line, Report, table, versions
from osler.demo.generate import generate
from osler.fhir import json
from osler.fhir.definitions.profiles import builtin_profiles
from osler.fhir.definitions.profiles.catalog import Profiles
from osler.fhir.validate import Validator

_PATIENTS = 3
_SAMPLES = 100
_ROUNDS = 5
"""The fastest counts for each resource."""
_BUDGETS = {"Observation": 300.0, "Patient": 600.0}
_OTHERS = ("Encounter", "Condition", "MedicationRequest", "DiagnosticReport", "DocumentReference")


def bench_validation(report: Report, show: Show) -> None:
    """Median time of a type's resources, each with the profiles it claims; and what the first use costs."""
    validator = Validator()
    resources = _resources()
    for name in (*_BUDGETS, *_OTHERS):
        line = _line(name, resources[name], validator)
        report.add(line)
        show(line)
    line = _loading()
    report.add(line)
    show(line)


def _line(name: str, resources: list[dict[str, Any]], validator: Validator) -> Line:
    def errors(resource: dict[str, Any]) -> None:
        validator.issues(resource, with_warnings=False)

    times = [_fastest(errors, each) for each in resources]
    warned = median(_fastest(validator.issues, each) for each in resources)
    notes = f"slowest of {len(times)} {max(times):,.0f} µs; with warnings {warned:,.0f} µs"
    return Line(f"validation: {name}", median(times), "µs", _BUDGETS.get(name), low_is_good=True, notes=notes)


def _fastest(check: Callable[[dict[str, Any]], Any], resource: dict[str, Any]) -> float:
    best = 1 << 60
    for _ in range(_ROUNDS):
        start = perf_counter_ns()
        check(resource)
        best = min(best, perf_counter_ns() - start)
    return best / 1000


def _loading() -> Line:
    """Reading the packed profiles, and compiling what one US Core patient needs."""
    patient = _resources()["Patient"][0]
    start = perf_counter_ns()
    Validator(Profiles(builtin_profiles.__wrapped__().packages)).issues(patient)
    elapsed = (perf_counter_ns() - start) / 1e6
    return Line("validation: loading, and the first patient", elapsed, "ms", low_is_good=True)


def _resources() -> dict[str, list[dict[str, Any]]]:
    """Of a clinic by type, each written and read once so that it is as it comes in."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for batch in generate(patients=_PATIENTS, today=date.today()):
        for resource in batch:
            found[resource["resourceType"]].append(resource)
    return {
        name: [json.decode(json.encode(each)) for each in several[:: max(1, len(several) // _SAMPLES)]]
        for name, several in found.items()
    }


def main() -> None:
    report = Report(versions())
    bench_validation(report, lambda *lines: None)
    print(table(report.lines))


if __name__ == "__main__":
    main()
