"""The whole of access for one process: store, audit, gate and gatehouse, opened together and closed in order."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from osler.access.audit.log import AuditLog
from osler.access.gate import Gate
from osler.access.gatehouse import Gatehouse
from osler.access.opening import gatehouse, open_audit
from osler.access.rules import Rules
from osler.core.clock import Clock
from osler.core.clock import now as present
from osler.core.settings import Settings
from osler.store.embedded import Address
from osler.store.store import Store, open_store


@dataclass(frozen=True, slots=True)
class House:
    """What doors and commands are given. `gate` opens the record, `gatehouse` lets people and programs in."""

    store: Store
    audit: AuditLog
    gate: Gate
    gatehouse: Gatehouse


@contextlib.asynccontextmanager
async def open_house(
    settings: Settings, address: Address, *, clock: Clock = present, sealing: bool = True
) -> AsyncGenerator[House]:
    """Everything over one migrated database. On leaving, waiting audit rows are written and sealed first."""
    store = await open_store(
        address.connect_args(),
        size=settings.pool_size,
        zone=settings.zone,
        base_url=_fhir_base(settings),
        seconds=settings.request_seconds,
    )
    try:
        async with open_audit(address, settings, clock=clock, sealing=sealing) as audit:
            rules = Rules(settings.profile_claims)
            yield House(
                store, audit, Gate(store, audit, clock, rules), gatehouse(store.pool, audit, settings, clock=clock)
            )
    finally:
        await store.close()


def _fhir_base(settings: Settings) -> str:
    """The address under which references are our own."""
    return f"{settings.base_url}/fhir" if settings.base_url else ""
