"""`_include` and `_revinclude`: what the matches point at, and what points at them; each resource once, each only if visible.

A reference that a reader's rules hide leads nowhere: from a match whose reference element is hidden nothing is included, and a
resource comes in by `_revinclude` only if a rule that shows its reference opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from osler.core.errors import TooCostly, Unsupported
from osler.fhir.definitions import definitions
from osler.fhir.search.parse.results import ANY
from osler.fhir.search.query import Include, Query
from osler.store import terms, visible
from osler.store.derived import is_subject, sources
from osler.store.pool import Connection
from osler.store.read import mask_column
from osler.store.search.build import Build
from osler.store.search.hits import Hit, hits
from osler.store.visibility import Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

MAX_INCLUDED = 10_000
MOST_ROUNDS = 50
"""How often `:iterate` goes on from what it has found."""


@dataclass(slots=True)
class _Around:
    """What is being included, around which matches."""

    store: Store
    conn: Connection
    visibility: Visibility
    matches: list[Hit]
    found: dict[int, Hit]


async def includes(
    store: Store, conn: Connection, query: Query, matches: list[Hit], visibility: Visibility
) -> list[Hit]:
    """Everything the query includes around its matches, matches themselves left out. Raises TooCostly above MAX_INCLUDED."""
    around = _Around(store, conn, visibility, matches, {})
    near, again = matches, False
    for _ in range(MOST_ROUNDS):
        if not near:
            break
        known = set(around.found)
        for include in query.include:
            for codes in _groups(include, visibility) if include.iterate or not again else ():
                await _forward(around, include, codes, near)
        for include in query.revinclude:
            for codes in _groups(include, visibility) if include.iterate or not again else ():
                await _backward(around, include, codes, near)
        matched = {each.stored.rid for each in matches}
        near = [hit for rid, hit in around.found.items() if rid not in known and rid not in matched]
        again = True
        if not any(include.iterate for include in (*query.include, *query.revinclude)):
            break
    else:
        raise TooCostly(f"What is included leads further than {MOST_ROUNDS} steps.", path="_include")
    for each in matches:
        around.found.pop(each.stored.rid, None)
    return list(around.found.values())


def _groups(include: Include, visibility: Visibility) -> list[list[str]]:
    """The reference parameters to follow, together; one by one when some element may be hidden."""
    codes = [include.param]
    if include.source == ANY:
        if any(rule.hidden for rule in visibility.rules):
            raise Unsupported("Some elements are not shown to you; name the types and references to include.")
        return [[]]
    if include.param == "*":
        params = definitions().search_params(include.source).values()
        codes = [param.code for param in params if param.type == "reference"]
    if any(rule.hidden for rule in visibility.rules):
        return [[code] for code in codes]
    return [codes]


def _ids(store: Store, type_: str, codes: list[str]) -> list[int]:
    stored = sorted({source for code in codes for source in sources(type_, code)})
    return [id_ for code in stored if (id_ := store.terms.find(terms.PARAM, f"{type_}.{code}")) is not None]


def _target_types(store: Store, include: Include, codes: list[str]) -> set[str]:
    if include.target:
        return {include.target}
    params = definitions().search_params(include.source)
    found: set[str] = set()
    for code in codes:
        own = store.custom.params.find(include.source, code)
        param = params.get(code) or (own.param if own else None)
        found.update((param.targets if param else ()) or definitions().resource_types)
    return found


async def _forward(around: _Around, include: Include, codes: list[str], near_hits: list[Hit]) -> None:
    if include.source == ANY:
        return await _forward_all(around, near_hits)
    used = frozenset(f"{include.source}.{code}" for code in codes)
    rids = [each.stored.rid for each in near_hits if not visible.touches(used, each.hidden)]
    build = Build(around.store, around.visibility)
    near = build.sql.arg(rids, "bigint[]")
    param = build.sql.arg(_ids(around.store, include.source, codes), "integer[]")
    targets = f"SELECT f.target FROM refs f WHERE f.src = ANY ({near}) AND f.param = ANY ({param})"
    if any(is_subject(include.source, code) for code in codes):
        matched = f"m.type = {build.type(include.source)} AND m.rid = ANY ({near})"
        targets += f" UNION ALL SELECT m.pat FROM resource m WHERE {matched}"
    types = sorted(around.store.type_id(target) for target in _target_types(around.store, include, codes))
    chosen = f"r.self = ANY (ARRAY({targets})) AND arrayoverlap(ARRAY[r.type], {build.sql.arg(types, 'smallint[]')})"
    return await _fetch(around, build, chosen, include.target, frozenset())


async def _forward_all(around: _Around, near_hits: list[Hit]) -> None:
    """`*`: whatever any parameter of any type points at."""
    build = Build(around.store, around.visibility)
    near = build.sql.arg([each.stored.rid for each in near_hits], "bigint[]")
    types = sorted({around.store.type_id(each.stored.type) for each in near_hits})
    targets = f"SELECT f.target FROM refs f WHERE f.src = ANY ({near}) AND f.param <> 0"
    matched = f"m.type = ANY ({build.sql.arg(types, 'smallint[]')}) AND m.rid = ANY ({near})"
    targets += f" UNION ALL SELECT m.pat FROM resource m WHERE {matched} AND m.pat <> m.self"
    await _fetch(around, build, f"r.self = ANY (ARRAY({targets}))", None, frozenset())


async def _backward_all(around: _Around, near_hits: list[Hit]) -> None:
    """`*`: whatever points here by any parameter of its type."""
    build = Build(around.store, around.visibility)
    selves = [around.store.hasher.self_of(each.stored.type, each.stored.id) for each in near_hits]
    near = build.sql.arg(selves, "bigint[]")
    sources = f"SELECT f.src FROM refs f WHERE f.target = ANY ({near}) AND f.param <> 0"
    chosen = f"(r.rid = ANY (ARRAY({sources})) OR r.pat = ANY ({near}) AND r.pat <> r.self)"
    await _fetch(around, build, chosen, None, frozenset())


async def _backward(around: _Around, include: Include, codes: list[str], near_hits: list[Hit]) -> None:
    if include.source == ANY:
        return await _backward_all(around, near_hits)
    used = frozenset(f"{include.source}.{code}" for code in codes)
    build = Build(around.store, around.visibility)
    ends = [each.stored for each in near_hits if include.target in (None, each.stored.type)]
    near = build.sql.arg([around.store.hasher.self_of(each.type, each.id) for each in ends], "bigint[]")
    ways: list[str] = []
    if any(is_subject(include.source, code) for code in codes):
        ways.append(f"r.pat = ANY ({near})")
    if ids := _ids(around.store, include.source, [code for code in codes if not _only_patients(include.source, code)]):
        link = f"f.target = ANY ({near}) AND f.param = ANY ({build.sql.arg(ids, 'integer[]')})"
        ways.append(f"r.rid = ANY (ARRAY(SELECT f.src FROM refs f WHERE {link}))")
    if not ways:
        return None
    chosen = f"r.type = {build.type(include.source)} AND ({' OR '.join(ways)})"
    return await _fetch(around, build, chosen, include.source, used)


def _only_patients(type_: str, code: str) -> bool:
    """Whether all that this parameter reads is in `pat`, and nothing of it in `refs`."""
    return is_subject(type_, code) and definitions().search_params(type_)[code].targets == ("Patient",)


async def _fetch(around: _Around, build: Build, chosen: str, type_: str | None, used: frozenset[str]) -> None:
    store = around.store
    may = visible.predicate(store, build.sql, around.visibility, "search", type_, used=used)
    rules = visible.rules_for(around.visibility, "search", type_, used)
    mask = mask_column(store, build.sql, rules, type_)
    rows: list[Any] = await around.conn.fetch(
        f"SELECT r.rid, r.id, r.ver, r.upd, r.type, r.body, {mask} AS mask FROM resource r"
        f" WHERE {chosen} AND NOT r.deleted AND {may} LIMIT {MAX_INCLUDED + 1}", *build.sql.args
    )  # fmt: skip
    fresh = [row for row in rows if row["rid"] not in around.found]
    around.found.update((each.stored.rid, each) for each in await hits(store, fresh, rules))
    if len(around.found) > MAX_INCLUDED:
        message = f"More than {MAX_INCLUDED:,} resources would be included; ask for fewer matches."
        raise TooCostly(message, path="_include")
