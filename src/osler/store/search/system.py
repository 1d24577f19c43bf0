"""Searches over several types at once: a page of each, merged. All share one order, so one cursor serves all of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from osler.core.errors import Invalid
from osler.fhir.search.query import Query, Sort
from osler.store import visible
from osler.store.pool import Connection
from osler.store.search import full_text
from osler.store.search.hits import Hit
from osler.store.search.include import includes
from osler.store.search.order import descending, encode_cursor, goes_back, sides
from osler.store.search.page import DEFAULT_COUNT, MAX_COUNT, Page, count, search
from osler.store.visibility import Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

SORTED_BY = ("id", "lastUpdated", "score")
"""What resources of every type can be sorted by."""


async def search_types(store: Store, conn: Connection, queries: list[Query], visibility: Visibility) -> Page:
    """A page over the types of the queries, which differ in nothing else. Types without rows are passed over.

    Raises Forbidden as `search` does, Invalid for an order that not every type has.
    """
    if any(sort.kind not in SORTED_BY for query in queries for sort in query.sort):
        raise Invalid("Several types are sorted by _id, _lastUpdated or _score alone.", path="_sort")
    queries = await _inhabited(store, conn, queries)
    await full_text.check_readable(store, conn, queries, visibility)
    first = queries[0]
    if first.count == 0 or first.summary == "count":
        return Page(total=sum([await count(store, conn, query, visibility) for query in queries]))
    return await _merged(store, conn, queries, visibility)


def searchable(queries: list[Query], visibility: Visibility) -> list[Query]:
    """Those that some rule opens to this reader."""
    return [query for query in queries if visible.rules_for(visibility, "search", query.type, query.used)]


async def _inhabited(store: Store, conn: Connection, queries: list[Query]) -> list[Query]:
    types = [store.type_id(query.type) for query in queries]
    rows = await conn.fetch(
        "SELECT t FROM unnest($1::smallint[]) AS t WHERE EXISTS (SELECT 1 FROM resource r WHERE r.type = t)", types
    )
    there = {row["t"] for row in rows}
    return [query for query, type_ in zip(queries, types, strict=True) if type_ in there] or queries[:1]


async def _merged(store: Store, conn: Connection, queries: list[Query], visibility: Visibility) -> Page:
    size = min(DEFAULT_COUNT if queries[0].count is None else queries[0].count, MAX_COUNT)
    back = goes_back(queries[0].cursor)
    page, more, totals, found = Page(), False, list[int | None](), list[Hit]()
    for query in queries:
        each = await search(store, conn, replace(query, include=(), revinclude=()), visibility)
        more = more or (each.previous if back else each.next) is not None
        found += each.matches
        totals.append(each.total)
        page.scores |= each.scores
    found = _in_order(queries[0], found, page)
    after, before = sides(goes_on=more or len(found) > size, back=back, is_first=queries[0].cursor is None)
    page.matches = found[-size:] if back else found[:size]
    if page.matches and after:
        page.next = _beside(queries[0], page, page.matches[-1])
    if page.matches and before:
        page.previous = _beside(queries[0], page, page.matches[0], back=True)
    if None not in totals:
        page.total = sum(total for total in totals if total is not None)
    page.included = await _around(store, conn, queries, page.matches, visibility)
    return page


def _beside(query: Query, page: Page, hit: Hit, *, back: bool = False) -> str:
    return encode_cursor(_values(query, hit, page), hit.stored.rid, back=back)


def _in_order(query: Query, hits: list[Hit], page: Page) -> list[Hit]:
    keyed = [(_values(query, hit, page), hit.stored.rid, hit) for hit in hits]

    def compare(a: tuple[Any, int, Hit], b: tuple[Any, int, Hit]) -> int:
        for sort, left, right in zip(_sorts(query, page), a[0], b[0], strict=True):
            if left != right:
                return (1 if left > right else -1) * (-1 if sort.descending else 1)
        return (a[1] - b[1]) * (-1 if descending(query) or (page.scores and not query.sort) else 1)

    return [hit for _, _, hit in sorted(keyed, key=cmp_to_key(compare))]


def _sorts(query: Query, page: Page) -> tuple[Sort, ...]:
    """The order asked for; a full-text search without one goes by score."""
    return query.sort or ((Sort("_score", "score", descending=True),) if page.scores else ())


def _values(query: Query, hit: Hit, page: Page) -> tuple[Any, ...]:
    values = {"id": hit.stored.id, "lastUpdated": hit.stored.updated, "score": page.scores.get(hit.stored.rid)}
    return tuple(values[sort.kind] for sort in _sorts(query, page))


async def _around(
    store: Store, conn: Connection, queries: list[Query], matches: list[Hit], visibility: Visibility
) -> list[Hit]:
    """What the matches bring along, each once."""
    found: dict[int, Hit] = {}
    for query in queries:
        near = [hit for hit in matches if hit.stored.type == query.type]
        if near and (query.include or query.revinclude):
            found |= {hit.stored.rid: hit for hit in await includes(store, conn, query, near, visibility)}
    for hit in matches:
        found.pop(hit.stored.rid, None)
    return list(found.values())
