"""`$validate` of a resource that was sent, or of one that is stored (R4 resource-operation-validate.html)."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.rules import is_large
from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.validate import validate
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.bodies import decoded
from osler.interfaces.api.operations.sent import value_of
from osler.interfaces.api.request import Request

_KNOWN = frozenset(("resource", "mode", "profile"))


@permission(Permission.FHIR)
async def resource_validate(request: Request) -> Answer:
    """200 with an OperationOutcome that says all that is wrong; nothing is written, whatever it says."""
    document = await decoded(request) if request.method == "POST" and (request.body or request.resource) else None
    resource, mode, profile = _asked(document, dict(request.params()))
    own = request.id if len(request.parts) == 3 else ""
    async with request.reading(Action.READ, request.what) as records:
        if own and resource is None:
            resource = (await records.read(request.type, own)).json()
        if isinstance(resource, dict) and resource.get("resourceType") not in (request.type, None):
            raise Invalid(f"The address is for {request.type}; the resource says otherwise.", path="resourceType")
        if resource is None and mode != "delete":
            raise Invalid("Send the resource to be validated.", path="resource")
        rules = request.context.gate.rules
        check = partial(validate, rules.validator, resource, mode, profile, id=own)
        outcome = await (rules.in_turn(check) if is_large(resource) else asyncio.to_thread(check))
    return Answer(200, json.encode(outcome))


def _asked(document: Any, params: dict[str, str]) -> tuple[Any, str, str]:
    """Resource, mode and profile, from the address and from Parameters or the bare resource in the body."""
    found: dict[str, Any] = {name: value for name, value in params.items() if name in _KNOWN}
    if isinstance(document, dict) and document.get("resourceType") == "Parameters" and _holds_parameters(document):
        for each in document["parameter"]:
            found[each["name"]] = each.get("resource") or value_of(each)
    elif document is not None:
        found["resource"] = document
    mode, profile = found.get("mode", ""), found.get("profile", "")
    if not isinstance(mode, str) or not isinstance(profile, str):
        raise Invalid("mode takes a code and profile a URL.", path="Parameters.parameter")
    return found.get("resource"), mode, profile


def _holds_parameters(document: dict[str, Any]) -> bool:
    """Whether these are the operation's own parameters, not a Parameters resource to be validated."""
    items = document.get("parameter")
    return isinstance(items, list) and all(isinstance(each, dict) and each.get("name") in _KNOWN for each in items)
