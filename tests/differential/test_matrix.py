"""PostgreSQL search equals the reference search in the cells that small worlds are enough for."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from random import Random

import pytest

from osler.store.reference import ReferenceStore
from osler.store.store import Store
from tests.differential import adapter
from tests.differential.matrix_queries import CELLS, Params
from tests.differential.matrix_worlds import Terms, grow
from tests.differential.worlds import World

SEED = int(os.environ.get("OSLER_SEED", "20240229"))
WORLDS = int(os.environ.get("OSLER_MATRIX_WORLDS", "6"))
PER_WORLD = 5
NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)
WANTED = 3
"""Queries of a cell that must have had an answer."""


async def test_search_equals_the_reference_in_the_rest_of_the_matrix(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(SEED)
    adapter.any_driver(monkeypatch, random)
    answered, faults = dict.fromkeys(CELLS, 0), list[str]()
    for _ in range(WORLDS):
        held = ReferenceStore(store.zone, NOW, terms=Terms())
        for resource in await adapter.fill(store, World(grow(random), {}, [])):
            held.put(resource)
        for cell, maker in CELLS.items():
            for _ in range(PER_WORLD):
                type_, params = maker(random)
                fault, found = await _difference(store, held, type_, params)
                answered[cell] += found
                faults += [f"{cell}: {type_} {params}\n{fault}"] if fault else []
    assert not faults, f"{len(faults)} differences, the first of them:\n" + "\n\n".join(faults[:8])
    assert {cell: count for cell, count in answered.items() if count < WANTED} == {}


async def _difference(store: Store, held: ReferenceStore, type_: str, params: Params) -> tuple[str, bool]:
    try:
        expected = held.search(type_, params)
        answer = await adapter.ask(store, type_, params, NOW, codes=Terms())
    except Exception:
        return traceback.format_exc(limit=-4), False
    if set(expected.matches) != set(answer.matches) or len(answer.matches) != len(expected.matches):
        return f"expected {sorted(expected.matches)}, got {sorted(answer.matches)}", True
    if expected.included != answer.included:
        return f"expected to include {sorted(expected.included)}, got {sorted(answer.included)}", True
    return "", bool(expected.matches)
