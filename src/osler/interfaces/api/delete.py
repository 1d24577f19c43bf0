"""`DELETE /{type}/{id}` and `DELETE /{type}?criteria`."""

from __future__ import annotations

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records, Resource
from osler.fhir import json
from osler.interfaces.api.answer import Answer, etag
from osler.interfaces.api.outcome import note
from osler.interfaces.api.request import Request
from osler.interfaces.api.shapes import shape_of
from osler.interfaces.api.update import criteria_of


@permission(Permission.FHIR)
async def delete(request: Request) -> Answer:
    """204, also when there is nothing left to delete."""
    if_match = request.if_match()
    erased = await request.write(
        lambda records: records.delete(request.type, request.id, if_match=if_match), Action.DELETE, request.type
    )
    return _deleted(request, erased)


@permission(Permission.FHIR)
async def conditional_delete(request: Request) -> Answer:
    """Deletes the one match. Several are refused with 412, and nothing is deleted."""
    criteria, if_match = criteria_of(request), request.if_match()

    async def work(records: Records) -> Resource | None:
        found = await records.find_one(request.type, criteria)
        return None if found is None else await records.delete(found.type, found.id, if_match=if_match)

    erased = await request.write(work, Action.DELETE, shape_of(request.type, request.params()))
    return _deleted(request, erased)


def _deleted(request: Request, erased: Resource | None) -> Answer:
    headers = [] if erased is None else [(b"etag", etag(erased.version))]
    if request.prefer.get("return") == "OperationOutcome":
        message = "There was nothing to delete." if erased is None else f"{erased.type} deleted."
        return Answer(200, json.encode(note(message)), headers)
    return Answer(204, b"", headers)
