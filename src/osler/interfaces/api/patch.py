"""`PATCH /{type}/{id}` and `PATCH /{type}?criteria`, with JSON Patch or FHIRPath Patch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records, Resource
from osler.core.errors import Invalid, NotFound
from osler.fhir.patch import apply_patch, binary_patch, read_patch
from osler.fhir.patch_fhirpath import apply_fhirpath_patch, read_fhirpath_patch
from osler.interfaces.api import media
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.bodies import decoded
from osler.interfaces.api.request import Request
from osler.interfaces.api.shapes import shape_of
from osler.interfaces.api.update import criteria_of
from osler.interfaces.api.written import written

Change = Callable[[dict[str, Any]], dict[str, Any]]
"""The next version of a resource from the current one."""
_ACCEPTED = frozenset({media.JSON_PATCH, "application/fhir+json", "application/json"})


@permission(Permission.FHIR)
async def patch(request: Request) -> Answer:
    """200 with the patched resource. All of the patch is applied or nothing."""
    change, if_match = await patch_of(request), request.if_match()
    stored = await request.write(
        lambda records: records.patch(request.type, request.id, change, if_match=if_match), Action.UPDATE, request.type
    )
    return written(request, stored, created=False)


@permission(Permission.FHIR)
async def conditional_patch(request: Request) -> Answer:
    """Patches the one match; 404 with none, 412 with several."""
    change, if_match = await patch_of(request), request.if_match()
    criteria = criteria_of(request)

    async def work(records: Records) -> Resource:
        found = await records.find_one(request.type, criteria)
        if found is None:
            raise NotFound(f"No {request.type} matches the condition.")
        return await records.patch(found.type, found.id, change, if_match=if_match)

    stored = await request.write(work, Action.UPDATE, shape_of(request.type, request.params()))
    return written(request, stored, created=False)


async def patch_of(request: Request) -> Change:
    """The change that the body asks for; in a bundle's entry JSON Patch comes as a Binary (R4 http.html §3.1.0.11.3)."""
    document = await decoded(request, allowed=_ACCEPTED)
    if isinstance(document, dict) and "resourceType" in document:
        return await asyncio.to_thread(change_of, document)
    sent = media.split(request.header("content-type"))[0]
    if request.body is not None and sent != media.JSON_PATCH:
        raise Invalid("Send JSON Patch as application/json-patch+json.", path="Content-Type")
    operations = read_patch(document)
    return lambda resource: apply_patch(resource, operations)


def change_of(patch: dict[str, Any]) -> Change:
    """The change that a patch says as a resource: Parameters for FHIRPath Patch, a Binary that holds JSON Patch."""
    if patch.get("resourceType") == "Parameters":
        steps = read_fhirpath_patch(patch)
        return lambda resource: apply_fhirpath_patch(resource, steps)
    operations = binary_patch(patch)
    return lambda resource: apply_patch(resource, operations)
