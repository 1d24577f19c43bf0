"""The one door past the policies: import, backup, reindexing and the like, each use in the audit.

Nothing else may hand out `EVERYTHING`. A use leaves two rows: one when it begins, so that a job that dies has left a
trace, and one with how it ended and how much it touched.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import Enum

from osler.access.actors import SYSTEM, Actor
from osler.access.audit.entry import Action, Outcome
from osler.access.audit.log import AuditLog
from osler.access.compile import granted_permissions
from osler.access.events import event
from osler.access.permissions import Permission, require
from osler.store.visibility import EVERYTHING, Visibility


class Job(Enum):
    """What the door may be opened for."""

    IMPORT = "import"
    EXPORT = "export"
    BACKUP = "backup"
    RESTORE = "restore"
    DEMO = "demo"
    REINDEX = "reindex"
    DOCTOR = "doctor"
    LOAD = "load"


@dataclass(slots=True)
class Maintenance:
    visibility: Visibility
    touched: int = 0
    """Resources read or written; the job counts them here for its closing audit row."""


@contextlib.asynccontextmanager
async def maintenance(log: AuditLog, job: Job, actor: Actor = SYSTEM) -> AsyncGenerator[Maintenance]:
    """Visibility of everything for as long as the block lasts. Raises Forbidden without the permission."""
    require(granted_permissions(actor), Permission.MAINTENANCE)
    await log.record(event(actor, Action.MAINTENANCE, log.clock(), what=f"{job.value} begins"))
    opened, outcome = Maintenance(EVERYTHING), Outcome.UNAVAILABLE
    try:
        yield opened
        outcome = Outcome.DONE
    finally:
        ended = "ends" if outcome is Outcome.DONE else "fails"
        await log.record(
            event(
                actor, Action.MAINTENANCE, log.clock(), outcome=outcome, what=f"{job.value} {ended}", n=opened.touched
            )
        )
