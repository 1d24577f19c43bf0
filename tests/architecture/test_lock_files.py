"""What is installed is what pyproject.toml asks for, byte for byte, and every dependency is accounted for."""

from __future__ import annotations

import json
import re

from packaging.requirements import Requirement

from tests.architecture.source import ROOT
from tools import lock

DECISION = ROOT / "docs" / "adr" / "0003-dependencies.md"


def test_lock_files_follow_from_pyproject():
    assert lock.faults() == []


def test_the_front_end_is_locked_without_addresses():
    locked = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in locked["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_every_dependency_is_explained_and_nothing_else():
    explained = re.findall(r"^\| `([^`]+)` \|", DECISION.read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(_direct())


def _direct() -> set[str]:
    python = {Requirement(line).name for lines in lock.inputs().values() for line in lines}
    package = json.loads((ROOT / "package.json").read_text())
    return python | set(package["dependencies"]) | set(package["devDependencies"])
