"""`_text` and `_content`: read from the bodies of what all other criteria leave, at most MAX_SORTED of them.

An index of every word would be a quarter of the record again; the price is that a full-text search has to be narrow.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from osler.core.errors import TooCostly
from osler.fhir import json
from osler.fhir.search.query import FullText, Query, Sort
from osler.fhir.search.words import score
from osler.store.many import in_turns
from osler.store.pool import Connection
from osler.store.search.order import Cursor
from osler.store.search.python_sort import sorted_page
from osler.store.search.where import MAX_SORTED, all_matches, count_of
from osler.store.visibility import Rule, Visibility
from osler.store.write import beside, unpack

if TYPE_CHECKING:
    from osler.store.store import Store


def split(query: Query) -> tuple[Query, tuple[FullText, ...]]:
    """The query without its full-text criteria, and those; sorted by score when by nothing else."""
    texts = tuple(criterion for criterion in query.where if isinstance(criterion, FullText))
    if not texts:
        return query, ()
    rest = tuple(criterion for criterion in query.where if not isinstance(criterion, FullText))
    return replace(query, where=rest, sort=query.sort or (Sort("_score", "score", descending=True),)), texts


async def matching(store: Store, conn: Connection, query: Query, texts: tuple[FullText, ...], visibility: Visibility,
                   rules: list[Rule]) -> list[dict[str, Any]]:  # fmt: skip
    """The rows that match it all, each with its `score`. Raises TooCostly when there is too much to read."""
    rows = await all_matches(store, conn, query, visibility, rules, _too_many())
    found: list[dict[str, Any]] = []
    async for row in in_turns(rows):
        body = await unpack(store, row["body"])
        scores = await beside(body, partial(_scores, body, texts))
        if None not in scores:
            found.append({**row, "score": max((each for each in scores if each is not None), default=Decimal(0))})
    return found


def _scores(body: bytes, texts: tuple[FullText, ...]) -> list[Decimal | None]:
    resource = json.decode(body)
    return [score(resource, text) for text in texts]


async def check_readable(store: Store, conn: Connection, queries: list[Query], visibility: Visibility) -> None:
    """Raises TooCostly, before anything is read, when the queries together leave more than one search may read."""
    left = MAX_SORTED
    for query in [query for query, texts in map(split, queries) if texts]:
        left -= await count_of(store, conn, query, visibility, left + 1)
        if left < 0:
            raise _too_many()


def _too_many() -> TooCostly:
    message = f"More than {MAX_SORTED:,} resources would have to be read; narrow the search by a patient, code or date."
    return TooCostly(message, path="_content")


async def page_of(store: Store, query: Query, rows: list[dict[str, Any]], cursor: Cursor | None,
                  size: int) -> tuple[list[Any], list[tuple[Any, ...]]]:  # fmt: skip
    return await sorted_page(store, query, rows, cursor, size + 1)
