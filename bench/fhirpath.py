"""FHIRPath: what the invariants of R4 and US Core cost on the records of the demo clinic.

`python -m bench.fhirpath` prints the lines by themselves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import median
from time import perf_counter_ns
from typing import Any

from bench.pages import Show
from bench.report import Line, Report, table, versions
from osler.demo.generate import generate
from osler.fhir import json
from osler.fhir.definitions.profiles import Invariant, builtin_profiles
from osler.fhir.path import Environment, Node, Path, compile_path, node_of

_PATIENTS = 3
_SAMPLES = 20
"""Places that each invariant is tested at; the fastest of `_ROUNDS` counts for each."""
_ROUNDS = 5
_SLICE = re.compile(r":[^.]*|\[x\]")
_GUIDES = {"hl7.fhir.r4.core": "R4", "hl7.fhir.us.core": "US Core"}


def bench_fhirpath(report: Report, show: Show) -> None:
    """Median and slowest invariant of R4 and of US Core, and what it takes to read an expression."""
    nodes = _nodes()
    invariants: dict[Invariant, set[tuple[str, str]]] = {}
    for name, guide in _GUIDES.items():
        invariants = _invariants(name)
        times = {each: time for each, places in invariants.items() if (time := _time(each, places, nodes))}
        slowest = max(times, key=lambda each: times[each])
        notes = (
            f"{len(times)} of {len(invariants)} invariants have a place; slowest {slowest.key} {times[slowest]:,.0f} µs"
        )
        line = Line(
            f"FHIRPath: an invariant of {guide}", median(times.values()), "µs", 10, 3, low_is_good=True, notes=notes
        )
        report.add(line)
        show(line)
    line = _reading(list(invariants))
    report.add(line)
    show(line)


def _invariants(package: str) -> dict[Invariant, set[tuple[str, str]]]:
    """Each invariant of a guide's packages with the places it is asked of: type, and path below it."""
    found: dict[Invariant, set[tuple[str, str]]] = defaultdict(set)
    for each in (one for one in builtin_profiles().packages if one.name == package):
        for url in each.profiles:
            profile = builtin_profiles().find(url, near=f"{each.name}#{each.version}")
            for rule in profile.rules if profile else ():
                for invariant in rule.invariants:
                    found[invariant].add((profile.type if profile else "", _path(rule.id)))
    return found


def _path(id: str) -> str:
    """The elements that an id of a definition is about, slices left out. Some, such as `div`, are words of FHIRPath."""
    return ".".join(f"`{name}`" for name in _SLICE.sub("", id).split(".") if name)


def _nodes() -> dict[str, list[Node]]:
    """Elements of a clinic by type, each resource written and read once so that it is as the store gives it."""
    resources: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for batch in generate(patients=_PATIENTS, today=date.today()):
        for resource in batch:
            resources[resource["resourceType"]].append(resource)
    nodes: dict[str, list[Node]] = defaultdict(list)
    for several in resources.values():
        for resource in several[:: max(1, len(several) // _SAMPLES)]:
            for node in _all(node_of(json.decode(json.encode(resource)))):
                nodes[node.kind.name].append(node)
    return nodes


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.kind.members.children(node):
        yield from _all(child)


def _time(invariant: Invariant, places: set[tuple[str, str]], nodes: dict[str, list[Node]]) -> float | None:
    """Median microseconds over the places there are; None where the clinic has none."""
    path = compile_path(invariant.expression)
    times = [
        _fastest(path, node)
        for type_name, below in sorted(places)
        for root in nodes.get(type_name, ())[:_SAMPLES]
        for node in (compile_path(below).evaluate(root) if below else [root])
    ]
    return median(times[: _SAMPLES * 5]) if times else None


def _fastest(path: Path, node: Node) -> float:
    env = Environment(node.value if "Resource" in node.kind.bases else None)
    best = 1 << 60
    for _ in range(_ROUNDS):
        start = perf_counter_ns()
        path.test(node, env)
        best = min(best, perf_counter_ns() - start)
    return best / 1000


def _reading(invariants: list[Invariant]) -> Line:
    start = perf_counter_ns()
    for invariant in invariants:
        Path(invariant.expression)
    each = (perf_counter_ns() - start) / len(invariants) / 1000
    return Line("FHIRPath: reading and compiling an expression", each, "µs", low_is_good=True)


def main() -> None:
    report = Report(versions())
    bench_fhirpath(report, lambda *lines: None)
    print(table(report.lines))


if __name__ == "__main__":
    main()
