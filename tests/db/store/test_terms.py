"""Names as numbers: the same number for everybody, whoever names it first, also when the write that named it fails."""

from __future__ import annotations

import asyncio

import pytest

from osler.core.errors import Invalid
from osler.store import terms
from osler.store.rows import SITE_TAG
from osler.store.store import open_store
from osler.store.terms import Terms
from osler.store.visibility import EVERYTHING, Rule, Visibility
from osler.store.visible import prepare
from tests.db.store.conftest import BASE, Clinic, observation, patient


async def test_many_processes_that_name_the_same_things_at_once_agree(clinic: Clinic):
    kinds = [Terms() for _ in range(6)]
    names = {f"site-{n}" for n in range(40)}
    await asyncio.gather(*(each.intern(clinic.store.pool, terms.ORG, names) for each in kinds))
    numbers = [{name: each.need(terms.ORG, name) for name in names} for each in kinds]
    assert all(each == numbers[0] for each in numbers)
    assert len(set(numbers[0].values())) == len(names)
    assert {kinds[0].text(number) for number in numbers[0].values()} == names
    assert len(await clinic.rows("SELECT 1 FROM term WHERE text LIKE 'site-%'")) == len(names)


async def test_one_text_is_another_name_in_another_kind(clinic: Clinic):
    known = Terms()
    for kind in (terms.ORG, terms.LABEL):
        await known.intern(clinic.store.pool, kind, {"same"})
    assert known.need(terms.ORG, "same") != known.need(terms.LABEL, "same")
    with pytest.raises(KeyError):
        known.need(terms.PARAM, "same")
    assert known.find(terms.PARAM, "same") is None


async def test_a_name_stays_known_when_the_write_that_brought_it_is_refused(clinic: Clinic, database):
    tagged = {"meta": {"tag": [{"system": SITE_TAG, "code": "lost-site"}]}}
    with pytest.raises(Invalid):
        await clinic.create(observation("Patient/none", **tagged), "o")
    stored = await clinic.create(observation(**tagged), "o")
    other = await open_store(database.connect_args(), size=2, base_url=BASE)
    try:
        at_site = Visibility((Rule(EVERYTHING.rules[0].interactions, sites=frozenset(("lost-site",))),))
        await prepare(other, at_site)
        assert await Clinic(other, at_site).ids("Observation") == {stored.id}
    finally:
        await other.close()


async def test_a_site_or_label_that_another_process_named_first_is_heeded_here(clinic: Clinic, database):
    other = await open_store(database.connect_args(), size=2, base_url=BASE)
    try:
        label = {"meta": {"security": [{"system": "urn:l", "code": "new-label"}]}}
        await Clinic(other).create(patient(**label), "p")
    finally:
        await other.close()
    reader = Visibility(EVERYTHING.rules, frozenset(("urn:l|new-label",)))
    await prepare(clinic.store, reader)
    assert await clinic.of(reader).ids("Patient") == set()


async def test_a_reader_whose_site_nobody_has_named_sees_only_what_belongs_to_nobody(clinic: Clinic):
    await clinic.create(patient(), "p")
    await clinic.create(observation(), "o")
    nowhere = Visibility((Rule(EVERYTHING.rules[0].interactions, sites=frozenset(("nowhere-yet",))),))
    await prepare(clinic.store, nowhere)
    assert await clinic.of(nowhere).ids("Observation") == {"o"}
    assert await clinic.of(nowhere).ids("Patient") == set()
