"""`PUT /{type}/{id}` and `PUT /{type}?criteria`."""

from __future__ import annotations

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records, Resource
from osler.core.errors import Invalid, VersionConflict
from osler.core.ids import is_id
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.binary import taken
from osler.interfaces.api.request import Request
from osler.interfaces.api.shapes import shape_of
from osler.interfaces.api.written import written


@permission(Permission.FHIR)
async def update(request: Request) -> Answer:
    """200 with the next version, or 201 when this id was free; with `If-None-Match: *` only that (RFC 9110 §13.1.2), with
    `If-Match: *` never that."""
    id_ = request.id
    if not is_id(id_):
        raise Invalid("An id has 1 to 64 letters, digits, dots or hyphens.", path=f"{request.type}.id")
    resource = await taken(request)
    if resource.get("id") != id_:
        raise Invalid("The id in the resource has to be the one in the address.", path=f"{request.type}.id")
    if_match, only_new = request.if_match(), request.header("if-none-match").strip() == "*"

    async def work(records: Records) -> tuple[Resource, bool]:
        return await records.update(resource, id_, if_match=if_match, only_new=only_new, only_there=request.if_there())

    stored, created = await request.write(work, Action.UPDATE, request.type)
    return written(request, stored, created=created)


@permission(Permission.FHIR)
async def conditional_update(request: Request) -> Answer:
    """Updates the one match; with none creates, under the id in the resource if it has one."""
    resource = await taken(request)
    if_match, given = request.if_match(), resource.get("id")
    criteria = criteria_of(request)

    async def work(records: Records) -> tuple[Resource, bool]:
        found = await records.find_one(request.type, criteria)
        if found is None:
            if request.if_there():
                raise VersionConflict(f"No {request.type} matches the condition.")
            if given is None:
                return await records.create(resource), True
            return await records.update(resource, given, if_match=if_match)
        if given not in (None, found.id):
            raise Invalid("The condition leads to a resource with another id.", path=f"{request.type}.id")
        return await records.update({**resource, "id": found.id}, found.id, if_match=if_match)

    stored, created = await request.write(work, Action.UPDATE, shape_of(request.type, request.params()))
    return written(request, stored, created=created)


def criteria_of(request: Request) -> str:
    """The condition in the address. Raises Invalid without one: nothing is ever changed or deleted wholesale."""
    if not request.query:
        raise Invalid(f"{request.method} needs an id in the address, or search criteria that single out one resource.")
    return request.query
