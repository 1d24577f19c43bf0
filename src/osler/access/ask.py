"""Questions to the record in the words of a FHIR search, for everything above the gate."""

from __future__ import annotations

from osler.access.records import Answer, Records, Resource
from osler.fhir.search.parse import parse_query


async def ask(records: Records, type_: str, /, **params: str | tuple[str, ...]) -> list[Resource]:
    """The first page of matches. A tuple of values is an AND; `_` in a name stands for `-` but at its beginning.

    await ask(records, "Observation", patient="Patient/1", category="vital-signs", _sort="-date", _count="40")
    """
    return (await ask_page(records, type_, **params)).matches


async def ask_page(records: Records, type_: str, /, **params: str | tuple[str, ...]) -> Answer:
    """The same with what was included, the total and the way to the next page."""
    pairs = [
        (name if name[0] == "_" else name.replace("_", "-"), value)
        for name, values in params.items()
        for value in ((values,) if isinstance(values, str) else values)
    ]
    query = parse_query(type_, pairs, zone=records.store.zone, now=records.clock(), base_url=records.store.base_url)
    return await records.search(query)
