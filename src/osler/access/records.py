"""The record as one actor may use it, for one purpose, in one request.

Everything above the gate reads and writes through this and nothing else. What the actor's rules do not open is, in every
answer, not there. Methods that write work only inside `Gate.write`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from osler.access.actors import Actor, Purpose
from osler.access.rules import Rules, is_large
from osler.access.seen import Seen
from osler.access.show import put_back, shown
from osler.access.unit import Unit
from osler.core.clock import Clock, to_milliseconds
from osler.core.errors import Fault, Forbidden, Gone, Invalid, NotFound, VersionConflict
from osler.core.ids import new_id
from osler.fhir import json
from osler.fhir.bundle import Entry
from osler.fhir.search.custom import faults_of
from osler.fhir.search.query import Query
from osler.store import conditional, read, transaction, visible, write
from osler.store.audit import INSERT_ROW
from osler.store.pool import Connection
from osler.store.rows import SITE_TAG, owners
from osler.store.search import Everything, Page, count, everything, search, search_types, searchable
from osler.store.sql import Sql
from osler.store.store import Store
from osler.store.stored import Stored
from osler.store.visibility import Interaction, Visibility

Resource = Stored
"""What the rest of Osler calls a stored resource."""


@dataclass(slots=True)
class Answer:
    """A page of a search as its reader gets it."""

    matches: list[Resource]
    included: list[Resource]
    total: int | None
    next: str | None
    scores: dict[int, Decimal] = field(default_factory=dict[int, Decimal])
    """How well a match fits a full-text search, by row id."""
    previous: str | None = None


@dataclass(slots=True)
class Records:
    store: Store
    actor: Actor
    purpose: Purpose
    visibility: Visibility
    clock: Clock
    rules: Rules
    alone: bool = True
    """False when what is written comes with others, as an entry of a batch."""
    seen: Seen = field(default_factory=Seen)
    _unit: Unit | None = None

    def begin_unit(self, conn: Connection, stamp: Callable[[], Awaitable[list[object]]]) -> Unit:
        """Called by the gate alone."""
        self._unit = Unit(conn, stamp)
        return self._unit

    @property
    def writing(self) -> bool:
        """Whether this is inside a transaction, where one question has to follow the other."""
        return self._unit is not None

    # -- reading -------------------------------------------------------------------------------------------------

    async def read(self, type_: str, id_: str) -> Resource:
        """The current version. Raises NotFound, or Gone when it was deleted and the actor could have read it."""
        self._about(type_, id_)
        stored, hidden = read.need_alive(await self._call(read.find_current, type_, id_, self.visibility), type_)
        self.seen.patient = stored.patient or self.seen.patient
        self.seen.meet(stored)
        return shown(stored, hidden)

    async def find(self, type_: str, id_: str) -> Resource | None:
        """The current version, or None when it is not there, deleted, or not for this actor."""
        try:
            return await self.read(type_, id_)
        except NotFound:
            return None

    async def read_version(self, type_: str, id_: str, version: int) -> Resource:
        """One version. Raises NotFound, or Gone for the version that says it was deleted."""
        self._about(type_, id_)
        found = await self._call(read.find_version, type_, id_, version, self.visibility)
        stored, hidden = read.need_alive(found, f"version {version} of this {type_}")
        self.seen.patient = stored.patient or self.seen.patient
        self.seen.meet(stored)
        return shown(stored, hidden)

    async def list_versions(
        self, type_: str, id_: str, *, since: datetime | None = None, before: int | None = None, limit: int = 100,
        at: tuple[datetime, datetime] | None = None,
    ) -> list[Resource]:  # fmt: skip
        """Versions of one resource, newest first. Raises NotFound when the actor may see none of it."""
        self._about(type_, id_)
        found = await self._call(
            read.list_versions, type_, id_, self.visibility, since=since, before=before, limit=limit, at=at
        )
        if not found and since is None and before is None and at is None:
            raise NotFound(f"There is no {type_} with that id.")
        self.seen.patient = (found[0][0].patient if found else 0) or self.seen.patient
        self.seen.meet(*(stored for stored, _ in found))
        return [shown(*each) for each in found]

    async def list_changes(self, type_: str | None = None, *, since: datetime | None = None, before: int | None = None, limit: int = 100,
                           at: tuple[datetime, datetime] | None = None) -> list[tuple[int, Resource]]:  # fmt: skip
        """History of a type or of everything, newest first, as (change number, version); go on with `before` the last number.
        `at`: only versions that were current at some time of the span."""
        found = await self._call(
            read.list_changes, type_, self.visibility, since=since, before=before, limit=limit, at=at
        )
        self.seen.meet(*(stored for _, stored, _ in found))
        return [(number, shown(stored, hidden)) for number, stored, hidden in found]

    async def search(self, query: Query) -> Answer:
        """A page of matches. Raises Forbidden when no rule of the actor's opens this type to such a search."""
        self.seen.type = self.store.type_id(query.type)
        return self._answer(await self._call(search, query, self.visibility))

    async def search_types(self, queries: list[Query], *, named: bool) -> Answer:
        """A page over several types. Types that were `named` must all be open to the actor, else Forbidden."""
        opened = queries if named else searchable(queries, self.visibility)
        if not opened:
            raise Forbidden("Your role may not search this way.")
        return self._answer(await self._call(search_types, opened, self.visibility))

    def _answer(self, page: Page) -> Answer:
        self.seen.meet(*(hit.stored for hit in page.matches), *(hit.stored for hit in page.included))
        return Answer(
            [shown(hit.stored, hit.hidden) for hit in page.matches], [shown(hit.stored, hit.hidden) for hit in page.included],
            page.total, page.next, page.scores, page.previous,
        )  # fmt: skip

    async def count(self, query: Query) -> int:
        return await self._call(count, query, self.visibility)

    async def everything(self, wanted: Everything) -> Answer:
        """A page of one patient's whole record, with what it refers to. Raises NotFound or Gone as `read` does."""
        await self.read("Patient", wanted.patient)
        found, cursor = await self._call(everything, wanted, self.visibility)
        self.seen.meet(*(hit.stored for hit in found))
        return Answer([shown(hit.stored, hit.hidden) for hit in found], [], None, cursor)

    def about_patient(self, id_: str) -> None:
        """Says in the audit row which patient this request concerns."""
        self.seen.patient = self.store.hasher.self_of("Patient", id_)

    def about_written(self, reference: str, patient: str) -> None:
        """Says in the audit row that all this request did was to write: `Type/id` first of all, to this patient's chart."""
        type_, _, id_ = reference.partition("/")
        self._about(type_, id_)
        self.about_patient(patient)
        self.seen.count = self.seen.written

    def showed(self, number: int) -> None:
        """Says in the audit row how many were shown, where more were looked at to choose from."""
        self.seen.count = number

    # -- writing -------------------------------------------------------------------------------------------------

    async def create(self, resource: dict[str, Any], *, alone: bool = False) -> Resource:
        """A new resource under an id of the server's choosing. `alone`: it is all this request writes, which lets it go in
        one round trip."""
        return await self._create(resource, new_id(), alone=alone)

    async def _create(self, resource: dict[str, Any], id_: str, *, alone: bool = False) -> Resource:
        resource = await self._accept(resource)
        unit, type_ = self._writing(), resource["resourceType"]
        rid = (await self.store.take_rids(1))[0]
        row = await write.prepare(self.store, resource, id_=id_, version=1, updated=self._now(), rid=rid)
        self.seen.wrote(self.store.type_id(type_), row.self, row.main[2] or 0)
        if alone and not unit.started and self._unrestricted(type_, "create"):
            await write.insert(self.store, unit.conn, row, self.visibility, also=(INSERT_ROW, await unit.stamp()))
            unit.finished = True
        else:
            await write.insert(self.store, await unit.start(), row, self.visibility)
        return write.stored(row)

    async def update(
        self, resource: dict[str, Any], id_: str, *, if_match: int | None = None, only_new: bool = False,
        only_there: bool = False,
    ) -> tuple[Resource, bool]:  # fmt: skip
        """The next version of a resource, or a new one under this id; True when it was new (or brought back).

        Raises VersionConflict when `if_match` is not the stored version, or when it has to be new or there and is not. A restricted
        actor may not choose ids and gets NotFound, whether the id is free or hidden.
        """
        type_ = resource.get("resourceType", "")
        self._about(type_, id_)
        conn = await self._writing().start()
        current = await self._lock(conn, type_, id_, "update")
        if current is None:
            if if_match is not None or not self.may_choose_id(type_):
                raise NotFound(f"There is no {type_} with that id.")
            if only_there:
                raise VersionConflict(f"There is no {type_} with that id to replace.")
            return await self._create(resource, id_), True
        if only_there and current.deleted:
            raise VersionConflict(f"There is no {type_} with that id to replace.")
        if only_new and not current.deleted:
            raise VersionConflict(f"There is a {type_} with this id already.")
        write.check_version(current, if_match)
        return await self._replace(conn, resource, current), current.deleted

    async def _replace(self, conn: Connection, resource: dict[str, Any], current: Stored) -> Resource:
        resource = await self._accept(await self._with_hidden(conn, resource, current))
        updated = max(self._now(), current.updated)
        row = await write.prepare(
            self.store, resource, id_=current.id, version=current.version + 1, updated=updated, rid=current.rid
        )
        self.seen.wrote(self.store.type_id(current.type), row.self, row.main[2] or 0)
        await write.replace(self.store, conn, row, self.visibility)
        return await self._as_shown(conn, write.stored(row))

    async def patch(
        self, type_: str, id_: str, change: Callable[[dict[str, Any]], dict[str, Any]], *, if_match: int | None = None
    ) -> Resource:
        """The next version, made by `change` from the current one as this actor sees it."""
        self._about(type_, id_)
        conn = await self._writing().start()
        current = write.need(await self._lock(conn, type_, id_, "update", to_read=True), type_, id_)
        if current.deleted:
            raise Gone(f"This {type_} was deleted.")
        write.check_version(current, if_match)
        seen = await self._as_shown(conn, current)
        patched = await asyncio.to_thread(change, seen.json())
        if patched.get("resourceType") != type_ or patched.get("id") != id_:
            raise Invalid("A patch may change neither resourceType nor id.", path=type_)
        return await self._replace(conn, patched, current)

    async def delete(self, type_: str, id_: str, *, if_match: int | None = None) -> Resource | None:
        """Deletes; None when there is nothing (left) to delete. Raises Referenced when others point at it."""
        self._about(type_, id_)
        conn = await self._writing().start()
        current = await self._lock(conn, type_, id_, "delete")
        if current is None or current.deleted:
            if current is None and not self.may_choose_id(type_):
                raise NotFound(f"There is no {type_} with that id.")
            return None
        write.check_version(current, if_match)
        self.seen.patient = current.patient or self.seen.patient
        erased = await write.erase(self.store, conn, [current], self._now())
        await write.check_unreferenced(self.store, conn, erased)
        self.seen.count += 1
        self.seen.written += 1
        return erased[0]

    async def find_one(self, type_: str, criteria: str) -> Resource | None:
        """The one match of a condition, with everybody who writes by the same condition made to wait. Raises Duplicate."""
        conn = await self._writing().start()
        await conditional.lock_conditions(self.store, conn, {(type_, criteria)})
        found = await conditional.find_hit(self.store, conn, type_, criteria, self.visibility, now=self.clock())
        return shown(found.stored, found.hidden) if found else None

    async def transaction(
        self, entries: list[Entry], patch: Callable[[Entry, dict[str, Any]], dict[str, Any]]
    ) -> dict[int, transaction.Outcome]:
        """All writing entries of a transaction bundle, or nothing. Gives what became of each by its index."""
        conn = await self._writing().start()
        outcomes = await transaction.run(
            self.store, conn, entries, self.visibility, updated=self._now(), accept=self._accept_entry,
            patch=lambda entry, current: patch(self._all_seen(entry), current.json()), may_choose_id=self.may_choose_id,
        )  # fmt: skip
        self.seen.count += len(outcomes)
        return outcomes

    async def connection(self) -> Connection:
        """The transaction itself, for `access.maintenance` alone."""
        return await self._writing().start()

    # -- inside --------------------------------------------------------------------------------------------------

    async def _call(self, function: Callable[..., Awaitable[Any]], *args: Any, **named: Any) -> Any:
        """Runs a store function on the unit's connection, or on one borrowed for the moment."""
        if self._unit is not None:
            # Never a second connection while one is held: with enough requests at it, all would wait for ever.
            conn = self._unit.conn if self._unit.finished else await self._unit.start()
            return await function(self.store, conn, *args, **named)
        async with self.store.pool.connection() as conn:
            return await function(self.store, conn, *args, **named)

    def _writing(self) -> Unit:
        if self._unit is None:
            raise RuntimeError("this Records was opened for reading; write through Gate.write")
        return self._unit

    def _now(self) -> datetime:
        return to_milliseconds(self.clock())

    def _about(self, type_: str, id_: str) -> None:
        if type_ not in self.store.types:
            raise NotFound(f"{type_} is not a resource type.")
        target = self.store.hasher.self_of(type_, id_)
        self.seen.type, self.seen.target = self.store.type_id(type_), target
        if type_ == "Patient":
            self.seen.patient = target

    async def _lock(
        self, conn: Connection, type_: str, id_: str, interaction: Interaction, *, to_read: bool = False
    ) -> Stored | None:
        return await write.lock(self.store, conn, type_, id_, self.visibility, interaction, to_read=to_read)

    def _unrestricted(self, type_: str, interaction: Interaction) -> bool:
        return visible.predicate(self.store, Sql(), self.visibility, interaction, type_) == visible.TRUE

    def may(self, interaction: Interaction, type_: str) -> bool:
        """Whether a rule lets the actor do so to some resources of the type, be there any or not."""
        return bool(visible.rules_for(self.visibility, interaction, type_))

    def may_choose_id(self, type_: str) -> bool:
        """Only who sees every row of a type may create by PUT: for anybody else the answer would tell of hidden rows."""
        return self._unrestricted(type_, "create") and self._unrestricted(type_, "read")

    async def _accept(self, resource: dict[str, Any]) -> dict[str, Any]:
        check = partial(self.rules.refuse, resource, alone=self.alone)
        if is_large(resource):
            await self.rules.in_turn(check)
        else:
            check()
        self._check_param(resource)
        return self._at_site(resource)

    def _check_param(self, resource: dict[str, Any]) -> None:
        """Raises Invalid for an active SearchParameter that could not be searched by."""
        if resource["resourceType"] == write.CUSTOM and (found := faults_of(resource, self.store.custom.params)):
            raise Invalid("This search parameter cannot be active; nothing was written.", faults=tuple(found))

    def _accept_entry(self, entry: Entry, resource: dict[str, Any]) -> dict[str, Any]:
        """As `_accept`, with paths that begin at the bundle."""
        if entry.method != "POST":
            self._all_seen(entry)
        try:
            self.rules.refuse(resource, alone=False)
            self._check_param(resource)
        except Invalid as error:
            start = f"{entry.place}.resource"
            placed = (Fault(f.message, start + f.path.removeprefix(entry.type), f.code) for f in error.faults)
            raise type(error)(error.message, faults=tuple(placed)) from None
        return self._at_site(resource)

    def _all_seen(self, entry: Entry) -> Entry:
        """The entry. Raises Forbidden when elements of its type may be hidden: asked before a patch, whose tests would tell."""
        hidden = (path for rule in self.visibility.rules for path in rule.hidden)
        if any(path.startswith(f"{entry.type}.") for path in hidden):
            message = f"You do not see all of a {entry.type}; change it by itself, not in a transaction."
            raise Forbidden(message, path=entry.place)
        return entry

    def _at_site(self, resource: dict[str, Any]) -> dict[str, Any]:
        """What somebody confined to one site writes belongs to that site, unless it says otherwise."""
        if self.actor.sites is None or len(self.actor.sites) != 1 or owners(resource, self.store.base_url):
            return resource
        meta = resource.get("meta", {})
        tag = {"system": SITE_TAG, "code": next(iter(self.actor.sites))}
        return {**resource, "meta": {**meta, "tag": [*meta.get("tag", []), tag]}}

    async def _with_hidden(self, conn: Connection, resource: dict[str, Any], current: Stored) -> dict[str, Any]:
        hidden = await self._hidden(conn, current)
        if not hidden:
            return resource
        before: dict[str, Any] = json.decode(current.body) if current.body else {}
        return put_back(resource, before, hidden)

    async def _hidden(self, conn: Connection, current: Stored) -> frozenset[str]:
        if not any(rule.hidden for rule in self.visibility.rules):
            return frozenset()
        found = await read.find_current(self.store, conn, current.type, current.id, self.visibility)
        if found is None:
            raise Forbidden(f"Your role may change this {current.type} but not read it; ask someone who may do both.")
        return found[1]

    async def _as_shown(self, conn: Connection, stored: Stored) -> Stored:
        return shown(stored, await self._hidden(conn, stored))


__all__ = ["Answer", "Everything", "Records", "Resource"]
