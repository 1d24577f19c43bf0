"""Questions to the record in the words of a FHIR search, for everything above the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from osler.access.records import Answer, Records, Resource
from osler.core.ids import is_id
from osler.fhir.search.parse import parse_query
from osler.fhir.search.query import Criterion, Query, Tokens

Pairs = tuple[tuple[str, str], ...]
_NEVER = datetime.min.replace(tzinfo=UTC)
_SOMEBODY = "somebody"
"""Stands for the patient in a question that is kept for the next patient."""


async def ask(records: Records, type_: str, /, **params: str | tuple[str, ...]) -> list[Resource]:
    """The first page of matches. A tuple of values is an AND; `_` in a name stands for `-` but at its beginning.

    await ask(records, "Observation", patient="Patient/1", category="vital-signs", _sort="-date", _count="40")
    """
    return (await ask_page(records, type_, **params)).matches


async def ask_page(records: Records, type_: str, /, **params: str | tuple[str, ...]) -> Answer:
    """The same with what was included, the total and the way to the next page."""
    pairs = tuple(
        (name if name[0] == "_" else name.replace("_", "-"), value)
        for name, values in params.items()
        for value in ((values,) if isinstance(values, str) else values)
    )
    return await records.search(_query(type_, pairs, records.store.zone, records.clock(), records.store.base_url))


def _query(type_: str, pairs: Pairs, zone: tzinfo, now: datetime, base_url: str) -> Query:
    """The parsed question. What is asked of patient after patient (`patient=Patient/…` first) is parsed once."""
    first, value = pairs[0] if pairs else ("", "")
    id_ = value.removeprefix("Patient/")
    if first != "patient" or id_ == value or not is_id(id_) or not _is_timeless(pairs):
        return parse_query(type_, pairs, zone=zone, now=now, base_url=base_url)
    query = _kept(type_, ((first, f"Patient/{_SOMEBODY}"), *pairs[1:]), zone, base_url)
    return replace(query, where=tuple(_of(each, id_) for each in query.where), params=pairs)


def _is_timeless(pairs: Pairs) -> bool:
    """Whether no value could be a time: what is near depends on now, and a moment is not asked for again."""
    return not any(value[:1].isdigit() or value[2:3].isdigit() for name, value in pairs if name[0] != "_")


@lru_cache(maxsize=512)
def _kept(type_: str, pairs: Pairs, zone: tzinfo, base_url: str) -> Query:
    return parse_query(type_, pairs, zone=zone, now=_NEVER, base_url=base_url)


def _of(criterion: Criterion, id_: str) -> Criterion:
    """The criterion on the patient, of this patient."""
    if not isinstance(criterion, Tokens) or criterion.param != "patient":
        return criterion
    start = f"patient=Patient/{_SOMEBODY}"
    keys = tuple(f"patient=Patient/{id_}" if key == start else key for key in criterion.keys)
    return replace(criterion, keys=keys)


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
