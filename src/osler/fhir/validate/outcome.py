"""The pure part of $validate (https://hl7.org/fhir/R4/resource-operation-validate.html)."""

from __future__ import annotations

from typing import Any

from osler.fhir.validate.issue import Issue
from osler.fhir.validate.ports import Resolve
from osler.fhir.validate.validator import Validator

MODES = ("create", "update", "delete", "profile")

_FINE = Issue("information", "informational", "", "Nothing is wrong with the resource.")


def validate(
    validator: Validator,
    resource: Any,
    mode: str = "",
    profile: str = "",
    *,
    id: str = "",
    resolve: Resolve | None = None,
) -> dict[str, Any]:
    """An OperationOutcome; acceptable when it has no issue of severity error.

    `mode` is empty or one of create, update, delete and profile; `id` is that of the resource nominated in the URL.
    What the store has to say (versions, duplicates, what refers to a resource to be deleted) is to be added by those
    who can ask it.
    """
    return outcome(_issues(validator, resource, mode, profile, id, resolve) or [_FINE])


def _issues(
    validator: Validator, resource: Any, mode: str, profile: str, id: str, resolve: Resolve | None
) -> list[Issue]:
    if mode and mode not in MODES:
        return [Issue("error", "value", "mode", "The mode is create, update, delete or profile.")]
    if mode == "profile" and not profile:
        return [Issue("error", "required", "profile", "In this mode a profile has to be named.")]
    if resource is None:
        return [] if mode == "delete" else [Issue("error", "required", "resource", "There is no resource to validate.")]
    if mode == "delete":
        return []  # what is in a resource that goes away does not matter
    found = validator.issues(resource, (profile,) if profile else (), resolve=resolve)
    return [*found, *_of_identity(resource, mode, id)]


def _of_identity(resource: Any, mode: str, id: str) -> list[Issue]:
    """Only an update needs the id, and it needs the right one (https://hl7.org/fhir/R4/http.html#update)."""
    if not isinstance(resource, dict):
        return []
    path, own = f"{resource.get('resourceType', '')}.id", resource.get("id")
    if mode == "update" and own is None:
        return [Issue("error", "required", path, "To be updated, a resource needs its id.")]
    if mode == "update" and id and own != id:
        return [Issue("error", "value", path, "The id is another than that of the resource to be updated.")]
    if mode == "create" and own is not None:
        return [
            Issue(
                "information", "informational", path, "The id is not kept: a resource that is created gets a new one."
            )
        ]
    return []


def outcome(issues: list[Issue]) -> dict[str, Any]:
    """Issues as an OperationOutcome: the path as expression, the rule as diagnostics."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(each) for each in issues]}


def _issue(issue: Issue) -> dict[str, Any]:
    told: dict[str, Any] = {"severity": issue.severity, "code": issue.code, "details": {"text": issue.message}}
    if issue.rule:
        told["diagnostics"] = issue.rule
    if issue.path:
        told["expression"] = [issue.path]
    return told
