"""The first matches whose text begins so, in the order of that text: what somebody types who has not finished typing.

An ordinary search gathers every match before it gives a page, and `de` begins thousands of names. This walks the index
of texts instead and stops as soon as it has enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from osler.core.errors import Forbidden
from osler.fhir.search.partial import NAMED, WORDS, some_word
from osler.fhir.search.query import Criterion, Either, Query, Strings
from osler.fhir.search.values import FURTHER_WORDS
from osler.store import reindex, visible
from osler.store.pool import Connection
from osler.store.read import mask_column
from osler.store.search.build import Build
from osler.store.search.confined import confined
from osler.store.search.estimates import SCAN_ABOVE
from osler.store.search.fences import fence
from osler.store.search.hits import Hit, hits
from osler.store.search.page import search
from osler.store.search.texts import LAST_CHARACTER
from osler.store.search.words import fence_word
from osler.store.visibility import Visibility

if TYPE_CHECKING:
    from osler.store.store import Store


async def beginning(
    store: Store, conn: Connection, query: Query, visibility: Visibility, *,
    param: str, values: Sequence[str], limit: int, words: Mapping[str, int] = MappingProxyType({}),
) -> list[Hit]:  # fmt: skip
    """For each of `values` (normalised) the first `limit` matches of `query` with a text of the string parameter `param`
    that begins so (or of `partial.BEGINNING`; with `WORDS`, with any word of a name that does); each resource once. Of each of
    `words` some word of a name has to begin so, too: they come with how common each is (`words.commonness`). Raises Forbidden
    as a search does, and Unavailable.

    A reader who is confined to few patients gets as many, in no order: for them those patients are the shorter way.
    """
    used = {f"{query.type}.{each.partition(':')[0]}" for each in (param, *(["name"] if words else []))}
    query = replace(query, used=query.used | used)
    rules = visible.rules_for(visibility, "search", query.type, query.used)
    if not rules:
        raise Forbidden(f"Your role may not search {query.type} this way.")
    await reindex.check(store, conn, replace(query, where=(Strings(param, ()), *query.where)))
    if 0 in words.values():
        return []
    few = await confined(store, conn, rules)
    if few is not None and few.rows <= SCAN_ABOVE:
        leading = some_word(*values) if param == WORDS else Strings(param, tuple(values))
        where = (leading, *map(some_word, words), *query.where)
        page = await search(store, conn, replace(query, where=where, count=limit), visibility)
        return page.matches
    build = Build(store, visibility, query)
    walked = _Walk(NAMED if param == WORDS else (param,), list(values), limit, words)
    sql = _statement(build, query, walked, lambda: mask_column(store, build.sql, rules, query.type))
    rows: dict[int, Any] = {}
    for row in await conn.fetch(sql, *build.sql.args):
        rows.setdefault(row["rid"], row)
    return await hits(store, list(rows.values()), rules)


@dataclass(frozen=True, slots=True)
class _Walk:
    """As `beginning` is asked for it."""

    params: tuple[str, ...]
    values: list[str]
    limit: int
    words: Mapping[str, int]


def _statement(build: Build, query: Query, walk: _Walk, mask: Any) -> str:
    """Texts are compared on the index of texts alone; the resource is looked at only where they fit."""
    sql = build.sql
    params = build.param(query.type, *walk.params)
    first = f"unnest({sql.arg(walk.values, 'text[]')}) WITH ORDINALITY AS b (txt, place), unnest({params}) AS p (id)"
    texts = [each for each in query.where if _of_texts(each)]
    met = [
        "w.param = p.id", f"w.comp IN (0, {build.comp(FURTHER_WORDS)})",
        "w.txt >= b.txt", f"w.txt < b.txt || {sql.arg(LAST_CHARACTER, 'text')}",
        *(fence_word(build, query.type, each, "w", rows) for each, rows in sorted(walk.words.items(), key=itemgetter(1))),
        *(fence(build, query.type, each, "w") for each in texts),
    ]  # fmt: skip
    fits = [
        "NOT r.deleted",
        *(fence(build, query.type, each, "r") for each in query.where if each not in texts),
        build.may_see(query.type, "r"),
    ]
    return (
        f"SELECT x.* FROM {first}, LATERAL ("
        f"SELECT w.txt, r.type, r.rid, r.id, r.ver, r.upd, r.body, {mask()} AS mask FROM"
        f" (SELECT w.rid, w.txt FROM strings w WHERE {' AND '.join(met)} ORDER BY w.param, w.txt OFFSET 0) w"
        f" JOIN resource r ON r.type = {build.type(query.type)} AND r.rid = w.rid WHERE {' AND '.join(fits)}"
        f" LIMIT {sql.arg(walk.limit, 'bigint')}) x ORDER BY b.place, x.txt"
    )


def _of_texts(criterion: Criterion) -> bool:
    """Whether it looks at nothing but texts: then it needs the row's number alone."""
    match criterion:
        case Strings():
            return True
        case Either():
            return all(map(_of_texts, criterion.options))
        case _:
            return False
