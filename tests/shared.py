"""The folder of data that is not ours to ship. Tests that read it skip where it is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared"


def shared_data(name: str) -> Path:
    """A folder of the shared data; skips the calling test or module when there is none."""
    folder = Path(os.environ.get("OSLER_SHARED", BESIDE)) / "data" / name
    if not folder.is_dir():
        pytest.skip(f"no {name} data beside the checkout (OSLER_SHARED)", allow_module_level=True)
    return folder
