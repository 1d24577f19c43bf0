"""Writing one resource: create, update, delete. Bundles and bulk loads are beside it and share `prepare`.

Every function that takes a `Connection` runs inside the caller's transaction; the caller answers only after its commit.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg

from osler.core.errors import Fault, Forbidden, Invalid, NotFound, Referenced, VersionConflict
from osler.fhir import json
from osler.fhir.definitions import definitions
from osler.fhir.search.integrity import references_in
from osler.store import visible
from osler.store.pool import Connection
from osler.store.rows import Row, make_row
from osler.store.sql import Sql
from osler.store.stored import Stored
from osler.store.values import values_of
from osler.store.visibility import Interaction, Visibility

if TYPE_CHECKING:
    from osler.store.store import Store

Result = TypeVar("Result")
_MISSING, _REFERENCED = "OS001", "OS002"
CUSTOM = "SearchParameter"
"""Resources of this type change what all others are indexed by."""
_LARGE = 200_000
"""Bytes of a body above which it is looked through beside the event loop: a list of 100,000 names takes seconds."""
_PLACES = ", ".join(f"${n}" for n in range(1, 36))


def stamp(resource: dict[str, Any], id_: str, version: int, updated: datetime) -> dict[str, Any]:
    """A copy with the server's `id`, `meta.versionId` and `meta.lastUpdated`; every other member keeps its place."""
    meta = {**resource.get("meta", {}), "versionId": str(version), "lastUpdated": instant(updated)}
    fresh = {"resourceType": resource["resourceType"], "id": id_, "meta": meta}
    return fresh | {name: value for name, value in resource.items() if name not in fresh}


@lru_cache(maxsize=64)  # a batch has one
def instant(moment: datetime) -> str:
    """`2026-11-21T09:20:00.123Z`."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def prepare(
    store: Store, resource: dict[str, Any], *, id_: str, version: int, updated: datetime, rid: int
) -> Row:
    """Stamps, indexes and packs a resource that has passed the structural checks."""
    whole = stamp(resource, id_, version, updated)
    body = json.encode(whole)
    if b"?" in body:
        _refuse_conditions(whole, body)
    if store.custom.is_stale():
        await store.keep_up()
    store.custom.changed |= whole["resourceType"] == CUSTOM
    index = partial(values_of, store, whole, body)
    values = await beside(body, index)
    await store.intern_names(whole, values)
    return make_row(store, whole, body, values, rid=rid, version=version, updated=updated)


def _refuse_conditions(resource: dict[str, Any], body: bytes) -> None:
    """A transaction has put ids for its conditional references by now (R4 http.html §3.1.0.11.2); anything else has none to put."""
    for reference in references_in(resource, body):
        type_, asked, _ = reference.partition("?")
        if asked and type_ in definitions().resource_types:
            message = f"A reference to {type_} by criteria is for transactions; refer to it by its id."
            raise Invalid(message, path=resource["resourceType"])


async def beside(body: bytes, work: Callable[[], Result]) -> Result:
    """What `work` makes of a body; of a large one in a thread, so that others get their turns."""
    return work() if len(body) < _LARGE else await asyncio.to_thread(work)


def stored(row: Row) -> Stored:
    return Stored(row.type, row.id, row.version, row.updated, row.body, rid=row.rid)


async def insert(
    store: Store, conn: Connection, row: Row, visibility: Visibility, *, also: tuple[str, list[Any]] | None = None
) -> None:
    """Writes a new row. `also` is one more INSERT (the audit row) and its arguments, sent in the same statement.

    Raises Invalid when a referenced resource is not there (or hidden), Forbidden when the rules do not let this row be made.
    """
    await _call(store, conn, "create_resource", row, visibility, "create", also)


async def replace(
    store: Store, conn: Connection, row: Row, visibility: Visibility, *, also: tuple[str, list[Any]] | None = None
) -> None:
    """Writes the next version of a row that `lock` has locked. Raises as `insert`."""
    await _call(store, conn, "replace_resource", row, visibility, "update", also)


async def _call(store: Store, conn: Connection, function: str, row: Row, visibility: Visibility, interaction: Interaction,
                also: tuple[str, list[Any]] | None) -> None:  # fmt: skip
    if not visible.rules_for(visibility, interaction, row.type):
        raise Forbidden(f"Your role may not {interaction} {row.type}.")
    sql = Sql()
    sql.args = row.arguments()
    statement = f"SELECT {function}({_PLACES}, {_seen(store, sql, row, visibility)})"
    if also is not None:
        statement = _with(sql, also) + statement
    await store.learn_phrases(row.phrases)
    try:
        await conn.execute(statement, *sql.args)
    except asyncpg.PostgresError as error:
        conn.broken = True
        if error.sqlstate == _MISSING:
            raise Invalid("A resource that this one refers to is not there.", faults=tuple(_dangling(row))) from None
        raise
    await _check_allowed(store, conn, row, visibility, interaction)


def _seen(store: Store, sql: Sql, row: Row, visibility: Visibility) -> str:
    """How many of the row's targets the writer may see: a hidden target is refused in the words of a missing one."""
    if not row.targets:
        return "0"  # before the predicate, which would leave arguments that nothing uses
    may_see = visible.predicate(store, sql, visibility, "read", None)
    if may_see == visible.TRUE:
        return str(len(row.targets))
    return f"(SELECT count(*) FROM resource r WHERE r.self = ANY (${len(row.arguments())}) AND NOT r.deleted AND {may_see})"


