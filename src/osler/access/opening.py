"""Opening the door's own parts for one process: the audit, and for commands the whole gatehouse."""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import AsyncGenerator
from datetime import timedelta

from osler.access.actors import Actor
from osler.access.audit.key import load_key
from osler.access.audit.log import AuditLog
from osler.access.gatehouse import Gatehouse
from osler.access.roles import add_roles
from osler.core.clock import Clock
from osler.core.clock import now as present
from osler.core.settings import Settings
from osler.store.embedded import Address
from osler.store.opening import open_database
from osler.store.pool import Pool

ANCHOR = "audit.anchor"
"""In the data folder and not among the keys: those are part of a backup, and a restored database ends where it ends."""
_AUDIT_CONNECTIONS = 3
"""The batcher's, the sealer's, and one to intern names and open writers with."""


@contextlib.asynccontextmanager
async def open_audit(
    address: Address, settings: Settings, *, clock: Clock = present, sealing: bool = True
) -> AsyncGenerator[AuditLog]:
    """The started audit of one process, with connections of its own; what it wrote is sealed at the end. The practice's
    own roles are read first.

    The key is made in the data folder at the first start. Raises Conflict when the database's audit has another.
    """
    add_roles(settings.data_dir / "roles")
    pool = Pool(address.connect_args(), size=_AUDIT_CONNECTIONS, settings={"synchronous_commit": "off"})
    log = AuditLog(pool, load_key(settings.data_dir / "keys"), anchor=settings.data_dir / ANCHOR, clock=clock)
    try:
        await log.start(sealing=sealing)
        yield log
    finally:
        await log.stop()
        await pool.close()


def gatehouse(pool: Pool, log: AuditLog, settings: Settings, *, clock: Clock = present) -> Gatehouse:
    idle, lifetime = timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.session_hours)
    return Gatehouse(pool, log, clock, idle, lifetime)


@contextlib.asynccontextmanager
async def open_gatehouse(settings: Settings, *, clock: Clock = present) -> AsyncGenerator[Gatehouse]:
    """For one command: the database, started or joined and brought up to date, and everything at its door."""
    async with (
        open_database(settings, now=clock()) as address,
        open_audit(address, settings, clock=clock, sealing=False) as log,
    ):
        pool = Pool(address.connect_args(), size=2)
        try:
            yield gatehouse(pool, log, settings, clock=clock)
        finally:
            await pool.close()


def command_line_actor() -> Actor:
    """Whoever may run commands on the data folder is the system; the audit keeps their name on this machine."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return Actor("command-line", "system", f"Command line ({name})", roles=("system",))
