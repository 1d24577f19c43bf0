"""After an upgrade: old rows are indexed anew while the server runs, and searches say so until then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from osler.core.errors import Unavailable
from osler.fhir.search.partial import end_key
from osler.fhir.search.query import Query, Tokens
from osler.store import reindex
from osler.store.pool import Connection
from osler.store.rows import SEARCH_VERSION, search_version
from osler.store.search.page import search
from osler.store.store import Store
from osler.store.visibility import EVERYTHING
from tests.db.store.conftest import LOINC, Clinic


def reading(id_: str, text: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "2339-0"}], "text": text},
        "valueQuantity": {"value": Decimal("101"), "system": "http://unitsofmeasure.org", "code": "mg/dL"},
    }


BY_TEXT = [("code:text", "glucose")]
BY_UNIT = [("value-quantity", "1.01|http://unitsofmeasure.org|g/L")]


async def _forget(conn: Connection, version: int) -> None:
    await conn.execute("DELETE FROM property WHERE name LIKE 'search\\_version.%'")
    await conn.execute("UPDATE property SET value = $1 WHERE name = 'search_version'", str(version))


@pytest.fixture
async def upgraded(clinic: Clinic, store: Store) -> Clinic:
    """Three rows as an older version would have left them: no texts, no units, no vocabulary."""
    for n in range(3):
        await clinic.create(reading(f"o{n}", "Glucose"), f"o{n}")
    async with store.transaction() as conn:
        kept = [store.hasher.token("Observation", "code=2339-0"), store.hasher.token("Observation", "status=final")]
        await conn.execute("UPDATE resource SET sv = 1, tok = $1", sorted(kept))
        await conn.execute("DELETE FROM phrase")
        await _forget(conn, 1)
        await reindex.look(store, conn)
    store.phrases.clear()
    return clinic


async def test_a_new_database_has_nothing_to_index_anew(store: Store):
    async with store.pool.connection() as conn:
        await conn.execute("DELETE FROM property WHERE name = 'search_version'")
        await reindex.look(store, conn)
        assert not store.indexing
        assert await conn.fetchval("SELECT value FROM property WHERE name = 'search_version'") == str(SEARCH_VERSION)


async def test_until_then_only_what_needs_the_new_index_is_unavailable(upgraded: Clinic):
    for params in (BY_TEXT, BY_UNIT, [("_filter", "value-quantity gt 1|http://unitsofmeasure.org|g/L")]):
        with pytest.raises(Unavailable):
            await upgraded.ids("Observation", *params)
    assert len(await upgraded.ids("Observation", ("code", "2339-0"))) == 3


async def test_indexing_anew_makes_everything_findable_and_no_version(upgraded: Clinic, store: Store):
    before = await upgraded.rows("SELECT id, ver, upd FROM resource ORDER BY id")
    assert await reindex.index_anew(store, seconds=30) == 3
    assert not store.indexing
    for params in (BY_TEXT, BY_UNIT):
        assert len(await upgraded.ids("Observation", *params)) == 3
    assert await upgraded.rows("SELECT id, ver, upd FROM resource ORDER BY id") == before
    assert await upgraded.rows("SELECT DISTINCT sv FROM resource") == [(search_version("Observation"),)]
    assert await upgraded.rows("SELECT count(*) FROM numbers") == [(3,)]
    assert await reindex.index_anew(store, seconds=30) == 0


async def test_it_goes_on_where_it_was(upgraded: Clinic, store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reindex, "BATCH", 1)
    assert await reindex.index_anew(store, seconds=0) == 0
    assert store.indexing
    assert await reindex.index_anew(store, seconds=30) == 3


async def test_what_was_written_meanwhile_stays_as_it_was_written(upgraded: Clinic, store: Store):
    await upgraded.update(reading("o1", "Sodium"), "o1")
    await upgraded.delete("Observation", "o2")
    assert await reindex.index_anew(store, seconds=30) == 1
    assert len(await upgraded.ids("Observation", ("code:text", "sodium"))) == 1
    assert len(await upgraded.ids("Observation", *BY_TEXT)) == 1


async def test_another_process_learns_that_it_is_done(upgraded: Clinic, store: Store):
    async with store.transaction() as conn:
        await conn.execute("UPDATE property SET value = $1 WHERE name = 'search_version'", str(SEARCH_VERSION))
    assert await upgraded.ids("Observation", *BY_TEXT) is not None
    assert not store.indexing


async def test_only_types_whose_rules_have_changed_are_indexed_anew(clinic: Clinic, store: Store):
    await clinic.create(reading("o", "Glucose"), "o")
    await clinic.create({"resourceType": "Patient", "id": "p", "identifier": [{"value": "0048201"}]}, "p")
    async with store.transaction() as conn:
        before = search_version("Patient") - 1
        await conn.execute(
            "UPDATE resource SET sv = least(sv, $1), tok = '{}' WHERE type = $2", before, store.type_id("Patient")
        )
        await conn.execute("DELETE FROM strings")
        await _forget(conn, before)
        await reindex.look(store, conn)
    ending = Query("Patient", (Tokens("identifier", (end_key("identifier", "8201"),)),))
    async with store.pool.connection() as conn:
        with pytest.raises(Unavailable):
            await search(store, conn, ending, EVERYTHING)
        assert await clinic.ids("Observation", *BY_TEXT) == {"o"}
        assert await reindex.index_anew(store, seconds=30) == 1
        assert [hit.stored.id for hit in (await search(store, conn, ending, EVERYTHING)).matches] == ["p"]


async def test_a_type_that_is_done_is_searched_while_others_wait(upgraded: Clinic, store: Store):
    await upgraded.create({"resourceType": "Patient", "id": "p", "identifier": [{"value": "0048201"}]}, "p")
    ending = Query("Patient", (Tokens("identifier", (end_key("identifier", "8201"),)),))
    done = "INSERT INTO property VALUES ('search_version.Patient', $1)"
    async with store.pool.connection() as conn:
        with pytest.raises(Unavailable):
            await search(store, conn, ending, EVERYTHING)
        await conn.execute(done, str(search_version("Patient")))  # as another process would
        assert [hit.stored.id for hit in (await search(store, conn, ending, EVERYTHING)).matches] == ["p"]
    with pytest.raises(Unavailable):
        await upgraded.ids("Observation", *BY_TEXT)
