"""The comparison of test_search notices every one of a list of small wrongs done to the SQL builder."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from osler.store.reference import ReferenceStore
from osler.store.store import Store
from tests.differential import adapter
from tests.differential.comparing import difference
from tests.differential.mutants import MUTANTS, Mutant, applied
from tests.differential.queries import ALL_CELLS, Asked, Scene, ask
from tests.differential.worlds import SEEDS, grow_world

SEED = 7
WORLDS = 12
"""At most: no more are made than it takes to notice all."""
QUERIES = 10
"""Of each cell in each world."""
SUBTLE = ("chain", "_has", "compartment", "patient and code", "_include", "_count")
MORE = 30
"""Queries more of these cells, where a wrong shows only when several things come together."""
NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.slow
async def test_every_wrong_done_to_the_builder_is_noticed(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(SEED)
    dice = Random(SEED)
    adapter.any_driver(monkeypatch, dice)
    noticed: dict[str, str] = {}
    for _ in range(WORLDS):
        held = ReferenceStore(store.zone, NOW)
        for resource in await adapter.fill(store, grow_world([random.randrange(2**31) for _ in range(SEEDS)])):
            held.put(resource)
        corpus = _corpus(random, held)
        for mutant in MUTANTS:
            if mutant.name not in noticed:
                dice.seed(SEED)
                found = await _first_difference(store, held, corpus, mutant)
                noticed |= {mutant.name: found} if found else {}
        if len(noticed) == len(MUTANTS):
            break
    with capsys.disabled():
        print("\n" + "\n".join(f"{m.name:<45} {noticed.get(m.name, 'NOT NOTICED')}" for m in MUTANTS))
    assert [m.name for m in MUTANTS if m.name not in noticed] == []
    assert len(MUTANTS) >= 20


def _corpus(random: Random, held: ReferenceStore) -> list[Asked]:
    scene = Scene(held)
    cells = ALL_CELLS * QUERIES + [cell for cell in ALL_CELLS if cell.startswith(SUBTLE)] * MORE
    corpus = [asked for cell in cells if (asked := ask(random, scene, cell))]
    random.shuffle(corpus)
    return corpus


async def _first_difference(store: Store, held: ReferenceStore, corpus: list[Asked], mutant: Mutant) -> str:
    """The cell where the wrong first shows; a crash shows it as well."""
    with applied(mutant):
        for asked in corpus:
            try:
                fault, _ = await difference(store, held, asked, NOW)
            except Exception as error:
                return f"{asked.cell} ({type(error).__name__})"
            if fault:
                return asked.cell
    return ""
