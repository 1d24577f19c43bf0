"""What the gate lets through equals what a slow oracle lets through: every read path by every way of hiding."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from osler.store.reference.belongings import Belongings
from osler.store.reference.eyes import Eyes, homes_of, panel_of
from osler.store.reference.matching import Reader
from osler.store.store import Store
from tests.differential import adapter
from tests.differential.asking_records import PATHS, Question, answer, records_for
from tests.differential.clinic import grow_clinic
from tests.differential.mutants import GATE, applied
from tests.differential.readers import AXES, reader
from tests.differential.sight import Sight, pointed_at

SEED = int(os.environ.get("OSLER_SEED", "5"))
CLINICS = 4
READERS = 150
"""At most, for a way of hiding and a clinic."""
WANTED = int(os.environ.get("OSLER_CASES", "200"))
"""Cases a cell in which something is hidden."""


@pytest.mark.slow
@pytest.mark.parametrize("axis", AXES)
async def test_the_gate_equals_the_oracle_on_every_path(
    axis: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, hiding, faults = Counter[str](), Counter[str](), list[str]()
    for number in range(CLINICS):
        sight = await settled(store, SEED * 1000 + number)
        random = Random(f"{SEED} {number} {axis}")
        wanted = WANTED * (number + 1) // CLINICS
        for _ in range(READERS):
            if short := [path for path in PATHS if hiding[path] < wanted]:
                await _ask(store, replace_eyes(sight, random, axis), random, short, asked, hiding, faults)
            assert len(faults) < 10, "\n\n".join(faults)
    with capsys.disabled():
        print(f"\n{axis}, seed {SEED}: cases with something hidden, of all\n{_table(asked, hiding)}")
    assert not faults, "\n\n".join(faults)
    assert {path: hiding[path] for path in PATHS if hiding[path] < WANTED} == {}


async def settled(store: Store, seed: int) -> Sight:
    """A clinic in the database, and a sight of it that hides nothing."""
    clinic = grow_clinic(seed)
    versions = await adapter.fill_versions(store, clinic)
    view = Reader(store.zone, datetime.now(UTC))
    current = [v[-1] for v in versions.values() if v[-1] is not None]
    panel, homes = panel_of(current, view, clinic.now), homes_of(current)
    referenced = frozenset(key for resource in current for key in pointed_at(resource))
    return Sight(Eyes(view, adapter.EVERYTHING, panel, homes, Belongings(view, versions)), versions, referenced)


def replace_eyes(sight: Sight, random: Random, axis: str) -> Sight:
    eyes = replace(sight.eyes, visibility=reader(random, axis))
    return Sight(eyes, sight.versions, sight.referenced, sight)


async def _ask(
    store: Store,
    sight: Sight,
    random: Random,
    paths: list[str],
    asked: Counter[str],
    hiding: Counter[str],
    faults: list[str],
) -> None:
    """Half a dozen questions of one reader on every path that still wants some."""
    records = await records_for(store, sight)
    for path in paths:
        for _ in range(6):
            question = PATHS[path](random, sight)
            expected = question.expect(sight)
            got = await answer(question, records)
            asked[path] += 1
            hiding[path] += question.hides(sight, expected)
            if got != expected:
                faults.append(_fault(question.text, sight, expected, got))


def _fault(text: str, sight: Sight, expected: object, got: object) -> str:
    return f"{text}\n{sight.eyes.visibility}\nexpected {str(expected)[:2000]}\ngot      {str(got)[:2000]}"


def _table(asked: Counter[str], hiding: Counter[str]) -> str:
    return "\n".join(f"{path:<24} {hiding[path]:>5} of {asked[path]:>5}" for path in PATHS)


@pytest.mark.slow
async def test_taking_away_any_clause_of_the_gate_is_noticed(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sight = await settled(store, SEED)
    random = Random(SEED)
    corpus = [_case(sight, random, axis, path) for axis in AXES for path in PATHS for _ in range(24)]
    random.shuffle(corpus)
    noticed: dict[str, str] = {}
    for mutant in GATE:
        adapter.any_driver(monkeypatch, Random(SEED))
        with applied(mutant):
            noticed[mutant.name] = await _first_wrong(store, corpus)
        monkeypatch.undo()
    with capsys.disabled():
        print("\n" + "\n".join(f"{name:<45} {where or 'NOT NOTICED'}" for name, where in noticed.items()))
    assert [name for name, where in noticed.items() if not where] == []


def _case(sight: Sight, random: Random, axis: str, path: str) -> tuple[str, Sight, Question, object]:
    seen = replace_eyes(sight, random, axis)
    question = PATHS[path](random, seen)
    return f"{path}, {axis}", seen, question, question.expect(seen)


async def _first_wrong(store: Store, corpus: list[tuple[str, Sight, Question, object]]) -> str:
    for cell, sight, question, expected in corpus:
        try:
            got = await answer(question, await records_for(store, sight))
        except Exception as error:
            return f"{cell} ({type(error).__name__})"
        if got != expected:
            return cell
    return ""
