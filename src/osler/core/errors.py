"""The closed set of things that can go wrong, as the reader is told them.

OslerError
├── Invalid           the request or resource breaks a rule; nothing was written
│   └── ProfileBroken     good FHIR, but not what it claims in meta.profile
├── Unauthenticated   nobody is signed in, or the token is not good
├── Forbidden         signed in, and may know that the thing is there, but may not do this
├── NotFound          not there, or not for this reader to know of
│   └── Gone          was there and was deleted (only told to a reader who could have read it)
├── Conflict          the record as it stands does not allow this
│   ├── VersionConflict   someone else wrote first: the version given is not the version stored
│   ├── Duplicate         a condition that must match at most one resource matched several
│   └── Referenced        other resources still point at the one to be deleted
├── TooCostly         would read or hold more than the limits allow; narrow it
├── Unsupported       a part of a standard that Osler does not answer (yet)
└── Unavailable       the database or another part is away; try again after `retry_after` seconds

Each door has one table from these to its own language. A message speaks to the reader and may name a path,
a parameter or a resource type; never a value taken from a patient's data.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where (a FHIRPath-like path or parameter name) and what."""

    message: str
    path: str = ""
    code: str = "invalid"
    """A FHIR issue type: structure, required, value, invariant, not-found, code-invalid …"""


class OslerError(Exception):
    """Base of every error that Osler shows to a reader."""

    issue_type = "exception"

    def __init__(self, message: str, *, path: str = "", faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.faults = faults or (Fault(message, path, self.issue_type),)


class Invalid(OslerError):
    issue_type = "invalid"


class ProfileBroken(Invalid):
    pass


class Unauthenticated(OslerError):
    issue_type = "login"


class Forbidden(OslerError):
    issue_type = "forbidden"


class NotFound(OslerError):
    issue_type = "not-found"


class Gone(NotFound):
    issue_type = "deleted"


class Conflict(OslerError):
    issue_type = "conflict"


class VersionConflict(Conflict):
    pass


class Duplicate(Conflict):
    issue_type = "multiple-matches"


class Referenced(Conflict):
    pass


class TooCostly(OslerError):
    issue_type = "too-costly"


class Unsupported(OslerError):
    issue_type = "not-supported"


class Unavailable(OslerError):
    issue_type = "transient"

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after
