"""The packed French table is what the compiler makes of the published files."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from osler.decisions.french import french_rows
from tests.drug_release import drugs
from tests.shared import BESIDE

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("OSLER_SHARED", BESIDE)) / "knowledge" / "ddi"


@pytest.fixture(scope="module")
def french():
    if not FOLDER.is_dir():
        pytest.skip("no published interaction files beside the checkout (OSLER_SHARED)")
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from drugs.french import French

        yield French(FOLDER, lambda code: None, lambda name: len(drugs().ingredients(name)) == 1)
    finally:
        sys.path.remove(str(ROOT / "tools"))


def test_levels_and_sides_are_as_published(french):
    packed = french.compile()
    rows = {(one, other): (strictest, mildest, effect) for one, other, strictest, mildest, effect in packed["rows"]}
    assert rows["fr:potassium salts", "fr:potassium-sparing diuretics"] == (2, 2, "hyperkalemia")
    assert rows["methotrexate", "trimethoprim"][:2] == (1, 1)
    assert rows["fr:sedating drugs", "fr:sedating drugs"][:2] == (1, 4)
    assert all(1 <= strictest <= mildest <= 4 for strictest, mildest, _ in rows.values())
    assert json.dumps(packed)


def test_the_table_in_the_package_has_sentences_of_ours_only():
    texts = {row.text for row in french_rows()}
    assert len(texts) < 300
    assert all(text.isascii() for text in texts)
