"""Reading one resource: the current version, an earlier one, its history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from osler.core.errors import Gone, NotFound
from osler.store import visible
from osler.store.pool import Connection
from osler.store.sql import Sql
from osler.store.stored import Stored
from osler.store.visibility import Interaction, Rule, Visibility
from osler.store.write import unpack

if TYPE_CHECKING:
    from osler.store.store import Store


Span = tuple[datetime, datetime]


def mask_column(store: Store, sql: Sql, rules: list[Rule], type_: str | None, row: str = "r") -> str:
    """SQL column `mask`: which of the rules open the row. Only asked for when one of them hides something."""
    if any(rule.hidden for rule in rules):
        return visible.opened_by(store, sql, rules, type_, row=row)
    return "0::bigint"


def hidden_paths(rules: list[Rule], mask: int) -> frozenset[str]:
    """Element paths that every rule which opens the row hides."""
    opening = [rule.hidden for n, rule in enumerate(rules) if mask >> n & 1]
    return opening[0].intersection(*opening[1:]) if opening else frozenset()


async def find_current(store: Store, conn: Connection, type_: str, id_: str, visibility: Visibility,
                       interaction: Interaction = "read") -> tuple[Stored, frozenset[str]] | None:  # fmt: skip
    """The current version (deleted ones too, with an empty body) and the element paths to hide, or None."""
    if type_ not in store.types:
        return None
    sql = Sql()
    self_ = sql.arg(store.hasher.self_of(type_, id_), "bigint")
    rules = visible.rules_for(visibility, interaction, type_)
    may = visible.predicate(store, sql, visibility, interaction, type_)
    mask = mask_column(store, sql, rules, type_)
    row = await conn.fetchrow(
        f"SELECT r.rid, r.ver, r.upd, r.deleted, r.body, r.id, r.pat, {mask} AS mask FROM resource r WHERE r.self = {self_} AND {may}",
        *sql.args,
    )
    if row is None or row["id"] != id_:
        return None
    body = b"" if row["deleted"] else await unpack(store, row["body"])
    stored = Stored(type_, id_, row["ver"], row["upd"], body, row["deleted"], row["rid"], patient=row["pat"] or 0)
    return stored, hidden_paths(rules, row["mask"])


def need_alive(found: tuple[Stored, frozenset[str]] | None, type_: str) -> tuple[Stored, frozenset[str]]:
    """Raises NotFound, or Gone for a resource that this reader could have read."""
    if found is None:
        raise NotFound(f"There is no {type_} with that id.")
    if found[0].deleted:
        raise Gone(f"This {type_} was deleted.")
    return found


_VERSIONS = """
SELECT r.rid, r.ver, r.upd AS at, r.deleted, r.body, r.id, r.type, r.pat, r.pats, r.org, r.lab, r.tok FROM resource r WHERE r.self = {self}
UNION ALL
SELECT h.rid, h.ver, h.at, h.deleted, h.body, h.id, h.type, h.pat, h.pats, h.org, h.lab, h.tok
FROM history h WHERE h.rid = (SELECT rid FROM resource WHERE self = {self})
"""


async def find_version(store: Store, conn: Connection, type_: str, id_: str, version: int,
                       visibility: Visibility) -> tuple[Stored, frozenset[str]] | None:  # fmt: skip
    """One version by number, under the policy columns that version had."""
    sql = Sql()
    self_ = sql.arg(store.hasher.self_of(type_, id_), "bigint")
    found = await _versions(store, conn, sql, self_, type_, visibility, f"r.ver = {sql.arg(version, 'integer')}", "")
    return found[0] if found else None


async def list_versions(store: Store, conn: Connection, type_: str, id_: str, visibility: Visibility, *, since: Any = None,
                        before: int | None = None, limit: int = 100, at: Span | None = None) -> list[tuple[Stored, frozenset[str]]]:  # fmt: skip
    """Versions newest first: changed at or after `since`, with a number below `before`, current at some time of `at`."""
    sql = Sql()
    self_ = sql.arg(store.hasher.self_of(type_, id_), "bigint")
    wanted = "true"
    if since is not None:
        wanted += f" AND r.at >= {sql.arg(since, 'timestamptz')}"
    if before is not None:
        wanted += f" AND r.ver < {sql.arg(before, 'bigint')}"
    if at is not None:
        wanted += _current_at(sql, at)
    return await _versions(
        store, conn, sql, self_, type_, visibility, wanted, f"ORDER BY r.ver DESC LIMIT {sql.arg(limit, 'bigint')}"
    )


def _current_at(sql: Sql, at: Span) -> str:
    """Alias r began before the span ends, and what came after it, if anything, not before the span begins."""
    after = (
        "SELECT x.upd FROM resource x WHERE x.type = r.type AND x.rid = r.rid AND x.ver = r.ver + 1"
        " UNION ALL SELECT y.at FROM history y WHERE y.rid = r.rid AND y.ver = r.ver + 1"
    )
    lo, hi = sql.arg(at[0], "timestamptz"), sql.arg(at[1], "timestamptz")
    return f" AND r.at < {hi} AND coalesce(({after}), 'infinity') > {lo}"


async def _versions(store: Store, conn: Connection, sql: Sql, self_: str, type_: str, visibility: Visibility, wanted: str,
                    order: str) -> list[tuple[Stored, frozenset[str]]]:  # fmt: skip
    rules = visible.rules_for(visibility, "history", type_)
    may = visible.predicate(store, sql, visibility, "history", type_)
    mask = mask_column(store, sql, rules, type_)
    rows = await conn.fetch(
        f"SELECT r.*, {mask} AS mask FROM ({_VERSIONS.format(self=self_)}) r WHERE {wanted} AND {may} {order}",
        *sql.args,
    )
    return [await _version(store, row, rules) for row in rows]


async def _version(store: Store, row: Any, rules: list[Rule]) -> tuple[Stored, frozenset[str]]:
    body = b"" if row["deleted"] else await unpack(store, row["body"])
    op = "d" if row["deleted"] else "c" if row["ver"] == 1 else "u"
    stored = Stored(
        store.type_name(row["type"]),
        row["id"],
        row["ver"],
        row["at"],
        body,
        row["deleted"],
        row["rid"],
        op,
        row["pat"] or 0,
    )
    return stored, hidden_paths(rules, row["mask"])


async def list_all(store: Store, type_: str, *, page: int = 500) -> AsyncIterator[Stored]:
    """Every current resource of a type in row order, a page of rows at a time. For maintenance: no policy is applied."""
    after = -1
    while True:
        async with store.pool.connection() as conn:
            rows = await conn.fetch(
                "SELECT rid, id, ver, upd, body FROM resource WHERE type = $1 AND rid > $2 AND NOT deleted ORDER BY rid LIMIT $3",
                store.type_id(type_), after, page,
            )  # fmt: skip
        for row in rows:
            body = await unpack(store, row["body"])
            yield Stored(type_, row["id"], row["ver"], row["upd"], body, rid=row["rid"])
        if len(rows) < page:
            return
        after = rows[-1]["rid"]


async def list_changes(store: Store, conn: Connection, type_: str | None, visibility: Visibility, *, since: Any = None,
                       before: int | None = None, limit: int = 100, at: Span | None = None) -> list[tuple[int, Stored, frozenset[str]]]:  # fmt: skip
    """History of a type, or of everything: (change number, version, hidden paths), newest first, below number `before`.

    Only changes that every other transaction can see the order of (below the oldest running one). What is seen and yet
    not begun was written on another server, and restored here from a dump.
    """
    sql = Sql()
    rules = visible.rules_for(visibility, "history", type_)
    may = visible.predicate(store, sql, visibility, "history", type_)
    mask = mask_column(store, sql, rules, type_)
    wanted = "(c.tx < pg_snapshot_xmin(pg_current_snapshot()) OR c.tx >= pg_snapshot_xmax(pg_current_snapshot()))"
    if type_ is not None:
        wanted += f" AND c.type = {sql.arg(store.type_id(type_), 'smallint')}"
    if since is not None:
        wanted += f" AND c.at >= {sql.arg(since, 'timestamptz')}"
    if before is not None:
        wanted += f" AND c.seq < {sql.arg(before, 'bigint')}"
    if at is not None:
        wanted += _current_at(sql, at)
    rows = await conn.fetch(
        "SELECT r.*, c.seq, " + mask + " AS mask FROM change c CROSS JOIN LATERAL ("
        " SELECT x.rid, x.ver, x.upd AS at, x.deleted, x.body, x.id, x.type, x.pat, x.pats, x.org, x.lab, x.tok"
        " FROM resource x WHERE x.type = c.type AND x.rid = c.rid AND x.ver = c.ver"
        " UNION ALL SELECT h.rid, h.ver, h.at, h.deleted, h.body, h.id, h.type, h.pat, h.pats, h.org, h.lab, h.tok"
        " FROM history h WHERE h.rid = c.rid AND h.ver = c.ver) r"
        f" WHERE {wanted} AND {may} ORDER BY c.seq DESC LIMIT {sql.arg(limit, 'bigint')}", *sql.args
    )  # fmt: skip
    return [(row["seq"], *await _version(store, row, rules)) for row in rows]
