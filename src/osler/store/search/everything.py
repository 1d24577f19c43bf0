"""`$everything` of one patient (R4 patient-operation-everything.html): first the Patient's compartment, then what it
refers to outside it (practitioners, medications, places), each resource once, page by page in the order of row ids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from osler.core.errors import Invalid
from osler.store import visible
from osler.store.pool import Connection
from osler.store.read import mask_column
from osler.store.search.hits import Hit, hits
from osler.store.sql import Sql
from osler.store.visibility import Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

_OWN, _AROUND = "o", "a"


@dataclass(frozen=True, slots=True)
class Everything:
    """What of a patient's record is wanted. Times are aware; `lo` and `hi` bound the clinical date, `since` the change."""

    patient: str
    types: tuple[str, ...] = ()
    since: datetime | None = None
    lo: datetime | None = None
    hi: datetime | None = None
    cursor: str = ""
    limit: int = 1000
    around: bool = True
    """Also what the compartment refers to outside itself."""


async def everything(
    store: Store, conn: Connection, wanted: Everything, visibility: Visibility
) -> tuple[list[Hit], str | None]:
    """A page and where the next begins, None at the end. The last page of the compartment may be short or empty."""
    part, after = _place(wanted.cursor)
    rows, rules = await _page(store, conn, wanted, visibility, part, after)
    following = f"{part}{rows[wanted.limit - 1]['rid']}" if len(rows) > wanted.limit else None
    found = await hits(store, rows[: wanted.limit], rules)
    if following is None and part == _OWN and wanted.around and not any(rule.hidden for rule in rules):
        # A reader who does not see every element must not learn what the hidden ones refer to.
        following = f"{_AROUND}0"
        if len(found) < wanted.limit:
            rest = replace(wanted, cursor=following, limit=wanted.limit - len(found))
            more, following = await everything(store, conn, rest, visibility)
            found += more
    return found, following


def _place(cursor: str) -> tuple[str, int]:
    if not cursor:
        return _OWN, 0
    if cursor[0] not in (_OWN, _AROUND) or not (cursor[1:].isascii() and cursor[1:].isdigit() and len(cursor) < 20):
        raise Invalid("_cursor is not one that a next link gave.", path="_cursor")
    return cursor[0], int(cursor[1:])


async def _page(
    store: Store, conn: Connection, wanted: Everything, visibility: Visibility, part: str, after: int
) -> tuple[list[Any], Any]:
    sql = Sql()
    patient = sql.arg(store.hasher.self_of("Patient", wanted.patient), "bigint")
    may = visible.predicate(store, sql, visibility, "search", None)
    rules = visible.rules_for(visibility, "search", None)
    if part == _OWN:
        chosen = _own(patient, "r")
    else:
        own = f"SELECT o.rid FROM resource o WHERE {_own(patient, 'o')} AND NOT o.deleted AND "
        own += visible.predicate(store, sql, visibility, "search", None, row="o")
        targets = f"SELECT DISTINCT f.target FROM refs f WHERE f.src = ANY (ARRAY({own}))"
        elsewhere = f"r.pat IS NULL AND (r.pats IS NULL OR {patient} <> ALL (r.pats))"
        chosen = f"{elsewhere} AND r.self = ANY (ARRAY({targets}))"
    limits = _limits(store, sql, wanted, dated=part == _OWN)
    rows = await conn.fetch(
        f"SELECT r.rid, r.id, r.type, r.ver, r.upd, r.body, {mask_column(store, sql, rules, None)} AS mask FROM resource r"
        f" WHERE {chosen} AND NOT r.deleted AND r.rid > {sql.arg(after, 'bigint')} AND {may}{limits}"
        f" ORDER BY r.rid LIMIT {sql.arg(wanted.limit + 1, 'bigint')}", *sql.args
    )  # fmt: skip
    return rows, rules


def _own(patient: str, row: str) -> str:
    return f"({row}.pat = {patient} OR {row}.pats @> ARRAY[{patient}])"


def _limits(store: Store, sql: Sql, wanted: Everything, *, dated: bool) -> str:
    """What has no clinical date is in every span of time."""
    parts = [""]
    if wanted.types:
        parts.append(f"r.type = ANY ({sql.arg([store.type_id(each) for each in wanted.types], 'smallint[]')})")
    if wanted.since is not None:
        parts.append(f"r.upd >= {sql.arg(wanted.since, 'timestamptz')}")
    if dated and wanted.lo is not None:
        parts.append(f"r.d_hi > {sql.arg(wanted.lo, 'timestamptz')}")
    if dated and wanted.hi is not None:
        parts.append(f"r.d_lo < {sql.arg(wanted.hi, 'timestamptz')}")
    return " AND ".join(parts)
