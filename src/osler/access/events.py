"""Audit entries of what happens at the door itself: signing in, accounts, tokens, maintenance."""

from __future__ import annotations

from datetime import datetime

from osler.access.actors import Actor, Purpose
from osler.access.audit.entry import Action, AuditEntry, Outcome


def event(
    actor: Actor, action: Action, at: datetime, *, outcome: Outcome = Outcome.DONE, what: str = "", n: int = 0
) -> AuditEntry:
    """`what` names the account, token or job by id; never anything a person typed."""
    return AuditEntry(at, actor, action, Purpose.SYSTEM, outcome, what, n=n)


def nobody(address: str) -> Actor:
    """Who asks before anyone is signed in. The address is where the audit's reader would start."""
    return Actor("nobody", "client", "Not signed in", via=address[:64])
