"""Full text over several types reads no more than over one, and says so before it has read anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from osler.core.errors import TooCostly
from osler.fhir.search.parse import parse_query
from osler.store.search import Page, full_text, search_types
from osler.store.visibility import EVERYTHING
from tests.db.store.conftest import NOW, Clinic, observation, patient


async def fill(clinic: Clinic) -> None:
    for n in range(3):
        await clinic.create(patient(), f"p{n}")
        await clinic.create(observation(f"Patient/p{n}", note=[{"text": "marsh marigold"}]), f"o{n}")


async def asked(clinic: Clinic, *params: tuple[str, str]) -> Page:
    store = clinic.store
    queries = [parse_query(type_, params, zone=store.zone, now=NOW) for type_ in ("Observation", "Patient", "Group")]
    async with store.pool.connection() as conn:
        return await search_types(store, conn, [replace(query, count=2) for query in queries], EVERYTHING)


async def test_all_types_together_may_be_so_many(clinic: Clinic, monkeypatch):
    await fill(clinic)
    monkeypatch.setattr(full_text, "MAX_SORTED", 6)
    assert len((await asked(clinic, ("_content", "marsh"))).matches) == 2
    monkeypatch.setattr(full_text, "MAX_SORTED", 5)
    with pytest.raises(TooCostly):
        await asked(clinic, ("_content", "marsh"))
    assert len((await asked(clinic, ("_content", "marsh"), ("_id", "o1"))).matches) == 1
    assert (await asked(clinic, ("_lastUpdated", "ge2000"))).matches
