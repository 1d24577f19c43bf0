"""What is written down of one request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from osler.access.actors import Actor, Purpose


class Action(IntEnum):
    """What was asked. Numbers are stored: never reuse or renumber one."""

    READ = 1
    SEARCH = 2
    HISTORY = 3
    CREATE = 4
    UPDATE = 5
    DELETE = 6
    TRANSACTION = 7
    EXPORT = 8
    SIGN_IN = 20
    SIGN_OUT = 21
    LOCK = 22
    UNLOCK = 23
    SESSION_END = 24
    PASSWORD_CHANGE = 25
    SECOND_FACTOR_CHANGE = 26
    ACCOUNT_CREATE = 30
    ACCOUNT_CHANGE = 31
    TOKEN_CREATE = 32
    TOKEN_REVOKE = 33
    AUDIT_READ = 40
    AUDIT_VERIFY = 41
    MAINTENANCE = 50
    BREAK_GLASS = 60


class Outcome(IntEnum):
    """How it ended. NOT_FOUND also stands for what the actor may not know of."""

    DONE = 0
    NOT_FOUND = 1
    FORBIDDEN = 2
    INVALID = 3
    CONFLICT = 4
    UNAVAILABLE = 5
    UNAUTHENTICATED = 6


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One request, before it has a place in the audit."""

    at: datetime
    actor: Actor
    action: Action
    purpose: Purpose
    outcome: Outcome = Outcome.DONE
    what: str = ""
    """Shape of the request without any value: `Observation?patient&code&_sort`. At most 200 characters are kept."""
    type: int = 0
    """Store's number of the resource type, 0 for none."""
    target: int = 0
    """Store's hash of the one resource asked for, 0 for none."""
    pat: int = 0
    """Store's hash of the patient it is about, 0 for none or several."""
    n: int = 0
    """How many resources went out or were written."""
