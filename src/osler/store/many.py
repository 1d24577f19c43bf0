"""Writing many resources in one transaction: all targets checked at once, new rows by COPY, a table at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from osler.core.errors import Fault, Forbidden, Invalid
from osler.store import visible
from osler.store.copying import COLUMNS, SIDES, encoded
from osler.store.following import follow, follow_each_other, followers_among, hold_followed
from osler.store.pool import Connection
from osler.store.rows import Row
from osler.store.sql import Sql
from osler.store.stored import Stored
from osler.store.visibility import Interaction, Visibility
from osler.store.write import prepare, replace, unpack

if TYPE_CHECKING:
    from osler.store.store import Store

Item = TypeVar("Item")
BREATH = 32
"""Resources indexed before other requests get a turn on the event loop."""


@dataclass(slots=True)
class Draft:
    """One resource to be written: its id is settled and its references are final."""

    resource: dict[str, Any]
    """Not looked at when its row is given."""
    id: str
    current: Stored | None = None
    """The locked version it replaces; None for a new resource."""
    place: str = ""
    """Where it stands in its bundle, for error paths: `Bundle.entry[3].resource`."""
    row: Row | None = None
    """The row of a new resource, when it was made before (`store.elsewhere`)."""


async def lock_all(store: Store, conn: Connection, wanted: Iterable[tuple[str, str]], visibility: Visibility,
                   interaction: Interaction, *, to_read: bool = False) -> dict[tuple[str, str], Stored]:  # fmt: skip
    """Locks those of the (type, id) that are there and visible, in one order for everybody. As `write.lock`."""
    by_self = {store.hasher.self_of(*each): each for each in wanted}
    locked: dict[tuple[str, str], Stored] = {}
    for type_ in sorted({type_ for type_, _ in by_self.values()}):
        selfs = sorted(s for s, each in by_self.items() if each[0] == type_)
        sql = Sql()
        readable = visible.predicate(store, sql, visibility, "read", type_)
        allowed = visible.predicate(store, sql, visibility, interaction, type_)
        rows = await conn.fetch(
            f"SELECT r.self, r.id, r.rid, r.ver, r.upd, r.deleted, r.body, {readable} AS readable, {allowed} AS allowed FROM resource r"
            f" WHERE r.self = ANY ({sql.arg(selfs, 'bigint[]')}) ORDER BY r.self FOR UPDATE", *sql.args
        )  # fmt: skip
        for row in rows:
            if not row["allowed"]:
                if row["readable"]:
                    raise Forbidden(f"Your role may not {interaction} this {type_}.")
                continue
            if to_read and not row["readable"]:
                continue
            body = b"" if row["deleted"] else await unpack(store, row["body"])
            locked[type_, row["id"]] = Stored(
                type_, row["id"], row["ver"], row["upd"], body, row["deleted"], row["rid"]
            )
    return locked


async def present(store: Store, conn: Connection, selfs: set[int]) -> set[int]:
    """Which of these resources are there, alive."""
    rows = await conn.fetch("SELECT self FROM resource WHERE self = ANY ($1) AND NOT deleted", list(selfs))
    return {row["self"] for row in rows}


async def in_turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The items, with a turn for other requests after every few."""
    for n, item in enumerate(items, 1):
        yield item
        if n % BREATH == 0:
            await asyncio.sleep(0)


async def prepare_all(store: Store, drafts: list[Draft], updated: datetime) -> list[Row]:
    """The rows of all drafts. Long: other requests get turns in between."""
    fresh = iter(await store.take_rids(sum(draft.current is None and draft.row is None for draft in drafts)))
    rows: list[Row] = []
    async for draft in in_turns(drafts):
        if draft.row is not None and draft.current is None:
            rows.append(draft.row)
            continue
        current = draft.current
        rid, version = (current.rid, current.version + 1) if current else (next(fresh), 1)
        # Who waited for a lock has an older present than whoever held it.
        at = max(updated, current.updated) if current else updated
        rows.append(await prepare(store, draft.resource, id_=draft.id, version=version, updated=at, rid=rid))
    return rows


