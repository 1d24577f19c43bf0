"""PostgreSQL search equals the reference search, for every cell of (parameter type × modifier × prefix)."""

from __future__ import annotations

import asyncio
import os
import traceback
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from osler.store.reference import ReferenceStore
from osler.store.store import Store
from tests.differential import adapter
from tests.differential.comparing import difference
from tests.differential.queries import ALL_CELLS, Asked, Scene, ask
from tests.differential.tally import Tally
from tests.differential.worlds import World, world

SEED = int(os.environ.get("OSLER_SEED", "20240229"))
WORLDS = int(os.environ.get("OSLER_WORLDS", "90"))
PER_WORLD = 12
"""Queries a cell may ask of one world."""
MOST_FAULTS = 40
NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.slow
async def test_search_equals_the_reference_in_every_cell(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tally, faults, loop = Tally(), list[str](), asyncio.get_running_loop()
    adapter.any_driver(monkeypatch, Random(SEED))

    @seed(SEED)
    @settings(
        max_examples=WORLDS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(world(), st.integers(0, 2**32))
    def one_world(grown: World, dice: int) -> None:
        asyncio.run_coroutine_threadsafe(_compare(store, grown, Random(dice), tally, faults), loop).result()

    await asyncio.to_thread(one_world)
    with capsys.disabled():
        print(f"\nseed {SEED}, {WORLDS} worlds (OSLER_SEED, OSLER_WORLDS)\n{tally.table(ALL_CELLS)}")
    assert not faults, f"{len(faults)} differences, the first of them:\n" + "\n\n".join(faults[:5])
    assert not tally.short(ALL_CELLS)


async def _compare(store: Store, grown: World, random: Random, tally: Tally, faults: list[str]) -> None:
    if not tally.short(ALL_CELLS) or len(faults) > MOST_FAULTS:
        return
    held = ReferenceStore(store.zone, NOW)
    for resource in await adapter.fill(store, grown):
        held.put(resource)
    scene = Scene(held)
    for cell in ALL_CELLS:
        for _ in range(PER_WORLD):
            if tally.full(cell) or len(faults) > MOST_FAULTS:
                break
            asked = ask(random, scene, cell)
            if asked is not None:
                fault, answered = await _differ(store, held, asked)
                tally.count(cell, answered)
                faults += [fault] if fault else []


async def _differ(store: Store, held: ReferenceStore, asked: Asked) -> tuple[str, bool]:
    """A crash on either side is a difference like any other."""
    try:
        return await difference(store, held, asked, NOW)
    except Exception:
        return f"{asked}\n{traceback.format_exc(limit=-3)}", False
