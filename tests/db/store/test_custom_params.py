"""Search parameters that the site defines while the server runs."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest

from osler.core.errors import Forbidden, Invalid, Unavailable, Unsupported
from osler.store.custom import index_custom, keep, keeping
from osler.store.elsewhere import open_elsewhere, pack_rows, unpack_row, whereabouts
from osler.store.many import Draft, write_all
from osler.store.store import Store, open_store
from osler.store.visibility import EVERYTHING, Rule, Visibility
from tests.db.store.conftest import Clinic, patient

EYES = "http://osler.test/eyes"


def parameter(code: str, kind: str, expression: str, *bases: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter", "url": f"http://osler.test/{code}", "name": code, "description": "A test.",
        "status": "active", "code": code, "type": kind, "expression": expression, "base": list(bases or ("Patient",)),
    } | more  # fmt: skip


def eyes(color: str) -> dict[str, Any]:
    return {"extension": [{"url": EYES, "valueCoding": {"system": "urn:colors", "code": color}}]}


EYE = parameter("eye", "token", f"Patient.extension('{EYES}').value.ofType(Coding)")
NICK = parameter("nick", "string", "Patient.name.where(use='nickname').given")
LIVED = parameter("lived", "date", "Patient.address.period")


@pytest.fixture
async def store(store: Store) -> Store:
    async with store.pool.connection() as conn:
        await conn.execute("TRUNCATE custom_param")
    await store.keep_up()
    return store


async def indexed(store: Store) -> int:
    return await index_custom(store, seconds=30, grace=0)


async def define(clinic: Clinic, definition: dict[str, Any]) -> None:
    await clinic.create(definition, definition["code"])
    await clinic.store.keep_up()


async def test_rows_of_before_are_found_when_they_are_indexed(clinic: Clinic, store: Store):
    lived = [{"use": "home", "period": {"start": "2019-03", "end": "2020"}}]
    await clinic.create(patient(**eyes("green"), name=[{"use": "nickname", "given": ["Addie"]}], address=lived), "a")
    await clinic.create(patient(**eyes("brown")), "b")
    with pytest.raises(Invalid, match="no search parameter"):
        await clinic.ids("Patient", eye="green")
    for each in (EYE, NICK, LIVED):
        await define(clinic, each)
    with pytest.raises(Unavailable, match="eye of Patient is indexing, 0 %") as caught:
        await clinic.ids("Patient", eye="green")
    assert caught.value.retry_after
    await indexed(store)
    assert await clinic.ids("Patient", eye="green") == {"a"}
    assert await clinic.ids("Patient", eye="urn:colors|brown") == {"b"}
    assert await clinic.ids("Patient", ("eye:not", "green")) == {"b"}
    assert await clinic.ids("Patient", ("nick:missing", "false")) == {"a"}
    assert await clinic.ids("Patient", nick="add") == {"a"}
    assert await clinic.ids("Patient", lived="ge2020-06") == {"a"}
    assert await clinic.ids("Patient", lived="2018") == set()


async def test_what_is_written_later_is_indexed_at_once(clinic: Clinic, store: Store):
    await define(clinic, EYE)
    await indexed(store)
    await clinic.create(patient(**eyes("green")), "a")
    assert await clinic.ids("Patient", eye="green") == {"a"}
    await clinic.update(patient(**eyes("brown")), "a")
    assert await clinic.ids("Patient", eye="green") == set()
    assert await clinic.ids("Patient", eye="brown") == {"a"}


async def test_a_retired_one_goes_and_leaves_nothing(clinic: Clinic, store: Store):
    await clinic.create(patient(**eyes("green"), name=[{"use": "nickname", "given": ["Addie"]}]), "a")
    before = await clinic.rows("SELECT tok FROM resource WHERE id = 'a'")
    for each in (EYE, NICK):
        await define(clinic, each)
    await indexed(store)
    assert await clinic.rows("SELECT tok FROM resource WHERE id = 'a'") != before
    await clinic.update(EYE | {"status": "retired"}, "eye")
    await clinic.delete("SearchParameter", "nick")
    await store.keep_up()
    for code in ("eye", "nick"):
        with pytest.raises(Invalid, match="no search parameter"):
            await clinic.ids("Patient", **{code: "green"})
    await indexed(store)
    assert await clinic.rows("SELECT tok FROM resource WHERE id = 'a'") == before
    assert await clinic.rows("SELECT count(*) FROM custom_param") == [(0,)]
    assert await clinic.rows(
        "SELECT count(*) FROM strings WHERE txt = 'addie' AND param = $1", store.terms.params["Patient"]["nick"]
    ) == [(0,)]


async def test_it_goes_on_where_it_was_in_another_process(
    clinic: Clinic, store: Store, database: Any, monkeypatch: pytest.MonkeyPatch
):
    for n in range(5):
        await clinic.create(patient(**eyes("green")), f"p{n}")
    await define(clinic, EYE)
    monkeypatch.setattr(keeping, "BATCH", 2)
    assert await index_custom(store, seconds=0, grace=0) == 2
    with pytest.raises(Unavailable, match=r"indexing, \d+ %"):
        await clinic.ids("Patient", eye="green")
    other = await open_store(database.connect_args(), size=2)
    try:
        assert await index_custom(other, seconds=30, grace=0) == 3
    finally:
        await other.close()
    assert len(await clinic.ids("Patient", eye="green")) == 5  # this process asks before it refuses


async def test_another_expression_is_indexed_from_the_beginning(clinic: Clinic, store: Store):
    await clinic.create(patient(**eyes("green"), gender="female"), "a")
    await define(clinic, EYE)
    await indexed(store)
    await clinic.update(EYE | {"expression": "Patient.gender"}, "eye")
    await store.keep_up()
    with pytest.raises(Unavailable):
        await clinic.ids("Patient", eye="green")
    await indexed(store)
    assert await clinic.ids("Patient", eye="green") == set()
    assert await clinic.ids("Patient", eye="female") == {"a"}


async def test_rows_without_values_are_not_written_again(clinic: Clinic, store: Store):
    await clinic.create(patient(), "a")
    before = await clinic.rows("SELECT xmin::text FROM resource WHERE id = 'a'")
    await define(clinic, EYE)
    await indexed(store)
    assert await clinic.rows("SELECT xmin::text FROM resource WHERE id = 'a'") == before


async def test_what_a_slow_writer_left_is_found_by_the_second_look(clinic: Clinic, store: Store):
    await define(clinic, EYE)
    await indexed(store)
    known, store.custom.params = store.custom.params, type(store.custom.params)()
    clinic.now = (await clinic.rows("SELECT now()"))[0][0]
    await clinic.create(patient(**eyes("green")), "late")
    store.custom.params = known
    assert await clinic.ids("Patient", eye="green") == set()
    await index_custom(store, seconds=30, grace=0, late=0)
    assert await clinic.ids("Patient", eye="green") == {"late"}
    assert store.custom.settled()


async def test_an_expression_that_fails_on_a_resource_is_not_answered(clinic: Clinic, store: Store):
    await define(clinic, parameter("first", "string", "Patient.name.given.substring(0, 1)"))
    await indexed(store)
    await clinic.create(patient(), "a")
    assert await clinic.ids("Patient", first="a") == {"a"}
    await clinic.create(patient(name=[{"given": ["Ada", "Mae"]}]), "b")
    with pytest.raises(Unsupported, match="fails on some Patient"):
        await clinic.ids("Patient", first="a")
    await clinic.delete("Patient", "b")
    assert await clinic.ids("Patient", first="a") == {"a"}


async def test_references_are_chained_and_included(clinic: Clinic, store: Store):
    friend = parameter("friend", "reference", "Patient.link.other.where(resolve() is Patient)", target=["Patient"])
    await define(clinic, friend)
    await indexed(store)
    await clinic.create(patient(name=[{"family": "Kent"}]), "k")
    await clinic.create(patient(link=[{"other": {"reference": "Patient/k"}, "type": "seealso"}]), "a")
    assert await clinic.ids("Patient", ("friend", "Patient/k")) == {"a"}
    assert await clinic.ids("Patient", ("friend.family", "kent")) == {"a"}
    assert await clinic.ids("Patient", ("_has:Patient:friend:family", "marsh")) == {"k"}
    page = await clinic.page("Patient", ("friend", "k"), ("_include", "Patient:friend"))
    assert [hit.stored.id for hit in page.included] == ["k"]
    page = await clinic.page("Patient", ("_id", "k"), ("_revinclude", "Patient:friend"))
    assert [hit.stored.id for hit in page.included] == ["a"]


async def test_who_does_not_see_all_of_a_type_does_not_search_it_so(clinic: Clinic, store: Store):
    await define(clinic, EYE)
    await indexed(store)
    await clinic.create(patient(**eyes("green")), "a")
    every = EVERYTHING.rules[0].interactions
    partly = clinic.of(Visibility((Rule(every, frozenset({"Patient"}), hidden=frozenset({"Patient.name"})),)))
    with pytest.raises(Forbidden):
        await partly.ids("Patient", eye="green")
    with pytest.raises(Forbidden):
        await partly.ids("Patient", _sort="eye")
    with pytest.raises(Forbidden):
        await partly.ids("Patient", ("_has:Patient:link:eye", "green"))


async def test_every_process_hears_of_a_change(clinic: Clinic, store: Store, database: Any):
    other = await open_store(database.connect_args(), size=2)
    try:
        assert other.custom.params.all() == []
        await define(clinic, EYE)
        await keep(other)
        assert [each.key for each in other.custom.params.all()] == [("Patient", "eye")]
        assert not other.custom.ready().all()
        await indexed(store)
        await keep(other)
        assert [each.key for each in other.custom.ready().all()] == [("Patient", "eye")]
        await clinic.delete("SearchParameter", "eye")
        await keep(other)
        assert other.custom.params.all() == []
    finally:
        await other.close()


async def test_indexing_waits_until_every_process_has_heard(clinic: Clinic, store: Store):
    await clinic.create(patient(**eyes("green")), "a")
    await define(clinic, EYE)
    assert await index_custom(store, seconds=30) == 0
    with pytest.raises(Unavailable):
        await clinic.ids("Patient", eye="green")


async def test_indexing_waits_for_those_who_write_meanwhile(clinic: Clinic, store: Store):
    await define(clinic, EYE)
    async with store.transaction() as conn:
        await conn.execute("SELECT pg_current_xact_id()")
        await indexed(store)
        assert store.custom.ready().all() == []
    await indexed(store)
    assert len(store.custom.ready().all()) == 1


async def test_many_may_look_at_once(clinic: Clinic, store: Store):
    await clinic.create(EYE, "eye")
    store.custom.mark = None
    await asyncio.wait_for(asyncio.gather(*(store.keep_up() for _ in range(12))), 120)
    assert [each.key for each in store.custom.params.all()] == [("Patient", "eye")]


async def test_rows_made_in_other_processes_have_them_too(clinic: Clinic, store: Store):
    await define(clinic, EYE)
    await indexed(store)
    workshop = await open_elsewhere(pickle.loads(pickle.dumps(whereabouts(store))))
    (packed,) = await pack_rows(workshop, [(patient(**eyes("green")), "w")], clinic.now)
    await workshop.close()
    assert packed is not None
    assert packed.print == store.custom.print
    row = unpack_row("Patient", "w", packed)
    async with store.transaction() as conn:
        await write_all(store, conn, [Draft({}, "w", row=row)], [row], EVERYTHING)
    assert await clinic.ids("Patient", eye="green") == {"w"}
    await clinic.delete("SearchParameter", "eye")
    await store.keep_up()
    assert packed.print != store.custom.print
