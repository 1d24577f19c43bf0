"""The build hook: what it writes, and that it does nothing when nothing has changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytest.importorskip("hatchling", reason="hatchling is not installed here")
sys.path.insert(0, str(ROOT))

import hatch_build  # noqa: E402

BUILT = ROOT / hatch_build.BUILT


@pytest.fixture
def manifest() -> dict[str, dict[str, str]]:
    return json.loads((BUILT / "manifest.json").read_text())


def test_what_is_built_is_what_the_sources_say() -> None:
    assert hatch_build.is_current(BUILT, hatch_build.source_digest(ROOT)), "run `pip install -e .`"


def test_building_again_does_nothing() -> None:
    assert hatch_build.build(ROOT, say=pytest.fail) is False


def test_every_file_has_its_hash_in_its_name_and_text_has_its_small_twins(manifest: dict[str, dict[str, str]]) -> None:
    for name in ("app.css", "app.js", "icons.svg"):
        built = BUILT / manifest["files"][name]  # type: ignore[arg-type]
        assert built.name != name
        for suffix in (".gz", ".br"):
            assert built.with_name(built.name + suffix).stat().st_size < built.stat().st_size


def test_the_licences_of_all_that_ships_are_with_it() -> None:
    text = (BUILT / "THIRD_PARTY_LICENSES.txt").read_text()
    for name in json.loads((ROOT / "package.json").read_text())["dependencies"]:
        assert f"\n{name} " in f"\n{text}"
    assert "SIL OPEN FONT LICENSE" in text.upper()


def test_the_lock_file_names_exact_versions_and_no_addresses() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    for version in {**package["dependencies"], **package["devDependencies"]}.values():
        assert version[0].isdigit()
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "://" not in lock.replace('"url": "https://opencollective.com', "").replace('"url": "https://github.com', "")


def test_a_page_stays_small(manifest: dict[str, dict[str, str]]) -> None:
    sizes = {
        name: (BUILT / (manifest["files"][name] + ".br")).stat().st_size for name in ("app.css", "app.js", "icons.svg")
    }  # type: ignore[operator]
    assert sum(sizes.values()) < 60_000
