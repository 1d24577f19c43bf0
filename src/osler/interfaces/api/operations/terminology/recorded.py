"""The code systems, value sets and concept maps of the record, for one request.

The terminology is synchronous and pure, the record is neither. So an answer is worked out with what is at hand; when it
asked for something that had not been looked up yet, that is looked up and the answer worked out again. What the actor
may not see is, here too, not there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from osler.access.audit.entry import Action
from osler.access.records import Records
from osler.core.errors import Forbidden, OslerError, TooCostly
from osler.fhir import json
from osler.fhir.search.parse import parse_query
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.request import Request
from osler.terminology.valuesets import Terminology
from osler.terminology.valuesets.library import Kind

MOST_ROUNDS = 12
"""Times that an answer is begun again: value sets that import each other come one level a round."""
MOST_LOOKED_UP = 200
MOST_VERSIONS = 50
LARGE = 200_000
"""Bytes of a body, few of which are kept decoded."""
Question = tuple[str, str, str]
"""Resource type, search parameter, value."""
Result = TypeVar("Result")
Json = dict[str, Any]
Work = Callable[[Terminology, Json | None], Json]


class Recorded:
    """A library of what was looked up, that notes what was not."""

    def __init__(self) -> None:
        self._known: dict[Question, list[dict[str, Any]]] = {}
        self._wanted: dict[Question, None] = {}

    def find(self, kind: Kind, url: str) -> Sequence[dict[str, Any]]:
        if url.startswith(f"{kind}/"):  # as searches may name a value set of this record
            return self._ask(kind, "_id", url.removeprefix(f"{kind}/"))
        return self._ask(kind, "url", url)

    def supplements(self, system: str) -> Sequence[dict[str, Any]]:
        return self._ask("CodeSystem", "supplements", system)

    def maps(self, system: str) -> Sequence[dict[str, Any]]:
        found = [*self._ask("ConceptMap", "source-system", system), *self._ask("ConceptMap", "target-system", system)]
        return list({each.get("id"): each for each in found}.values())

    def _ask(self, type_: str, param: str, value: str) -> Sequence[dict[str, Any]]:
        question = (type_, param, value)
        if question not in self._known and value:
            self._wanted[question] = None
            self._check()
        return self._known.get(question, ())

    def _check(self) -> None:
        if len(self._known) + len(self._wanted) > MOST_LOOKED_UP:
            raise TooCostly("This leads to too many other value sets and code systems.")

    async def look_up(self, request: Request, records: Records) -> bool:
        """Looks up what was asked for; False when there was nothing."""
        self._check()
        wanted, self._wanted = list(self._wanted), {}
        for question in wanted:
            self._known[question] = await _search(request, records, question)
        return bool(wanted)


async def _search(request: Request, records: Records, question: Question) -> list[dict[str, Any]]:
    type_, param, value = question
    escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")
    gate = request.context.gate
    query = parse_query(
        type_, [(param, escaped), ("_count", str(MOST_VERSIONS))], zone=gate.store.zone, now=gate.clock(), base_url=request.base
    )  # fmt: skip
    try:
        found = await records.search(query)
    except Forbidden:
        return []
    return [await asyncio.to_thread(resource_of, each.body) for each in found.matches]


def resource_of(body: bytes) -> dict[str, Any]:
    """The resource of a body, the same object for the same body for a while: what is made of it is kept by it. Never to be
    changed."""
    return _large(body) if len(body) > LARGE else _small(body)


@lru_cache(256)
def _small(body: bytes) -> dict[str, Any]:
    return json.decode(body)


@lru_cache(8)
def _large(body: bytes) -> dict[str, Any]:
    return json.decode(body)


async def work_out(request: Request, records: Records, work: Callable[[Terminology], Result]) -> Result:
    """What `work` makes of the terminology and the record's own resources; it may be called several times."""
    library = Recorded()
    base = await asyncio.to_thread(request.context.terminology)
    for _ in range(MOST_ROUNDS):
        failure = result = None
        try:
            result = await asyncio.to_thread(work, base.with_library(library))
        except OslerError as error:
            failure = error
        if not await library.look_up(request, records):
            if failure is not None:
                raise failure
            return result  # pyright: ignore[reportReturnType]
    raise TooCostly("The value sets lead from one to the other too many times.")


async def answered(request: Request, type_: str, work: Work, sent: Json | None = None) -> Answer:
    """The answer of an operation that only reads: what `work` makes of the terminology and the resource it is about, which
    was sent, or is named by the address, or neither."""
    async with request.reading(Action.READ, request.what) as records:
        may_read(records, type_)
        resource = sent or await _named_by_address(request, records)
        found = await work_out(request, records, lambda terminology: work(terminology, resource))
    return Answer(200, json.encode(found))


def may_read(records: Records, type_: str) -> None:
    """Raises Forbidden unless the actor may read resources of this type."""
    if not records.may("read", type_):
        raise Forbidden(f"Your role or token does not let you read {type_}.")


async def _named_by_address(request: Request, records: Records) -> dict[str, Any] | None:
    """The resource of an operation on an instance, `ValueSet/{id}/$expand`; None for one on the type."""
    if len(request.parts) != 3:
        return None
    stored = await records.read(request.type, request.id)
    return await asyncio.to_thread(resource_of, stored.body)
