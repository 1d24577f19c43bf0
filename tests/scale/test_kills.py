"""Nothing acknowledged is lost, nothing is half there: a serving Osler under SIGKILL. `make kills` runs 500 points."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scale.kill_run import run

POINTS = int(os.environ.get("OSLER_TEST_KILL_POINTS", "12"))
SEED = int(os.environ.get("OSLER_TEST_SEED", "2026"))


@pytest.mark.slow
async def test_whatever_is_killed_everything_acknowledged_is_there_and_nothing_is_half_there(tmp_path: Path):
    print(f"seed {SEED}")
    print(await run(POINTS, SEED, tmp_path))
