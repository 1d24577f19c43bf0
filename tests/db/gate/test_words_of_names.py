"""Patients by several words, each the beginning of some word of a name: by whichever way, nobody is missing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from osler.access.beginnings import commonness, list_beginning
from osler.access.records import Records
from osler.core.errors import Forbidden
from osler.fhir.search.partial import WORDS
from osler.fhir.search.query import Query
from osler.store.migrate import packaged_migrations
from osler.store.search import words as words_module
from osler.store.sql_statements import split_statements
from tests.db.gate.conftest import Somebody, at_site, patient, rows

_GIVEN = ("Ana", "Anne-Marie", "Marie Ann", "Bo", "Bob", "Zoë", "D'Arcy", "Jo")
_FAMILY = ("Cruz", "de la Cruz", "Cruise", "Marin", "Anders-Bosch", "O'Marie", "Zo")
_TYPED = (
    "a",
    "an",
    "ann",
    "ana",
    "marie",
    "mar",
    "bo",
    "bosch",
    "cru",
    "cruz",
    "la",
    "de",
    "zo",
    "zoe",
    "darcy",
    "omarie",
    "jo",
    "qu",
)


def _people(count: int) -> list[dict[str, Any]]:
    chosen = random.Random(4)
    found: list[dict[str, Any]] = []
    for number in range(count):
        given, family = chosen.sample(_GIVEN, chosen.randrange(1, 3)), chosen.choice(_FAMILY)
        written = [
            {"family": family, "given": given},
            {"text": f"{given[0]} {family}"},
            {"text": "Nobody", "given": given},
        ]
        site = at_site("north") if number % 3 == 0 else {}
        found.append(
            patient(f"p{number}", name=written[number % 3 :][:2], gender=("male", "female")[number % 2], **site)
        )
    return found


PEOPLE = _people(24)


@pytest.fixture
async def people(everyone: Somebody) -> Somebody:
    async def come(records: Records) -> None:
        for each in PEOPLE:
            await records.update(each, each["id"])

    await everyone.write(come)
    return everyone


def _words(person: dict[str, Any]) -> list[str]:
    """The words of a name, written out for these names alone."""
    texts = [
        text
        for name in person["name"]
        for text in (name.get("text", ""), name.get("family", ""), *name.get("given", ()))
    ]
    return str.translate(" ".join(texts).lower(), {ord("'"): "", ord("-"): " ", ord("ë"): "e"}).split()


def expected(typed: Sequence[str]) -> set[str]:
    return {each["id"] for each in PEOPLE if all(any(w.startswith(t) for w in _words(each)) for t in typed)}


async def look(who: Somebody, leading: str, *others: str, limit: int = 100, param: str = WORDS) -> list[str]:
    async def question(records: Records) -> list[str]:
        words = await commonness(records, others)
        found = await list_beginning(records, Query("Patient"), param, [leading], limit=limit, words=words)
        return [each.id for each in found]

    return await who.look(question)


@pytest.mark.parametrize("many", [1, 10, words_module.MANY])
async def test_every_word_has_to_begin_a_word_of_a_name(
    people: Somebody, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(words_module, "MANY", many)
    found = 0
    for leading in _TYPED:
        assert set(await look(people, leading)) == expected([leading])
        for others in (_TYPED[:1], _TYPED[4:5], _TYPED[9:11], _TYPED[-1:], (leading[:1], "m")):
            wanted = expected([leading, *others])
            assert set(await look(people, leading, *others)) == wanted
            found += len(wanted)
    assert found > 100


async def test_how_common_a_word_is_is_counted_up_to_many(people: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_module, "MANY", 5)
    counted = await people.look(lambda records: commonness(records, ["bosch", "an", "qu"]))
    assert counted["an"] == 5
    assert 0 < counted["bosch"] <= 5
    assert counted["qu"] == 0


async def test_no_more_are_read_than_are_wanted(people: Somebody) -> None:
    everyone = await look(people, "an", "a", param="name")
    assert len(everyone) > 2
    few = await look(people, "an", "a", param="name", limit=2)
    assert len(few) in (1, 2)  # one of them may be met by two texts
    assert set(few) < set(everyone)


@pytest.mark.parametrize("roles", [("everyone",), ("panel",), ("women",), ("clerk",)])
@pytest.mark.parametrize("more", [{"sites": frozenset({"north"})}, {"practitioner": "dr"}])
async def test_nobody_is_found_who_is_not_shown(
    people: Somebody, somebody, monkeypatch: pytest.MonkeyPatch, roles: tuple[str, ...], more: dict[str, Any]
) -> None:
    await people.put({"resourceType": "Practitioner", "id": "dr"})
    team = {"resourceType": "CareTeam", "id": "t", "subject": {"reference": "Patient/p1"}}
    await people.put(team | {"participant": [{"member": {"reference": "Practitioner/dr"}}]})
    who = somebody(*roles, **more)
    try:
        shown = await who.ids("Patient", _count="100")
    except Forbidden:
        with pytest.raises(Forbidden):
            await look(who, "an", "qu")
        return
    for many in (1, words_module.MANY):
        monkeypatch.setattr(words_module, "MANY", many)
        for typed in (["an", "cru"], ["marie", "bo"], ["mar", "a", "jo"]):
            assert set(await look(who, *typed)) == shown & expected(typed)


async def test_those_who_are_there_already_are_brought_up_to_date(people: Somebody) -> None:
    param = "SELECT id FROM term WHERE text = 'Patient.name:words'"
    columns = f"SELECT rid, comp, txt FROM strings WHERE param = ({param}) ORDER BY rid, txt"
    before = await rows(people.gate, columns)
    assert len(before) > 10
    sql = next(each.sql for each in packaged_migrations() if each.name == "name_words")
    async with people.gate.store.transaction() as conn:
        await conn.execute(f"DELETE FROM strings WHERE param = ({param})")
        for _, statement in split_statements(sql):
            await conn.execute(statement)
    assert await rows(people.gate, columns) == before
