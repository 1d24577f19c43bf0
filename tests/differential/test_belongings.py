"""Whose a resource is, is settled when it is written: each wrong in that is noticed by who then reads."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from random import Random

import pytest

from osler.store.store import Store
from tests.differential.asking_records import PATHS, answer, records_for
from tests.differential.mutants import Mutant, applied
from tests.differential.readers import AXES
from tests.differential.test_policies import replace_eyes, settled

SEED, CLINICS = 11, 6
TELLING = ("history of everything", "$everything")
"""Paths that show much at once."""
TIMES = 8
"""Questions for each path and way of hiding."""
HELD, ROWS, FOLLOWING = "osler.fhir.search.extract.patients", "osler.store.rows", "osler.store.following"

WRITING = [
    Mutant("what a bundle holds is nobody's", f"{HELD}:_named", "if type_ in HOLDERS:", "if False:"),
    Mutant("what comes from elsewhere is ours", f"{HELD}:_is_ours", "return not full_url or", "return True or"),
    Mutant(
        "what names nobody is nobody's",
        f"{HELD}:_tells_of_patients",
        'held["resourceType"] == "Patient" or bool(',
        "False and bool(",
    ),
    Mutant(
        "whom nobody knows is nobody",
        "osler.fhir.search.extract.whom:is_about_a_stranger",
        "return any(",
        "return False and any(",
    ),
    Mutant(
        "a file is nobody's",
        "osler.fhir.search.extract.whom:is_file_of_anybody",
        "return not (",
        "return False and not (",
    ),
    Mutant("another type is somebody", "osler.fhir.search.extract.whom:_is_a_stranger", '== "Patient"', '!= ""'),
    Mutant("a bundle within counts for nothing", "osler.fhir.search.held:held_in", "in HOLDERS:", "in ():"),
    Mutant("labels inside are forgotten", f"{ROWS}:labels", "in with_held(resource)", "in [resource]"),
    Mutant("sites inside are forgotten", f"{ROWS}:owners", "in with_held(resource)", "in [resource]"),
    Mutant("new rows follow nothing", f"{FOLLOWING}:followers_among", "for row in rows if", "for row in rows[:0] if"),
    Mutant("new rows do not follow each other", f"{FOLLOWING}:follow_each_other", "if again:", "if False:"),
]


@dataclass(frozen=True, slots=True)
class InDatabase:
    """In the definition of an SQL function, or of the trigger on resources, the text `right` becomes `wrong`."""

    name: str
    function: str
    right: str
    wrong: str


TRIGGER = "resource_policy"
SQL = [
    InDatabase("patients are not taken over", "policy_of", "COALESCE(t.pats, ARRAY[t.pat])", "NULL::bigint[]"),
    InDatabase("only subjects are taken over", "policy_of", "COALESCE(t.pats, ARRAY[t.pat])", "ARRAY[t.pat]"),
    InDatabase("sites are not taken over", "policy_of", ", t.org,", ", NULL::integer[],"),
    InDatabase("labels are not taken over", "policy_of", ", t.lab)", ", NULL::integer[])"),
    InDatabase("its own label is lost", "followed", "own_lab || t.lab", "t.lab"),
    InDatabase("its own site opens it", "followed", "THEN t.org ELSE", "THEN own_org ELSE"),
    InDatabase("a new version follows nothing", "follow_targets", "pats := f.pats", "pats := pats"),
    InDatabase("a new version has no label", "follow_targets", "lab := f.lab", "lab := lab"),
    InDatabase("nothing is passed on", "pass_on_policy", "f.param = x.param", "f.param <> x.param"),
    InDatabase("patients are not passed on", "pass_on_policy", "f.param IS NULL", "f.param < 0"),
    InDatabase("a new subject is not passed on", TRIGGER, "old.pat IS DISTINCT FROM new.pat", "false"),
    InDatabase("what was passed on goes no further", TRIGGER, "old.pats IS DISTINCT FROM new.pats", "false"),
    InDatabase("a new site is not passed on", TRIGGER, "old.org IS DISTINCT FROM new.org", "false"),
    InDatabase("a new label is not passed on", TRIGGER, "old.lab IS DISTINCT FROM new.lab", "false"),
]


@contextlib.asynccontextmanager
async def wronged(store: Store, mutant: InDatabase) -> AsyncGenerator[None]:
    async with store.pool.connection() as conn:
        trigger = mutant.function == TRIGGER
        reading = (
            f"SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = '{TRIGGER}'"
            if trigger
            else f"SELECT pg_get_functiondef('{mutant.function}'::regproc)"
        )
        right = await conn.fetchval(reading)
        begin = f"DROP TRIGGER {TRIGGER} ON resource; " if trigger else ""
        start = right.lower().find(mutant.right.lower())
        assert start >= 0, f"{mutant.name}: {mutant.function} no longer has {mutant.right}"
        wrong = right[:start] + mutant.wrong + right[start + len(mutant.right) :]
        await conn.execute(begin + wrong)
    try:
        yield
    finally:
        async with store.pool.connection() as conn:
            await conn.execute(begin + right)


async def first_wrong(store: Store, seed: int) -> str:
    """Lets a clinic come about and asks; where the first answer is not what it should be."""
    sight = await settled(store, seed)
    random = Random(seed)
    for axis in AXES:
        for path in TELLING * TIMES:
            seen = replace_eyes(sight, random, axis)
            question = PATHS[path](random, seen)
            if await answer(question, await records_for(store, seen)) != question.expect(seen):
                return f"{path}, {axis}"
    return ""


async def noticed_at(store: Store) -> str:
    """Where a wrong shows, in any of a few clinics."""
    for seed in range(SEED, SEED + CLINICS):
        if where := await first_wrong(store, seed):
            return f"{where}, clinic {seed}"
    return ""


@pytest.mark.slow
async def test_every_wrong_in_whose_a_resource_is_is_noticed(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert not await noticed_at(store)
    noticed: dict[str, str] = {}
    for mutant in WRITING:
        with applied(mutant):
            noticed[mutant.name] = await noticed_at(store)
    for mutant in SQL:
        async with wronged(store, mutant):
            noticed[mutant.name] = await noticed_at(store)
    with capsys.disabled():
        print("\n" + "\n".join(f"{name:<45} {where or 'NOT NOTICED'}" for name, where in noticed.items()))
    assert [name for name, where in noticed.items() if not where] == []
