"""Bulk loads and exports: whole records in and out, past no rule but the structural checks and integrity.

Used by the command line and the demo, through the maintenance door. Each batch is one transaction with one audit row.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from osler.access.actors import SYSTEM, Actor
from osler.access.audit.entry import Action
from osler.access.gate import Gate
from osler.access.load_item import Item
from osler.access.maintenance import Job, Maintenance, maintenance
from osler.access.records import Records
from osler.core.clock import to_milliseconds
from osler.core.errors import Fault, OslerError, Unavailable
from osler.fhir import json
from osler.fhir.search.integrity import rewrite_references
from osler.fhir.structure import faults
from osler.store import conditional, many
from osler.store.conditional import Inside, is_conditional
from osler.store.elsewhere import unpack_row
from osler.store.pool import Connection
from osler.store.read import list_all
from osler.store.rows import Row
from osler.store.stored import Stored
from osler.store.write import stamp

__all__ = ["Item", "Loader", "export"]

_ENOUGH = 256
"""Resources of a type that a load without dictionary for it waits for."""


@dataclass(slots=True)
class Loader:
    """One bulk load. `names` holds what each full URL has become, over all its batches."""

    gate: Gate
    door: Maintenance
    actor: Actor
    names: dict[str, str] = field(default_factory=dict[str, str])
    _seen: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    """Bodies of the types that were rare at the beginning, until there are enough to learn from."""

    async def learn(self, items: list[Item]) -> None:
        """Trains body dictionaries on the first resources of a load, so that even those are stored small."""
        samples: dict[str, list[bytes]] = {}
        now = self.gate.clock()
        async for item in many.in_turns(items):
            if faults(item.resource):
                continue
            samples.setdefault(item.type, []).append(json.encode(stamp(item.resource, item.id, 1, now)))
        for type_, bodies in samples.items():
            await self.gate.store.learn_dictionary(type_, bodies)

    async def load(self, items: list[Item], *, last: bool = False) -> None:
        """Puts the items into the record in one transaction and sets the fate of each.

        An item that refers to something not there waits (it may come in a later batch), unless it is the `last` call,
        which refuses it. An item that is already there, word for word, is left unchanged.
        """
        for item in items:
            item.check(self.gate.rules)
        sound = [item for item in items if item.fate is None]
        if not sound:
            return
        await self._put(sound, last)
        await self._learn_more(sound)
        self.door.touched += sum(item.fate in ("created", "updated") for item in sound)

    async def _learn_more(self, items: list[Item]) -> None:
        """Types without a dictionary get one as soon as the load has brought enough of them."""
        store = self.gate.store
        for item in items:
            if store.bodies.generation(item.type) or item.fate != "created":
                continue
            bodies = self._seen.setdefault(item.type, [])
            bodies.append(json.encode(stamp(item.resource, item.id, 1, self.gate.clock())))
            if len(bodies) >= _ENOUGH:
                await store.learn_dictionary(item.type, self._seen.pop(item.type))

    async def _put(self, items: list[Item], last: bool) -> None:
        """All of them in one transaction. When it fails, by halves, until what fails is one item that can be named."""
        before = [item.state() for item in items]

        def start_again() -> None:
            for item, state in zip(items, before, strict=True):
                item.restore(state)

        async def work(records: Records) -> None:
            start_again()
            await _Batch(self, records, items, last).run()

        try:
            await self.gate.write(self.actor, work, action=Action.MAINTENANCE, what="bulk load")
        except Unavailable:
            raise
        except Exception as error:
            start_again()
            if len(items) > 1:
                await self._put(items[: len(items) // 2], last)
                await self._put(items[len(items) // 2 :], last)
                return
            unforeseen = (Fault(f"It cannot be stored ({type(error).__name__}).", items[0].type, "exception"),)
            items[0].fate = "refused"
            items[0].faults = list(error.faults if isinstance(error, OslerError) else unforeseen)


async def export(gate: Gate, types: list[str] | None = None, *, actor: Actor = SYSTEM) -> AsyncIterator[Stored]:
    """Every current resource, by type and row."""
    async with maintenance(gate.audit, Job.EXPORT, actor) as door:
        for type_ in types or sorted(gate.store.types):
            async for stored in list_all(gate.store, type_):
                door.touched += 1
                yield stored


class _Batch:
    """One batch inside its transaction."""

    def __init__(self, loader: Loader, records: Records, items: list[Item], last: bool) -> None:
        self.store, self.records, self.last = loader.gate.store, records, last
        self.everything = loader.door.visibility
        self.items, self.names = items, loader.names
        self.now = loader.gate.clock()

    async def run(self) -> None:
        conn = await self.records.connection()
        # A longer pending list: the token index is merged once in a while, not every few rows.
        await conn.execute("SET LOCAL gin_pending_list_limit = '1MB'")
        await self._settle(conn)
        await self._resolve(conn)
        drafts = await self._drafts(conn)
        rows = await many.prepare_all(self.store, [draft for _, draft in drafts], to_milliseconds(self.now))
        chosen = await self._complete(conn, drafts, rows)
        written = [draft for (_, draft), _ in chosen], [row for _, row in chosen]
        await many.write_all(self.store, conn, *written, self.everything)
        for (item, draft), _ in chosen:
            item.fate = "updated" if draft.current else "created"
        self.records.seen.count += len(chosen)

    def _open(self) -> list[Item]:
        return [item for item in self.items if item.fate is None]

    async def _settle(self, conn: Connection) -> None:
        """Ids first: conditional ones may be there under another."""
        first: dict[str, Item] = {}
        for item in self._open():
            if item.condition:
                try:
                    found = await conditional.find_one(
                        self.store, conn, item.type, item.condition, self.everything, now=self.now
                    )
                except OslerError as error:
                    item.fate, item.faults = "refused", list(error.faults)
                    continue
                same = first.setdefault(conditional.normal(item.type, item.condition), item)
                if (there := found.id if found else same.id) != item.id:
                    item.id, item.fate = there, "unchanged"
            if item.full_url:
                self.names[item.full_url] = f"{item.type}/{item.id}"

    async def _resolve(self, conn: Connection) -> None:
        items = self._open()
        found = {id(item): item.look() async for item in many.in_turns(items)}
        wanted = {r for references in found.values() for r in references if is_conditional(r)} - self.names.keys()
        if wanted:
            await self._resolve_conditions(conn, items, found, wanted)
        for item in self._open():
            references = found[id(item)]
            if self.names and (item.has_urns or any(reference in self.names for reference in references)):
                rewritten = rewrite_references(item.resource, self.names)
                if rewritten is not item.resource:
                    item.resource = rewritten
            if any(r.startswith("urn:uuid:") and r not in self.names for r in references):
                self._put_off(item, "A urn:uuid reference leads to nothing that was loaded with it.")

    async def _resolve_conditions(
        self, conn: Connection, items: list[Item], found: dict[int, list[str]], wanted: set[str]
    ) -> None:
        inside = Inside(self.store, [many.Draft(item.resource, item.id, None, item.place) for item in items])
        for reference in sorted(wanted):
            try:
                self.names[reference] = await conditional.resolve(
                    self.store, conn, reference, inside, self.everything, self.now
                )
            except OslerError as error:
                for item in items:
                    if reference in found[id(item)]:
                        self._put_off(item, error.message)

    async def _drafts(self, conn: Connection) -> list[tuple[Item, many.Draft]]:
        """What is really to be written: each id once, the last one wins; not what is already there, word for word."""
        latest = {(item.type, item.id): item for item in self._open()}
        for item in self._open():
            if latest[item.type, item.id] is not item:
                item.fate = "unchanged"
        locked = await many.lock_all(self.store, conn, latest, self.everything, "update")
        drafts: list[tuple[Item, many.Draft]] = []
        if self.store.custom.is_stale():
            await self.store.keep_up()
        mark = self.store.custom.print
        for key, item in latest.items():
            current = locked.get(key)
            if current is None and item.packed is not None and item.packed.print == mark:
                row = unpack_row(item.type, item.id, item.packed)
                drafts.append((item, many.Draft({}, item.id, None, item.place, row)))
            elif current and current.body == json.encode(
                stamp(item.resource, item.id, current.version, current.updated)
            ):
                item.fate = "unchanged"
            else:
                drafts.append((item, many.Draft(item.resource, item.id, current, item.place)))
        return drafts

    async def _complete(
        self, conn: Connection, drafts: list[tuple[Item, many.Draft]], rows: list[Row]
    ) -> list[tuple[tuple[Item, many.Draft], Row]]:
        """Leaves out, again and again, what refers to something that is neither there nor in the batch."""
        chosen = list(zip(drafts, rows, strict=True))
        known = await many.present(self.store, conn, {target for row in rows for target in row.targets})
        while True:
            own = {row.self for _, row in chosen} | known
            stay = [each for each in chosen if own.issuperset(each[1].targets)]
            if len(stay) == len(chosen):
                return stay
            kept = {id(row) for _, row in stay}
            for (item, _), row in chosen:
                if id(row) not in kept:
                    self._put_off(item, "It refers to a resource that is not there.")
            chosen = stay

    def _put_off(self, item: Item, why: str) -> None:
        item.fate = "refused" if self.last else "waiting"
        item.faults = [Fault(why, item.type, "not-found")]
