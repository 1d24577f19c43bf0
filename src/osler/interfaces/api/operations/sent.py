"""The parameters that a POST of an operation brings, as plain pairs."""

from __future__ import annotations

from typing import Any

from osler.core.errors import Invalid
from osler.fhir.structure import faults
from osler.interfaces.api.bodies import decoded
from osler.interfaces.api.request import Params, Request


async def sent(request: Request) -> Params:
    """Names and values of the Parameters resource that was sent, if any."""
    return [(each.get("name", ""), _text(value_of(each))) for each in await parameters(request)]


async def parameters(request: Request) -> list[dict[str, Any]]:
    """The parameters as they were sent."""
    if request.method != "POST" or not (request.body or request.resource):
        return []
    document = await decoded(request)
    if not isinstance(document, dict) or document.get("resourceType") != "Parameters":
        raise Invalid("Send a Parameters resource, or nothing.", path="resourceType")
    if found := faults(document):
        raise Invalid("The Parameters are not well formed.", faults=tuple(found))
    return document.get("parameter", [])


def value_of(parameter: dict[str, Any]) -> Any:
    """The value[x] of a parameter as JSON says it; an empty text without one."""
    return next((value for name, value in parameter.items() if name.startswith("value")), "")


def _text(value: object) -> str:
    """As an address would write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
