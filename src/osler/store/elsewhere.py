"""Making rows in other processes: what one needs to know of a database, and rows small enough to send back.

Indexing a resource is nearly all the work of a bulk load, and needs the database only for names that are new to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from osler.fhir.search.custom import CustomParams
from osler.fhir.search.values import IndexValues
from osler.store.custom.state import Custom
from osler.store.hashing import Hasher
from osler.store.pool import Pool
from osler.store.rows import Row
from osler.store.store import Store
from osler.store.write import prepare_now

Packed = tuple[Any, ...]
"""What of a `Row` the writer of new rows needs."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what a row looks like. It holds the key of the hashes: it goes to our own processes alone."""

    key: bytes
    zone: tzinfo
    base_url: str
    names: list[tuple[bytes, str, int]]
    types: dict[str, int]
    dictionaries: list[tuple[int, str, bytes]]
    custom: CustomParams


async def recipe_of(store: Store) -> Recipe:
    """As things are now; dictionaries that are learned later are not in it."""
    async with store.aside.connection() as conn:
        rows = await conn.fetch("SELECT id, type, data FROM dictionary ORDER BY id")
    return Recipe(
        store.hasher.key,
        store.zone,
        store.base_url,
        store.terms.all(),
        dict(store.types),
        [(row["id"], store.type_name(row["type"]), row["data"]) for row in rows],
        store.custom.params,
    )


def detached(recipe: Recipe) -> Store:
    """A store that makes rows and has no database."""
    nothing = Pool("", size=1)
    store = Store(nothing, nothing, Hasher(recipe.key), recipe.zone, recipe.base_url)
    for each in recipe.names:
        store.terms.add(*each)
    for type_, id_ in recipe.types.items():
        store.know_type(type_, id_)
    for id_, type_, data in recipe.dictionaries:
        store.bodies.load(id_, type_, data)
    store.custom = Custom(recipe.custom, looked_at=float("inf"))
    return store


def pack_row(store: Store, resource: dict[str, Any], id_: str, updated: datetime) -> Packed | None:
    """The first version of a resource as a row without row id; None when a name in it has yet to be interned."""
    row = prepare_now(store, resource, id_=id_, version=1, updated=updated, rid=0)
    if row is None:
        return None
    return (
        store.custom.print, row.main[1:], row.strings, row.numbers, row.dates, row.refs, row.panel, row.panel_until, row.targets, row.phrases,
    )  # fmt: skip


def is_current(store: Store, packed: Packed) -> bool:
    """Whether the row was made by the search parameters that are active now."""
    return packed[0] == store.custom.print


def unpack_row(type_: str, packed: Packed, rid: int) -> Row:
    """The row again, without its text and its index values."""
    _, rest, strings, numbers, dates, refs, panel, panel_until, targets, phrases = packed
    self_, _, updated, _, _, version, _, _, _, id_, *_ = rest
    return Row(
        type_, id_, rid, self_, version, updated, IndexValues(), (rid, *rest), strings, numbers, dates, refs, panel,
        panel_until, targets, b"", phrases,
    )  # fmt: skip
