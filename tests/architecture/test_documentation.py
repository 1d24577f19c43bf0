"""Documentation that can be checked is checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from osler.core.settings import Settings
from tests.architecture.source import PACKAGE, ROOT, python_files, shown, tracked_files

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"(?<!\$)\bOSLER_[A-Z][A-Z_]*[A-Z]\b")
DECISIONS = ROOT / "docs" / "adr"
STATUS = re.compile(r"^Status: (Proposed|Accepted|Replaced by \d+) · \d{4}-\d\d-\d\d$", re.MULTILINE)


def _pages() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def _decisions() -> list[Path]:
    return sorted(DECISIONS.glob("[0-9]*.md"))


def test_links_between_pages_lead_somewhere():
    dead = [
        f"{shown(page)}: {target}"
        for page in _pages()
        for target in LINK.findall(page.read_text())
        if "://" not in target and not target.startswith("#") and not (page.parent / target.split("#")[0]).exists()
    ]
    assert dead == []


def test_the_readme_is_under_100_lines():
    assert len((ROOT / "README.md").read_text().splitlines()) < 100


@pytest.mark.parametrize("page", _decisions(), ids=lambda page: page.stem)
def test_every_decision_has_a_number_and_a_status(page: Path):
    text = page.read_text()
    assert text.startswith(f"# {int(page.stem[:4])}. ")
    assert STATUS.search(text)


def test_every_decision_is_in_the_index():
    listed = re.findall(r"\]\((\d{4}-[^)]+\.md)\)", (DECISIONS / "README.md").read_text())
    assert sorted(listed) == [page.name for page in _decisions()]


def test_every_variable_that_is_spoken_of_is_a_setting():
    known = {f"OSLER_{name.upper()}" for name in Settings.model_fields}
    files = [*python_files(), *_pages(), ROOT / "Makefile"]
    spoken = {(shown(path), name) for path in files for name in VARIABLE.findall(path.read_text())}
    assert sorted(place for place in spoken if place[1] not in known and not place[1].startswith("OSLER_TEST_")) == []


def test_the_code_map_names_every_package():
    page = (ROOT / "docs" / "explanation" / "code-map.md").read_text()
    packages = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
    assert [name for name in packages if f"{name}/" not in page] == []
