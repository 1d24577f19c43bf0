"""A page of a search: matches in order, what they include, the total when asked for, and where the next page begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from osler.core.errors import Forbidden
from osler.fhir.search.query import Query
from osler.store import visible
from osler.store.pool import Connection
from osler.store.search import full_text
from osler.store.search.gather import Fetched, gathered, sorted_here
from osler.store.search.hits import Hit, hits
from osler.store.search.include import includes
from osler.store.search.order import Cursor, decode_cursor, encode_cursor, in_python, sides, simple_column
from osler.store.search.units import converts
from osler.store.search.walk import walked
from osler.store.search.where import count_of
from osler.store.visibility import Rule, Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

DEFAULT_COUNT, MAX_COUNT = 50, 1000


@dataclass(slots=True)
class Page:
    """`total` is None when it was not asked for and is not known for free. `next` is None on the last page, `previous` on the
    first and where it is not known whether there is one."""

    matches: list[Hit] = field(default_factory=list[Hit])
    included: list[Hit] = field(default_factory=list[Hit])
    total: int | None = None
    next: str | None = None
    previous: str | None = None
    scores: dict[int, Decimal] = field(default_factory=dict[int, Decimal])
    """How well a match fits a full-text search, by row id."""


async def search(store: Store, conn: Connection, query: Query, visibility: Visibility) -> Page:
    """Answers a query for one reader. Raises Forbidden when no rule lets the reader search this type by these parameters."""
    rules = _rules(query, visibility)
    page = Page()
    await _prepared(store, conn, query)
    if query.count != 0 and query.summary != "count":
        await _matches(store, conn, query, visibility, rules, page)
        if query.include or query.revinclude:
            page.included = await includes(store, conn, query, page.matches, visibility)
    else:
        page.total = await count(store, conn, query, visibility)
    if query.total in ("accurate", "estimate") and page.total is None:
        page.total = await count(store, conn, query, visibility)
    return page


async def _prepared(store: Store, conn: Connection, query: Query) -> None:
    """What a search has to know of the whole database first."""
    from osler.store import custom, reindex

    await reindex.check(store, conn, query)
    await custom.check(store, conn, query)
    if converts(query):
        await store.terms.refresh_units(conn)


def _rules(query: Query, visibility: Visibility) -> list[Rule]:
    rules = visible.rules_for(visibility, "search", query.type, query.used)
    if not rules:
        raise Forbidden(f"Your role may not search {query.type} this way.")
    return rules


async def count(store: Store, conn: Connection, query: Query, visibility: Visibility) -> int:
    """How many resources match, of those the reader may see."""
    rules = _rules(query, visibility)
    await _prepared(store, conn, query)
    query, texts = full_text.split(query)
    if texts:
        return len(await full_text.matching(store, conn, query, texts, visibility, rules))
    return await count_of(store, conn, query, visibility)


async def _matches(
    store: Store, conn: Connection, query: Query, visibility: Visibility, rules: list[Rule], page: Page
) -> None:
    size = min(DEFAULT_COUNT if query.count is None else query.count, MAX_COUNT)
    query, texts = full_text.split(query)
    cursor = decode_cursor(query.cursor, query) if query.cursor else None
    if texts:
        found = await full_text.matching(store, conn, query, texts, visibility, rules)
        rows, values = await full_text.page_of(store, query, found, cursor, size)
        page.scores = {row["rid"]: row["score"] for row in rows}
    elif in_python(query):
        rows, values = await sorted_here(store, conn, query, visibility, rules, cursor, size)
    elif simple_column(query) is not None:
        rows, values = await walked(store, conn, query, visibility, rules, cursor, size)
    else:
        rows, values = await gathered(store, conn, query, visibility, rules, cursor, size)
    if cursor is None and len(rows) <= size:
        page.total = len(rows)
    rows, values = _turn_to(page, rows, values, cursor, size)
    page.matches = await hits(store, rows, rules)


def _turn_to(page: Page, rows: list[Any], values: list[tuple[Any, ...]], cursor: Cursor | None, size: int) -> Fetched:
    """The rows of the page in order, of those fetched, of which there is one more when they go on; and where the pages
    beside it begin."""
    back = cursor is not None and cursor.back
    after, before = sides(goes_on=len(rows) > size, back=back, is_first=cursor is None)
    rows, values = rows[:size], values[:size]
    if back:
        rows, values = rows[::-1], values[::-1]
    if rows and after:
        page.next = encode_cursor(values[-1], rows[-1]["rid"])
    if rows and before:
        page.previous = encode_cursor(values[0], rows[0]["rid"], back=True)
    return rows, values
