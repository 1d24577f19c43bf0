"""Rows that were written before there was a word about whose they are by what they point at or hold."""

from __future__ import annotations

import pytest

from osler.store import reindex
from osler.store.migrate import packaged_migrations
from osler.store.sql_statements import split_statements
from tests.db.gate.conftest import Somebody, at_site, observation, patient, rows
from tests.db.gate.test_following import LABELED, NORTH, SOUTH, document, provenance, shown_to
from tests.db.gate.test_holders import bundle

THERE_BEFORE = "INSERT INTO follower"


async def _bring_up_to_date(who: Somebody) -> None:
    """What the migration does with rows, on rows as they were."""
    sql = next(each.sql for each in packaged_migrations() if each.name == "following")
    statements = [statement for _, statement in split_statements(sql)]
    first = next(
        n for n, statement in enumerate(statements) if THERE_BEFORE in statement[:200] and "LEFT JOIN" in statement
    )
    async with who.gate.store.transaction() as conn:
        await conn.execute("TRUNCATE follower")
        await conn.execute("ALTER TABLE resource DISABLE TRIGGER resource_policy")
        for type_ in ("Provenance", "Task", "Bundle"):
            columns = "pats = NULL" + (", lab = NULL, org = NULL" if type_ != "Task" else "")
            id_ = who.gate.store.type_id(type_)
            await conn.execute(f"UPDATE resource SET {columns}, sv = 5 WHERE type = $1", id_)
            await conn.execute(f"UPDATE history SET {columns} WHERE type = $1", id_)
        await conn.execute("ALTER TABLE resource ENABLE TRIGGER resource_policy")
        for statement in statements[first:]:
            await conn.execute(statement)
        await conn.execute("DELETE FROM property WHERE name LIKE 'search\\_version.%'")
        await conn.execute("UPDATE property SET value = '5' WHERE name = 'search_version'")
        await reindex.look(who.gate.store, conn)


@pytest.fixture
async def clinic(everyone: Somebody) -> Somebody:
    await everyone.put(patient("q", **at_site("south")))
    await everyone.put({"resourceType": "Practitioner", "id": "d"})
    for number, label in (("0", {}), ("1", LABELED)):
        await everyone.put(document(f"x{number}", "Patient/q", **label))
        await everyone.put(provenance(f"v{number}", f"DocumentReference/x{number}"))
        await everyone.put(provenance(f"v{number}", f"DocumentReference/x{number}", recorded="2025-02-02T10:00:00Z"))
        await everyone.put(bundle(f"b{number}", observation("Patient/q", **label)))
    focus = {"focus": {"reference": "DocumentReference/x0"}}
    await everyone.put({"resourceType": "Task", "id": "t", "status": "requested", "intent": "order"} | focus)
    return everyone


async def test_they_are_kept_to_those_who_see_what_they_are_about(clinic: Somebody, somebody):
    columns = "SELECT type, id, pat, pats, org, lab FROM resource ORDER BY type, id"
    before = await rows(clinic.gate, columns)
    north, south, reader = somebody("everyone", sites=NORTH), somebody("everyone", sites=SOUTH), somebody("reader")
    await _bring_up_to_date(clinic)
    for who, shown in ((north, (False, False)), (south, (True, True)), (reader, (True, False))):
        assert (await shown_to(who, "v0"), await shown_to(who, "v1")) == shown
        assert await shown_to(who, "t", "Task") == shown[0]
    for who in (north, south):
        assert not await shown_to(who, "b0", "Bundle")  # nobody knows yet what it holds
    assert await reindex.index_anew(clinic.gate.store, seconds=30) > 0
    assert await rows(clinic.gate, columns) == before
    for who, shown in ((north, (False, False)), (south, (True, True)), (reader, (True, False))):
        assert (await shown_to(who, "b0", "Bundle"), await shown_to(who, "b1", "Bundle")) == shown


async def test_what_was_deleted_before_is_nobodys_in_particular(clinic: Somebody, somebody):
    await clinic.delete("Provenance", "v0")
    await _bring_up_to_date(clinic)
    for who in (somebody("everyone", sites=SOUTH), somebody("own", patient="q")):
        assert "v0" not in {each.id for _, each in await who.look(lambda r: r.list_changes("Provenance"))}
