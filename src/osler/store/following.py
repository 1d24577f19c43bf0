"""New rows that take policy columns from what they point at, on the way to COPY (`0140_following.sql` has the rules).

A row that is written by itself gets them from `create_resource`, one that is replaced from `replace_resource`, and when
what it follows changes, it is changed by a trigger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.store import terms
from osler.store.pool import Connection
from osler.store.rows import Row

if TYPE_CHECKING:
    from osler.store.store import Store

_PAT, _PATS, _ORG, _LAB = 2, 11, 12, 13
"""Places in `Row.main`."""
_FOLLOWED = (
    "SELECT w.rid, f.pats, f.org, f.lab"
    " FROM (SELECT rid, array_agg(target) AS targets FROM unnest($1::bigint[], $2::bigint[]) AS x(rid, target) GROUP BY rid) u"
    " JOIN follower w ON w.rid = u.rid, LATERAL followed(w.param, w.org, w.lab, u.targets) AS f"
)
_AGAIN = "SELECT follow_again(type, rid) FROM follower WHERE rid = ANY ($1) ORDER BY rid"


async def load_follows(conn: Connection) -> dict[str, str | None]:
    """By type the parameter whose targets decide (empty: references that none reads); None: all do, for who names no patient."""
    return {row["type"]: row["param"] for row in await conn.fetch("SELECT type, param FROM follows")}


def followers_among(store: Store, rows: list[Row]) -> list[Row]:
    """Those of the new rows that take policy columns from others; those that were encoded before do not."""
    return [row for row in rows if is_follower(store, row)]


def is_follower(store: Store, row: Row) -> bool:
    """Whether a new row takes them: who has a patient of its own does not."""
    if row.copied or row.type not in store.follows or row.main[_PAT] is not None or not row.refs:
        return False
    return store.follows[row.type] is not None or row.main[_PATS] is None


async def hold_followed(store: Store, conn: Connection, rows: list[Row], own: set[int]) -> None:
    """Keeps what the rows of a batch will follow as it is until the transaction ends; before their targets are locked."""
    followed = {target for row in followers_among(store, rows) for target in targets_of(store, row)} - own
    if followed:
        await conn.execute("SELECT hold_followed($1)", sorted(followed))


async def follow(store: Store, conn: Connection, followers: list[Row]) -> None:
    """Gives new rows the policy columns of what they point at, which must be there, but for each other."""
    if not followers:
        return
    own = [(row.rid, store.type_id(row.type), _param(store, row), row.main[_ORG], row.main[_LAB]) for row in followers]
    await conn.copy("follower", ("rid", "type", "param", "org", "lab"), own)
    links = [(row.rid, target) for row in followers for target in targets_of(store, row)]
    found = await conn.fetch(_FOLLOWED, [rid for rid, _ in links], [target for _, target in links])
    columns = {each["rid"]: (each["pats"], each["org"], each["lab"]) for each in found}
    for row in followers:
        if row.rid in columns:
            row.main = (*row.main[:_PATS], *columns[row.rid], *row.main[_LAB + 1 :])


async def follow_each_other(store: Store, conn: Connection, followers: list[Row]) -> None:
    """The same for those that follow one of their own batch; their references must be there by now."""
    selfs = {row.self for row in followers}
    again = [row.rid for row in followers if not selfs.isdisjoint(targets_of(store, row))]
    if again:
        await conn.execute(_AGAIN, again)


def targets_of(store: Store, row: Row) -> set[int]:
    """What a row follows."""
    param = _param(store, row)
    return {target for target, by in row.refs if param is None or by == param} - {row.self}


def _param(store: Store, row: Row) -> int | None:
    code = store.follows[row.type]
    if code is None:
        return None
    return store.terms.need(terms.PARAM, f"{row.type}.{code}") if code else 0
