"""`_include` and `_revinclude`: what the matches point at, and what points at them; each resource once, each only if visible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osler.core.errors import TooCostly
from osler.fhir.definitions import definitions
from osler.fhir.search.query import Include, Query
from osler.store import terms, visible
from osler.store.derived import sources
from osler.store.pool import Connection
from osler.store.read import mask_column
from osler.store.search.build import Build
from osler.store.visibility import Visibility

if TYPE_CHECKING:
    from osler.store.search.page import Hit, Page
    from osler.store.store import Store

MAX_INCLUDED = 10_000


async def includes(store: Store, conn: Connection, query: Query, page: Page, visibility: Visibility) -> list[Hit]:
    """Everything the query includes around the page's matches, matches themselves left out. Raises TooCostly above MAX_INCLUDED."""
    rids = [hit.stored.rid for hit in page.matches]
    found: dict[int, Hit] = {}
    if not rids:
        return []
    for include in query.include:
        await _add(store, conn, visibility, found, rids, include, forward=True, matched=query.type)
    for include in query.revinclude:
        selves = [store.hasher.self_of(hit.stored.type, hit.stored.id) for hit in page.matches]
        await _add(store, conn, visibility, found, selves, include, forward=False, matched=query.type)
    for rid in rids:
        found.pop(rid, None)
    return list(found.values())


def _params(store: Store, include: Include) -> list[int]:
    if include.param == "*":
        all_params = definitions().search_params(include.source).values()
        codes = [param.code for param in all_params if param.type == "reference"]
    else:
        codes = [include.param]
    stored = {source for code in codes for source in sources(include.source, code)}
    return [
        found
        for code in sorted(stored)
        if (found := store.terms.find(terms.PARAM, f"{include.source}.{code}")) is not None
    ]


def _targets(store: Store, include: Include) -> list[int]:
    targets = definitions().search_params(include.source)[include.param].targets or definitions().resource_types
    return [store.type_id(each) for each in ((include.target,) if include.target else sorted(targets))]


async def _add(store: Store, conn: Connection, visibility: Visibility, found: dict[int, Hit], around: list[int], include: Include, *,
               forward: bool, matched: str) -> None:  # fmt: skip
    from osler.store.search.page import hit

    type_ = include.target if forward else include.source
    used = frozenset() if include.param == "*" else frozenset((f"{include.source}.{include.param}",))
    build = Build(store, visibility, used)
    link = f"f.param = ANY ({build.sql.arg(_params(store, include), 'integer[]')})"
    near = build.sql.arg(around, "bigint[]")
    if forward:
        chosen = f"r.self = ANY (ARRAY(SELECT f.target FROM refs f WHERE f.src = ANY ({near}) AND {link}))"
    else:
        chosen = f"r.type = {build.type(include.source)} AND r.rid = ANY (ARRAY(SELECT f.src FROM refs f WHERE f.target = ANY ({near}) AND {link}))"
    if forward and include.param != "*":
        chosen += f" AND r.type = ANY ({build.sql.arg(_targets(store, include), 'smallint[]')})"
    may = visible.predicate(store, build.sql, visibility, "search", type_, used=used)
    rules = visible.rules_for(visibility, "search", type_, used)
    mask = mask_column(store, build.sql, rules, type_)
    rows: list[Any] = await conn.fetch(
        f"SELECT r.rid, r.id, r.ver, r.upd, r.type, r.body, {mask} AS mask FROM resource r"
        f" WHERE {chosen} AND NOT r.deleted AND {may} LIMIT {MAX_INCLUDED + 1}", *build.sql.args
    )  # fmt: skip
    if len(rows) + len(found) > MAX_INCLUDED:
        raise TooCostly(
            f"More than {MAX_INCLUDED:,} resources would be included; ask for fewer matches.", path="_include"
        )
    for row in rows:
        if row["rid"] not in found:
            found[row["rid"]] = await hit(store, store.type_name(row["type"]), row, rules)
