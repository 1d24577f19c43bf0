"""The gate: the only way from an actor to the record.

`gate.reading(...)` and `gate.write(...)` open `Records` for one actor, one purpose and one request, and leave exactly one
audit row: a read's before its answer leaves, a write's inside its own transaction. A refused or failed request leaves
its row too, with how it ended.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from osler.access.actors import Actor, Purpose
from osler.access.audit.entry import Action, AuditEntry, Outcome
from osler.access.audit.log import AuditLog, commit
from osler.access.compile import default_purpose, visibility_for
from osler.access.records import Records
from osler.access.rules import Rules
from osler.access.unit import Unit
from osler.core.clock import Clock
from osler.core.clock import now as present
from osler.core.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    OslerError,
    TooCostly,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from osler.store.pool import Collision, Connection
from osler.store.store import Store
from osler.store.visible import prepare

Result = TypeVar("Result")
_ATTEMPTS = 4

_OUTCOMES: tuple[tuple[type[OslerError], Outcome], ...] = (
    (Gone, Outcome.NOT_FOUND),
    (NotFound, Outcome.NOT_FOUND),
    (Forbidden, Outcome.FORBIDDEN),
    (Unauthenticated, Outcome.UNAUTHENTICATED),
    (Conflict, Outcome.CONFLICT),
    (Invalid, Outcome.INVALID),
    (Unsupported, Outcome.INVALID),
    (TooCostly, Outcome.INVALID),
)


@dataclass(slots=True)
class Gate:
    """One store and its audit."""

    store: Store
    audit: AuditLog
    clock: Clock = present
    rules: Rules = field(default_factory=Rules)

    @contextlib.asynccontextmanager
    async def reading(
        self, actor: Actor, *, action: Action = Action.READ, what: str = "", purpose: Purpose | None = None
    ) -> AsyncGenerator[Records]:
        """Records to read with. The audit row is written when the block ends; only then may an answer leave.

        `what` is the shape of the request without any value (`Observation?patient&code`).
        """
        records = await self._open(actor, purpose, action, what)
        try:
            yield records
        except BaseException as error:
            await self._record(records, action, what, outcome_of(error))
            raise
        await self._record(records, action, what, Outcome.DONE)

    async def write(self, actor: Actor, work: Callable[[Records], Awaitable[Result]], *, action: Action, what: str = "",
                    purpose: Purpose | None = None, in_bundle: bool = False) -> Result:  # fmt: skip
        """Runs `work` in one transaction and gives its result after the commit. `work` starts again from its inputs when
        another transaction got in the way, so it must change nothing outside the Records."""
        for attempt in range(_ATTEMPTS):
            records = await self._open(actor, purpose, action, what)
            records.alone = not in_bundle
            try:
                return await self._once(records, work, action, what)
            except Collision:
                if attempt == _ATTEMPTS - 1:
                    await self._record(records, action, what, Outcome.CONFLICT)
                    raise Unavailable(
                        "Others are writing the same resources; nothing was changed. Try again.", retry_after=1
                    ) from None
            except BaseException as error:
                await self._record(records, action, what, outcome_of(error))
                raise
        raise AssertionError

    async def record(
        self, actor: Actor, action: Action, outcome: Outcome, *, what: str = "", purpose: Purpose | None = None
    ) -> None:
        """An audit row for a request that never got as far as Records."""
        await self.audit.record(AuditEntry(self.clock(), actor, action, purpose or Purpose.OPERATIONS, outcome, what))

    async def check_ready(self) -> None:
        """Raises Unavailable unless the database answers and the audit can write."""
        for pool in (self.store.pool, self.audit.pool):
            async with pool.connection() as conn:
                await conn.fetchval("SELECT 1")

    async def _open(self, actor: Actor, purpose: Purpose | None, action: Action, what: str) -> Records:
        try:
            chosen = purpose or default_purpose(actor)
            visibility = visibility_for(actor, chosen)
            await prepare(self.store, visibility)
        except OslerError as error:
            await self.record(actor, action, outcome_of(error), what=what, purpose=purpose)
            raise
        return Records(self.store, actor, chosen, visibility, self.clock, self.rules)

    async def _once(
        self, records: Records, work: Callable[[Records], Awaitable[Result]], action: Action, what: str
    ) -> Result:
        async with self.store.pool.connection() as conn:
            await self.audit.ready(conn)
            unit = records.begin_unit(conn, lambda: self._stamp(records, conn, action, what))
            try:
                result = await work(records)
                if not unit.finished:
                    await unit.start()
                    await self.audit.write(conn, self._entry(records, action, what, Outcome.DONE))
                    await commit(conn)
            except BaseException as error:
                await self._undo(conn, unit, error)
                raise
            self.audit.committed(conn)
        if self.store.custom.changed:
            with contextlib.suppress(OslerError):  # what was written is written; housekeeping looks again
                await self.store.keep_up()
        return result

    async def _undo(self, conn: Connection, unit: Unit, error: BaseException) -> None:
        """Takes back what an error left, and tells the audit what is certain. A closed connection tells nothing."""
        if unit.finished:
            self.audit.committed(conn)  # one statement, in for good; what failed came after it
        elif unit.started and not conn.pg.is_closed():
            with contextlib.suppress(Exception):
                await conn.execute("ROLLBACK")
                self.audit.rolled_back(conn)
        elif isinstance(error, OslerError) and not isinstance(error, Unavailable):
            self.audit.rolled_back(conn)  # refused by the one statement that was sent, which so did nothing

    async def _stamp(self, records: Records, conn: object, action: Action, what: str) -> list[object]:
        assert isinstance(conn, Connection)
        return list(await self.audit.stamp(conn, self._entry(records, action, what, Outcome.DONE)))

    async def _record(self, records: Records, action: Action, what: str, outcome: Outcome) -> None:
        await self.audit.record(self._entry(records, action, what, outcome))

    def _entry(self, records: Records, action: Action, what: str, outcome: Outcome) -> AuditEntry:
        seen = records.seen
        return AuditEntry(
            self.clock(),
            records.actor,
            action,
            records.purpose,
            outcome,
            what,
            seen.type,
            seen.target,
            seen.patient,
            seen.count if outcome is Outcome.DONE else 0,  # nothing left Osler, and nothing was written
        )


def outcome_of(error: BaseException) -> Outcome:
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return Outcome.UNAVAILABLE