async def write_all(
    store: Store, conn: Connection, drafts: list[Draft], rows: list[Row], visibility: Visibility
) -> None:
    """Writes every row of `prepare_all`. Raises Invalid for references to what is not there, Forbidden for rows the rules do not allow."""
    allowed: set[tuple[Interaction, str]] = set()
    for row, draft in zip(rows, drafts, strict=True):
        interaction: Interaction = "update" if draft.current else "create"
        if (interaction, row.type) in allowed:
            continue
        if not visible.rules_for(visibility, interaction, row.type):
            raise Forbidden(f"Your role may not {interaction} {row.type}.", path=draft.place)
        allowed.add((interaction, row.type))
    own = {row.self for row in rows}
    await _check_targets(store, conn, drafts, rows, own, visibility)
    new = [row for row, draft in zip(rows, drafts, strict=True) if draft.current is None]
    await copy_rows(store, conn, new)
    for row, draft in zip(rows, drafts, strict=True):
        if draft.current is not None:
            row.targets = []
            await replace(store, conn, row, visibility)
    await _check_created(store, conn, new, visibility)


async def _check_targets(
    store: Store, conn: Connection, drafts: list[Draft], rows: list[Row], own: set[int], visibility: Visibility
) -> None:
    targets = sorted({target for row in rows for target in row.targets} - own)
    if not targets:
        return
    await hold_followed(store, conn, rows, own)
    await conn.execute("SELECT lock_targets($1)", targets)
    sql = Sql()
    chosen = f"r.self = ANY ({sql.arg(targets, 'bigint[]')})"
    may = visible.predicate(store, sql, visibility, "read", None)
    found = await conn.fetch(f"SELECT r.self FROM resource r WHERE {chosen} AND NOT r.deleted AND {may}", *sql.args)
    missing = set(targets) - {row["self"] for row in found}
    if missing:
        places = [
            draft.place or row.type for draft, row in zip(drafts, rows, strict=True) if missing & set(row.targets)
        ]
        message = "A resource that this one refers to is not there; add it to the bundle, create it first, or mend the reference."
        raise Invalid(message, faults=tuple(Fault(message, place, "not-found") for place in places))


async def copy_rows(store: Store, conn: Connection, rows: list[Row]) -> None:
    """Bulk insert of new rows and everything that indexes them; the caller has checked their targets."""
    await store.learn_phrases(phrase for row in rows for phrase in row.phrases)
    followers = followers_among(store, rows)
    following = {row.rid for row in followers}
    new = {row.rid: row.copied or encoded(row) for row in rows if row.rid not in following}
    await conn.copy_encoded("resource", COLUMNS, (each[0] for each in new.values()))
    await follow(store, conn, followers)
    late = {row.rid: encoded(row) for row in followers}
    await conn.copy_encoded("resource", COLUMNS, (each[0] for each in late.values()))
    new |= late
    for place, (table, columns) in enumerate(SIDES, 1):
        await conn.copy_encoded(table, columns, (new[row.rid][place] for row in rows))
    await follow_each_other(store, conn, followers)


async def _check_created(store: Store, conn: Connection, rows: list[Row], visibility: Visibility) -> None:
    for type_ in sorted({row.type for row in rows}):
        sql = Sql()
        allowed = visible.predicate(store, sql, visibility, "create", type_)
        if allowed == visible.TRUE:
            continue
        rids = [row.rid for row in rows if row.type == type_]
        chosen = f"r.type = {sql.arg(store.type_id(type_), 'smallint')} AND r.rid = ANY ({sql.arg(rids, 'bigint[]')})"
        count = await conn.fetchval(f"SELECT count(*) FROM resource r WHERE {chosen} AND {allowed}", *sql.args)
        if count < len(rids):
            raise Forbidden(f"Your role may not create this {type_}: it is outside what you may write.")
