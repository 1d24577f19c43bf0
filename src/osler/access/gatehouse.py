"""What everything that lets people and programs in works with: one per process, made by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from osler.access.audit.log import AuditLog
from osler.core.clock import Clock
from osler.core.clock import now as present
from osler.store.pool import Pool


@dataclass(frozen=True, slots=True)
class Gatehouse:
    """`pool` is the application's, `log` the started audit. Times are the practice's choice (settings)."""

    pool: Pool
    log: AuditLog
    clock: Clock = present
    idle: timedelta = timedelta(minutes=15)
    """After this long without a sign of life a session locks."""
    lifetime: timedelta = timedelta(hours=12)
    """After this long a session ends, used or not."""
