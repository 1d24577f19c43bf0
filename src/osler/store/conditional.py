"""What is named by criteria instead of an id: conditional interactions, and conditional references in bundles
(R4 http.html §3.1.0.8.1 and §3.1.0.11.2)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from osler.core.errors import Duplicate, Fault, Invalid
from osler.fhir.datatypes.references import parse_reference
from osler.fhir.search.integrity import references_in
from osler.fhir.search.parse import parse_query
from osler.fhir.search.query import Query, Tokens
from osler.fhir.structure import faults
from osler.store.many import BREATH, Draft
from osler.store.pool import Connection
from osler.store.search.hits import Hit
from osler.store.search.page import search
from osler.store.stored import Stored
from osler.store.values import values_of
from osler.store.visibility import Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

MOST_CRITERIA = 50
MOST_LOCKS = 256
"""Conditions of one transaction that get a lock each."""


async def find_one(
    store: Store, conn: Connection, type_: str, criteria: str, visibility: Visibility, *, now: datetime
) -> Stored | None:
    """The one resource that matches a condition, whole, or None. Raises as `find_hit`."""
    found = await find_hit(store, conn, type_, criteria, visibility, now=now)
    return found.stored if found else None


async def find_hit(
    store: Store, conn: Connection, type_: str, criteria: str, visibility: Visibility, *, now: datetime
) -> Hit | None:
    """The one match of a condition with what of it is hidden. Raises Duplicate for several, Invalid for criteria that say nothing."""
    page = await search(store, conn, _query(store, type_, criteria, now), visibility)
    if len(page.matches) > 1:
        raise Duplicate(f"Several {type_} match the condition; it must single out one.")
    return page.matches[0] if page.matches else None


async def lock_conditions(store: Store, conn: Connection, conditions: set[tuple[str, str]]) -> None:
    """Makes everybody who writes by one of these (type, criteria) wait their turn, always in the same order.

    The server's lock table is of fixed size, so a bundle with many takes one lock instead that all others share.
    """
    if not conditions:
        return
    everybody = store.hasher.text("?")
    if len(conditions) > MOST_LOCKS:
        await conn.execute("SELECT pg_advisory_xact_lock($1)", everybody)
        return
    await conn.execute("SELECT pg_advisory_xact_lock_shared($1)", everybody)
    for key in sorted({store.hasher.text("?" + normal(*condition)) for condition in conditions}):
        await conn.execute("SELECT pg_advisory_xact_lock($1)", key)


def normal(type_: str, criteria: str) -> str:
    """One text for a condition, however it was escaped and in whatever order its criteria stand."""
    return f"{type_}{sorted(_pairs(type_, criteria))}"


def is_conditional(reference: str) -> bool:
    """Whether a literal reference points by criteria: `Practitioner?identifier=http://…|1`."""
    return "?" in reference and parse_reference(reference).kind == "conditional"


async def resolve(
    store: Store, conn: Connection, reference: str, inside: Inside, visibility: Visibility, now: datetime
) -> str:
    """The resource that a conditional reference means, in the bundle or the store, as Type/id.

    Raises Invalid when nothing matches, Duplicate when several do.
    """
    type_, _, criteria = reference.partition("?")
    found = await inside.find(_query(store, type_, criteria, now))
    match = await find_one(store, conn, type_, criteria, visibility, now=now)
    if match is not None:
        found = found | {match.reference}
    if not found:
        fault = Fault("Nothing matches this reference.", inside.place_of(reference), "not-found")
        raise Invalid(f"No {type_} matches a conditional reference.", faults=(fault,))
    if len(found) > 1:
        message = f"Several {type_} match a conditional reference; it must single out one."
        raise Duplicate(message, path=inside.place_of(reference))
    return next(iter(found))


class Inside:
    """The resources of a bundle, findable by plain tokens (identifiers, nearly always) before they are written."""

    def __init__(self, store: Store, drafts: list[Draft]) -> None:
        self._store = store
        self._drafts = drafts
        self._indexes: dict[str, dict[str, set[str]]] = {}

    async def find(self, query: Query) -> set[str]:
        """The matches as Type/id; none when the query asks for anything but tokens."""
        if not all(isinstance(criterion, Tokens) and not criterion.negated for criterion in query.where):
            return set()
        if query.type not in self._indexes:
            self._indexes[query.type] = await self._index(query.type)
        index = self._indexes[query.type]
        keys = [criterion.keys for criterion in query.where if isinstance(criterion, Tokens)]
        found = [{match for key in each for match in index.get(key, ())} for each in keys]
        return found[0].intersection(*found[1:])

    async def _index(self, type_: str) -> dict[str, set[str]]:
        """Token → resources that have it. What is not sound has none: it is refused when its turn comes."""
        index: dict[str, set[str]] = {}
        drafts = [draft for draft in self._drafts if draft.resource["resourceType"] == type_]
        for n, draft in enumerate(drafts):
            resource = {**draft.resource, "id": draft.id}
            if not faults(resource):
                values = values_of(self._store, resource, whole=True)
                for token in values.tokens:
                    index.setdefault(token, set()).add(f"{type_}/{draft.id}")
            if n % BREATH == BREATH - 1:
                await asyncio.sleep(0)
        return index

    def place_of(self, reference: str) -> str:
        """Where the first resource stands that refers so."""
        return next((draft.place for draft in self._drafts if reference in references_in(draft.resource)), "")


def _query(store: Store, type_: str, criteria: str, now: datetime) -> Query:
    params = _pairs(type_, criteria)
    query = parse_query(type_, params, zone=store.zone, now=now, base_url=store.base_url, custom=store.custom.params)
    if query.cursor or query.summary or query.include or query.revinclude or query.count is not None:
        raise Invalid("A condition takes search criteria, not what shapes an answer.", path=type_)
    if not query.where:
        raise Invalid("The condition holds no search criteria.", path=type_)
    return replace(query, count=2)


def _pairs(type_: str, criteria: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(criteria.lstrip("?"), keep_blank_values=True, errors="strict", max_num_fields=MOST_CRITERIA)
    except UnicodeDecodeError:
        raise Invalid("The condition is not UTF-8.", path=type_) from None
    except ValueError:
        raise Invalid(f"A condition may have {MOST_CRITERIA} criteria.", path=type_) from None
