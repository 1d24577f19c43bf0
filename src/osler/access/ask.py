"""Questions to the record in the words of a FHIR search, for everything above the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

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


AT_ONCE = 3
"""Connections that one request takes at a time at most."""


async def together(records: Records, *questions: Coroutine[Any, Any, Any]) -> list[Any]:
    """The answers to independent questions, in their order: asked a few at a time, or within a transaction one by one.

    The first error is raised when it happens; the other questions are given up.
    """
    room = asyncio.Semaphore(1 if records.writing else AT_ONCE)

    async def answer(question: Coroutine[Any, Any, Any]) -> Any:
        async with room:
            return await question

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(answer(each)) for each in questions]
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    finally:
        for each in questions:
            each.close()  # those that were never begun
    return [task.result() for task in tasks]
