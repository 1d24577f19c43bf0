"""What a bulk load writes belongs to whom it would if it had been written by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from osler.fhir import json
from osler.operations.migration.importing import import_files
from tests.db.gate.conftest import Somebody, at_site, observation, patient, rows
from tests.db.gate.test_following import LABELED, document, provenance
from tests.db.gate.test_holders import bundle
from tests.scale.invariants import stale_indexes

_ROWS = "SELECT type, id, pat, pats, org, lab FROM resource ORDER BY type, id"
_FOLLOWERS = (
    "SELECT r.type, r.id, f.param, f.org, f.lab FROM follower f JOIN resource r USING (type, rid) ORDER BY r.type, r.id"
)
RESOURCES: list[dict[str, Any]] = [
    provenance("z", "Provenance/y"),
    provenance("y", "DocumentReference/n", "DocumentReference/s"),
    {
        "resourceType": "Task",
        "id": "t",
        "status": "requested",
        "intent": "order",
        "focus": {"reference": "Observation/o"},
    },
    observation("", id="o", derivedFrom=[{"reference": "DocumentReference/s"}]),
    {
        "resourceType": "Parameters",
        "id": "b",
        "parameter": [{"name": "held", "resource": bundle("b", patient("p"), observation("", **LABELED))}],
    },
    document("n", "Patient/p"),
    document("s", "Patient/q", **LABELED),
    patient("p", **at_site("north")),
    patient("q", **at_site("south")),
    {"resourceType": "Practitioner", "id": "d"},
]


@pytest.mark.parametrize("processes", [0, 2])
async def test_loaded_by_the_thousand_or_one_by_one_it_is_the_same(everyone: Somebody, tmp_path: Path, processes: int):
    for resource in reversed(RESOURCES):
        await everyone.put(resource)
    alone = await rows(everyone.gate, _ROWS), await rows(everyone.gate, _FOLLOWERS)
    async with everyone.gate.store.pool.connection() as conn:
        await conn.execute("TRUNCATE resource, strings, numbers, dates, refs, history, change, panel, follower")
    (tmp_path / "all.ndjson").write_bytes(b"\n".join(json.encode(each) for each in RESOURCES))
    loaded = await import_files(
        everyone.gate, [tmp_path / "all.ndjson"], refusals=tmp_path / "refused", processes=processes
    )
    assert loaded.refused == 0
    assert (await rows(everyone.gate, _ROWS), await rows(everyone.gate, _FOLLOWERS)) == alone
    async with everyone.gate.store.pool.connection() as conn:
        assert await stale_indexes(everyone.gate.store, conn) == []
    assert {row[1] for row in alone[1]} == {"z", "y", "t", "o"}