def _with(sql: Sql, also: tuple[str, list[Any]]) -> str:
    insert_sql, args = also
    insert_sql = _renumbered(insert_sql, len(sql.args))
    sql.args.extend(args)
    return f"WITH also AS ({insert_sql}) "


@lru_cache(maxsize=64)
def _renumbered(statement: str, by: int) -> str:
    """The statement with every place moved up: in one pass, so that no new number is taken for an old one."""
    return re.sub(r"\$(\d+)", lambda place: f"${int(place[1]) + by}", statement)


def _dangling(row: Row) -> list[Fault]:
    named = sorted({r.param for r in row.values.references if r.param})
    where = f"{row.type} ({', '.join(named)})" if named else row.type
    return [
        Fault(
            "A resource that this one refers to is not there; create it first or mend the reference.",
            where,
            "not-found",
        )
    ]


async def _check_allowed(
    store: Store, conn: Connection, row: Row, visibility: Visibility, interaction: Interaction
) -> None:
    """The row as written must be one the writer's rules open; asked of the row itself, by the predicate that reads use."""
    sql = Sql()
    allowed = visible.predicate(store, sql, visibility, interaction, row.type)
    if allowed == visible.TRUE:
        return
    if not conn.pg.is_in_transaction():
        raise RuntimeError("a write under a filtered policy needs a transaction")
    found = await conn.fetchval(
        f"SELECT 1 FROM resource r WHERE r.type = {sql.arg(store.type_id(row.type), 'smallint')}"
        f" AND r.rid = {sql.arg(row.rid, 'bigint')} AND {allowed}", *sql.args
    )  # fmt: skip
    if not found:
        raise Forbidden(f"Your role may not {interaction} this {row.type}: it is outside what you may write.")


async def lock(store: Store, conn: Connection, type_: str, id_: str, visibility: Visibility, interaction: Interaction, *,
               to_read: bool = False) -> Stored | None:  # fmt: skip
    """The current version, row-locked until the transaction ends, or None when it is not there or not for this reader.

    `to_read`: its content decides what happens next, so that who may change but not read it does not get it either.
    A deleted resource comes back with `deleted` set and an empty body. Raises Forbidden when it may be read but not this.
    """
    sql = Sql()
    self_ = sql.arg(store.hasher.self_of(type_, id_), "bigint")
    readable = visible.predicate(store, sql, visibility, "read", type_)
    allowed = visible.predicate(store, sql, visibility, interaction, type_)
    row = await conn.fetchrow(
        f"SELECT r.rid, r.ver, r.upd, r.deleted, r.pat, r.body, {readable} AS readable, {allowed} AS allowed"
        f" FROM resource r WHERE r.self = {self_} FOR UPDATE", *sql.args
    )  # fmt: skip
    if row is None or not (row["readable"] or row["allowed"]):
        return None
    if not row["allowed"]:
        raise Forbidden(f"Your role may not {interaction} this {type_}.")
    if to_read and not row["readable"]:
        return None
    body = b"" if row["deleted"] else await unpack(store, row["body"])
    return Stored(type_, id_, row["ver"], row["upd"], body, row["deleted"], row["rid"], patient=row["pat"] or 0)


async def unpack(store: Store, packed: bytes) -> bytes:
    """The JSON text of a packed body, loading a dictionary that another process has made since."""
    if not store.bodies.knows(packed):
        await store.load_dictionaries()
    return store.bodies.unpack(packed)


def check_version(current: Stored, expected: int | None) -> None:
    """`If-Match`. Raises VersionConflict when another version is stored than the one the writer has seen."""
    if expected is not None and (current.version != expected or current.deleted):
        raise VersionConflict(
            f"You changed version {expected}; {current.version} is stored. Read it again and redo the change."
        )


async def erase(store: Store, conn: Connection, locked: list[Stored], updated: datetime) -> list[Stored]:
    """Deletes resources that `lock` has locked. `check_unreferenced` must follow in the same transaction."""
    selfs = [store.hasher.self_of(each.type, each.id) for each in locked]
    await conn.execute("SELECT lock_deleted($1)", selfs)
    erased: list[Stored] = []
    store.custom.changed |= any(each.type == CUSTOM for each in locked)
    for each in locked:
        at = max(updated, each.updated)  # clocks differ; lastUpdated never goes back
        await conn.execute("SELECT delete_resource($1, $2, $3)", store.type_id(each.type), each.rid, at)
        erased.append(Stored(each.type, each.id, each.version + 1, at, b"", True, each.rid, "d"))
    return erased


async def check_unreferenced(store: Store, conn: Connection, erased: list[Stored]) -> None:
    """Raises Referenced when anything still points at what this transaction deleted. Hidden rows count, and are not named."""
    try:
        await conn.execute("SELECT check_unreferenced($1)", [store.hasher.self_of(e.type, e.id) for e in erased])
    except asyncpg.PostgresError as error:
        conn.broken = True
        if error.sqlstate == _REFERENCED:
            kinds = ", ".join(sorted({e.type for e in erased}))
            raise Referenced(f"Other resources refer to this {kinds}; delete or change them first.") from None
        raise


def need(current: Stored | None, type_: str, id_: str) -> Stored:
    if current is None:
        raise NotFound(f"There is no {type_} with that id.")
    return current
