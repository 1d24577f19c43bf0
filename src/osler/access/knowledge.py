"""The door to loaded releases: putting one to use, going back, and reading them. They hold no patient's data.

Loading and going back are maintenance: they need its permission and leave audit rows, the change itself in the same
transaction as its row. Reading is for every process of the installation.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import Any

import msgspec

from osler.access.actors import Actor
from osler.access.audit.entry import Action
from osler.access.events import event
from osler.access.gatehouse import Gatehouse
from osler.access.maintenance import Job, maintenance
from osler.core.errors import NotFound, Unavailable
from osler.store import releases as sql
from osler.store.pool import Pool
from osler.store.releases import ReleaseRow
from osler.terminology.model import Head

__all__ = ["Change", "ReleaseRow", "go_back", "list_in_use", "list_releases", "mark", "put_release", "release_bytes"]


@dataclass(frozen=True, slots=True)
class Change:
    """What loading or going back did."""

    release: ReleaseRow | None
    """What is in use now; None when the built-in release is again, or nothing."""
    before: ReleaseRow | None
    """What was in use until now."""
    changed: bool = True
    """Whether anything is different now."""


async def put_release(house: Gatehouse, actor: Actor, kind: str, head: Head, count: int, body: bytes) -> Change:
    """Stores a packed release and puts it to use, both or neither. The one that is in use already is left as it is.

    Raises Forbidden without the permission.
    """
    now, name = house.clock(), head.name
    row = ReleaseRow(
        0, kind, name, head.version, head.effective_on, hashlib.sha256(body).digest(), len(body), count, _json(head), now,
        actor.display, None,
    )  # fmt: skip
    async with maintenance(house.log, Job.LOAD, actor) as door, house.log.transaction(house.pool) as conn:
        await sql.lock_releases(conn)
        used = [each for each in await sql.list_in_use(conn, kind) if each.name == name]
        before = used[0] if used else None
        if before is not None and before.hash == row.hash:
            return Change(before, before, changed=False)
        known = await sql.find_same(conn, kind, name, row.hash)
        id_ = known.id if known else await sql.add_release(conn, row, body)
        await sql.put_to_use(conn, id_)
        await house.log.write(
            conn, event(actor, Action.MAINTENANCE, now, what=f"load {kind}: use release {id_}", n=count)
        )
        door.touched = count
    return Change(replace(known or row, id=id_), before)


async def go_back(house: Gatehouse, actor: Actor, kind: str, name: str | None = None) -> Change:
    """Takes the release in use out of use; the one before it counts again. Raises NotFound when nothing of the kind is in
    use, or when several names of it are and none is given; Forbidden without the permission."""
    async with maintenance(house.log, Job.LOAD, actor), house.log.transaction(house.pool) as conn:
        await sql.lock_releases(conn)
        used = [each for each in await sql.list_in_use(conn, kind) if name is None or each.name == name]
        if not used:
            raise NotFound("Nothing of this kind is loaded and in use.")
        names = sorted({each.name for each in used})
        if len(names) > 1:
            raise NotFound(f"Several are in use; say which with --name: {', '.join(names[:20])}")
        await sql.take_from_use(conn, used[0].id)
        await house.log.write(
            conn,
            event(actor, Action.MAINTENANCE, house.clock(), what=f"load {kind}: go back from release {used[0].id}"),
        )
    return Change(used[1] if len(used) > 1 else None, used[0])


async def list_releases(pool: Pool) -> list[ReleaseRow]:
    """All that were ever loaded: by kind and name, in use first, the latest first."""
    async with pool.connection() as conn:
        return await sql.list_releases(conn)


async def list_in_use(pool: Pool, kind: str | None = None) -> list[ReleaseRow]:
    """The latest first."""
    async with pool.connection() as conn:
        return await sql.list_in_use(conn, kind)


async def mark(pool: Pool) -> tuple[int, int]:
    """Differs from the last one exactly when what is in use has changed."""
    async with pool.connection() as conn:
        return await sql.mark(conn)


async def release_bytes(pool: Pool, release: ReleaseRow) -> bytes:
    """The packed release. Raises Unavailable when the bytes in the database are not those that were loaded."""
    async with pool.connection() as conn:
        body = b"".join([piece async for piece in sql.pieces(conn, release.id)])
    if hashlib.sha256(body).digest() != release.hash:
        raise Unavailable(f"The stored release {release.kind} {release.version} is damaged. Load its file again.")
    return body


def _json(head: Head) -> str:
    facts: dict[str, Any] = asdict(head)
    return msgspec.json.encode(facts).decode()
