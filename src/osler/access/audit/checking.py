"""Verification as somebody asks for it: with permission, against the data folder's anchor, and on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from osler.access.actors import Actor
from osler.access.audit.entry import Action, Outcome
from osler.access.audit.sealer import read_anchor
from osler.access.audit.verify import AuditReport, verify
from osler.access.compile import granted_permissions
from osler.access.events import event
from osler.access.gatehouse import Gatehouse
from osler.access.opening import ANCHOR
from osler.access.permissions import Permission, require


async def check_audit(
    house: Gatehouse, actor: Actor, data_dir: Path, *, progress: Callable[[int], None] = lambda _rows: None
) -> AuditReport:
    """Check the whole audit and write down that it was checked, and how it ended. Raises Forbidden, Conflict."""
    require(granted_permissions(actor), Permission.AUDIT_READ)
    # Read first: the last seal it names is then surely in the snapshot that is checked.
    anchor = read_anchor(data_dir / ANCHOR)
    async with house.log.pool.connection() as conn:
        report = await verify(conn, house.log.key, anchor=anchor, progress=progress)
    outcome = Outcome.DONE if report.clean else Outcome.CONFLICT
    await house.log.record(
        event(actor, Action.AUDIT_VERIFY, house.clock(), outcome=outcome, what="audit verify", n=report.fault_count)
    )
    return report
