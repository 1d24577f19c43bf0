"""Who asks. An actor is made by sign-in, by an API token or by the system itself, and never changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

ActorKind = Literal["user", "client", "system"]


class Purpose(Enum):
    """Why the actor asks: HL7 v3 PurposeOfUse codes. The number is what an audit row holds; never reuse one."""

    TREATMENT = ("TREAT", 1)
    EMERGENCY = ("BTG", 2)
    """Break the glass: no built-in role may claim it by itself; the break-glass flow adds it to one actor."""
    PAYMENT = ("HPAYMT", 3)
    OPERATIONS = ("HOPERAT", 4)
    AUDIT = ("HCOMPL", 5)
    """Compliance: reading the audit itself."""
    SYSTEM = ("HSYSADMIN", 6)
    PATIENT_REQUEST = ("PATRQT", 7)

    def __init__(self, code: str, number: int) -> None:
        self.code = code
        self.number = number


@dataclass(frozen=True, slots=True)
class Actor:
    """One person, program or part of the system, with everything a policy can refer to."""

    id: str
    kind: ActorKind
    display: str
    roles: tuple[str, ...] = ()
    practitioner: str | None = None
    """Practitioner id of a clinician, for panels and authorship."""
    sites: frozenset[str] | None = None
    """Organization ids the actor is confined to. None: all sites. An empty set: none of them."""
    patient: str | None = None
    """Patient id of a portal user or of a SMART launch."""
    scopes: tuple[str, ...] | None = None
    """SMART scopes of an API token; they narrow what the roles give. None: not confined by scopes."""
    withheld: frozenset[str] = frozenset()
    """Security labels that an API token does not get, whatever its roles reveal."""
    purposes: frozenset[Purpose] = frozenset()
    """Purposes this one actor may claim beyond those of the roles, for as long as the object lives."""
    via: str = ""
    """Session or token id, so that an audit row leads to where the request came from."""


SYSTEM = Actor("system", "system", "Osler", roles=("system",))
