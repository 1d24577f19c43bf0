"""Making rows in other processes: each opens the database for itself, and sends rows back that are ready to be copied in.

Indexing a resource is nearly all the work of a bulk load. Names that are new to the database, words for its vocabulary and
row ids are the process's own business; only the rows go through the one that writes, in its transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from msgspec import Struct

from osler.core.errors import Unavailable
from osler.fhir.search.values import IndexValues
from osler.store.copying import encoded
from osler.store.following import is_follower
from osler.store.rows import NEVER, Row
from osler.store.store import Store, open_store
from osler.store.write import CUSTOM, prepare


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What another process needs to open the same database. It may hold a password: it goes to our own processes alone."""

    connect: dict[str, Any]
    base_url: str


class Packed(Struct, frozen=True, gc=False):
    """What of a `Row` the writer of new rows needs. A Struct: there is one for each resource, and it travels."""

    print: str
    """Of the search parameters that were active when it was made."""
    rid: int
    self: int
    targets: list[int]
    copied: tuple[bytes, ...]
    row: Row | None
    """The row as it is, when it takes columns from others and so cannot be encoded yet."""


def whereabouts(store: Store) -> Whereabouts:
    return Whereabouts(store.pool.connect, store.base_url)


async def open_elsewhere(there: Whereabouts) -> Store:
    """Raises as `open_store`."""
    return await open_store(there.connect, size=1, base_url=there.base_url)


async def pack_rows(
    store: Store, resources: list[tuple[dict[str, Any], str]], updated: datetime
) -> list[Packed | None]:
    """The first versions of resources under these ids; None for what the writer has to look at itself.

    Raises Unavailable when the database is away.
    """
    if store.custom.is_stale():
        await store.keep_up()
    mark, rids = store.custom.print, await store.take_rids(len(resources))
    rows = [await _row(store, *each, updated, rid) for each, rid in zip(resources, rids, strict=True)]
    await store.learn_phrases(phrase for row in rows if row is not None for phrase in row.phrases)
    if store.custom.print != mark:  # some rows were made by the old parameters
        return [None] * len(rows)
    return [None if row is None else _packed(store, row, mark) for row in rows]


async def _row(store: Store, resource: dict[str, Any], id_: str, updated: datetime, rid: int) -> Row | None:
    if resource["resourceType"] == CUSTOM:
        return None  # the writer has to know that it writes one
    try:
        return await prepare(store, resource, id_=id_, version=1, updated=updated, rid=rid)
    except Unavailable:
        raise
    except Exception:
        return None  # the writer meets it again, and says which resource it was


def _packed(store: Store, row: Row, mark: str) -> Packed:
    if is_follower(store, row):
        return Packed(
            mark, row.rid, row.self, row.targets, (), replace(row, values=IndexValues(), body=b"", phrases=[])
        )
    return Packed(mark, row.rid, row.self, row.targets, encoded(row), None)


def unpack_row(type_: str, id_: str, packed: Packed) -> Row:
    """The row again, without its text and its index values."""
    if packed.row is not None:
        return packed.row
    return Row(
        type_, id_, packed.rid, packed.self, 1, NEVER, _NO_VALUES, (), [], [], [], [], [], None, packed.targets, b"", [],
        packed.copied,
    )  # fmt: skip


_NO_VALUES = IndexValues()
