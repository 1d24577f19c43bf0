"""What the gate lets through equals what a slow oracle lets through: every read path by every way of hiding."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from osler.store.reference.eyes import Eyes, panel_of
from osler.store.reference.matching import Reader
from osler.store.store import Store
from tests.differential import adapter
from tests.differential.asking_records import PATHS, answer, records_for
from tests.differential.clinic import grow_clinic
from tests.differential.readers import AXES, reader
from tests.differential.sight import Sight, everything

SEED = int(os.environ.get("OSLER_SEED", "5"))
CLINICS = 4
WANTED = 200
"""Cases a cell in which something is hidden."""


@pytest.mark.slow
async def test_the_gate_equals_the_oracle_on_every_path(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    asked, hiding, faults = dict[tuple[str, str], int](), dict[tuple[str, str], int](), list[str]()
    for number in range(CLINICS):
        sight = await settled(store, SEED * 1000 + number)
        for axis in AXES:
            random = Random(f"{SEED} {number} {axis}")
            while short := [p for p in PATHS if hiding.get((p, axis), 0) < WANTED * (number + 1) / CLINICS]:
                await _ask(store, replace_eyes(sight, random, axis), random, axis, short, asked, hiding, faults)
                assert len(faults) < 10, "\n\n".join(faults)
    with capsys.disabled():
        print(f"\nseed {SEED}; cases with something hidden / all\n{_table(asked, hiding)}")
    assert not faults, "\n\n".join(faults)


async def settled(store: Store, seed: int) -> Sight:
    """A clinic in the database, and a sight of it that hides nothing."""
    clinic = grow_clinic(seed)
    versions = await adapter.fill_versions(store, clinic)
    view = Reader(store.zone, datetime.now(UTC))
    panel = panel_of([v[-1] for v in versions.values() if v[-1] is not None], view, clinic.now)
    return Sight(Eyes(view, adapter.EVERYTHING, panel), versions)


def replace_eyes(sight: Sight, random: Random, axis: str) -> Sight:
    eyes = replace(sight.eyes, visibility=reader(random, axis))
    return Sight(eyes, sight.versions)


async def _ask(store, sight, random, axis, paths, asked, hiding, faults) -> None:
    """A dozen questions of one reader on every path that still wants some."""
    records, open_sight = await records_for(store, sight), everything(sight)
    for path in paths:
        for _ in range(6):
            question = PATHS[path](random, sight)
            expected = question.expect(sight)
            got = await answer(question, records)
            cell = (path, axis)
            asked[cell] = asked.get(cell, 0) + 1
            hiding[cell] = hiding.get(cell, 0) + (expected != question.expect(open_sight))
            if got != expected:
                faults.append(_fault(axis, question.text, sight, expected, got))


def _fault(axis: str, text: str, sight: Sight, expected: object, got: object) -> str:
    return f"{axis}: {text}\n{sight.eyes.visibility}\nexpected {str(expected)[:2000]}\ngot      {str(got)[:2000]}"


def _table(asked: dict[tuple[str, str], int], hiding: dict[tuple[str, str], int]) -> str:
    head = f"{'':<24}" + "".join(f"{axis:>16}" for axis in AXES)
    lines = [f"{p:<24}" + "".join(f"{f'{hiding[p, a]}/{asked[p, a]}':>16}" for a in AXES) for p in PATHS]
    return "\n".join([head, *lines])
