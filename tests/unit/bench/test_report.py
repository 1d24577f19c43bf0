"""A report says plainly what reached its goal and what did not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.report import Line, Report, conditions_text, table


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (Line("reads", 1600, "/s", 1500, 2500), "reach"),
        (Line("reads", 2600, "/s", 1500, 2500), "stretch"),
        (Line("reads", 900, "/s", 1500, 2500), "BELOW"),
        (Line("disk", 1.2, "kB", 1.5, 1.0, low_is_good=True), "reach"),
        (Line("disk", 1.6, "kB", 1.5, 1.0, low_is_good=True), "BELOW"),
        (Line("reads", 2600, "/s", 1500, 2500, errors=3), "3 errors"),
        (Line("audit", 104, "B"), ""),
    ],
)
def test_a_line_is_held_against_its_goals(line: Line, verdict: str):
    assert line.verdict == verdict


def test_the_table_is_aligned_and_ends_with_the_verdict():
    lines = [Line("read by id", 1612.4, "/s", 1500, 2500, p50_ms=4.2), Line("disk", 1.234, "kB", 1.5, low_is_good=True)]
    heading, reads, disk = table(lines).splitlines()
    assert heading.index("measured") + len("measured") == reads.index("/s") + 2 == disk.index("kB") + 2
    assert reads.endswith("reach")


def test_a_run_is_written_with_its_conditions(tmp_path: Path):
    report = Report({"fsync": "on", "workers": 2})
    report.add(Line("reads", 900, "/s", 1500))
    report.write(tmp_path / "results.json")
    run = json.loads((tmp_path / "results.json").read_text())
    assert run["conditions"]["fsync"] == "on"
    assert run["lines"][0]["verdict"] == "BELOW"
    assert report.fell_short == ["reads"]


def test_conditions_are_wrapped():
    text = conditions_text({f"name{n}": "x" * 30 for n in range(9)})
    assert max(map(len, text.splitlines())) <= 110
