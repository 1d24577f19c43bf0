"""From Osler's errors to HTTP and OperationOutcome: the one table of this door."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from osler.core.errors import (
    Conflict,
    Duplicate,
    Fault,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    OslerError,
    ProfileBroken,
    TooCostly,
    Unauthenticated,
    Unavailable,
    Unsupported,
    VersionConflict,
)
from osler.fhir import json
from osler.interfaces.api.answer import Answer

_STATUS: dict[type[OslerError], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    Gone: 410,
    NotFound: 404,
    VersionConflict: 412,
    Duplicate: 412,
    Conflict: 409,
    TooCostly: 422,
    Unsupported: 501,
    Unavailable: 503,
    ProfileBroken: 422,
    Invalid: 400,
}
_RULE_BROKEN = frozenset({"not-found", "business-rule"})
"""Faults of a resource that is well formed but may not be stored as it is: 422 rather than 400."""
_LONGEST_PATH = 300
"""Characters of a name that somebody sent which are sent back."""


class HttpError(OslerError):
    """Something wrong with a request as HTTP, before it is FHIR: method, media type, length."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "processing",
        path: str = "",
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message, faults=(Fault(message, path, code),))
        self.status = status
        self.headers = headers


def status_of(error: OslerError) -> int:
    """The HTTP status an error is answered with."""
    if isinstance(error, HttpError):
        return error.status
    if isinstance(error, Invalid) and error.faults and all(fault.code in _RULE_BROKEN for fault in error.faults):
        return 422
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)


def outcome_json(error: OslerError) -> dict[str, Any]:
    """The OperationOutcome of an error, with one issue for every fault."""
    severity = "fatal" if status_of(error) == 500 else "error"
    return {"resourceType": "OperationOutcome", "issue": [_issue(severity, fault) for fault in error.faults]}


def _issue(severity: str, fault: Fault) -> dict[str, Any]:
    if len(fault.path) > _LONGEST_PATH:
        fault = replace(fault, path=fault.path[:_LONGEST_PATH] + "…")
    issue: dict[str, Any] = {
        "severity": severity,
        "code": fault.code,
        "details": {"text": fault.message},
        "diagnostics": f"{fault.path}: {fault.message}" if fault.path else fault.message,
    }
    if fault.path:
        issue["expression"] = [fault.path]
    return issue


def note(message: str, *, severity: str = "information", code: str = "informational", path: str = "") -> dict[str, Any]:
    """An OperationOutcome that says how something went rather than what went wrong."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(severity, Fault(message, path, code))]}


def answer_of(error: OslerError) -> Answer:
    """The whole answer to a request that failed."""
    answer = Answer(status_of(error), json.encode(outcome_json(error)))
    if isinstance(error, Unauthenticated):
        answer.headers.append((b"www-authenticate", b'Bearer realm="Osler"'))
    if isinstance(error, Unavailable):
        answer.headers.append((b"retry-after", str(error.retry_after).encode()))
    if isinstance(error, HttpError):
        answer.headers.extend(error.headers)
    return answer
