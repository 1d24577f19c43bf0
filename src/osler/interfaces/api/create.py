"""`POST /{type}`, with If-None-Exist also the conditional create."""

from __future__ import annotations

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records, Resource
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.binary import taken
from osler.interfaces.api.request import Request
from osler.interfaces.api.written import written


@permission(Permission.FHIR)
async def create(request: Request) -> Answer:
    """201 with the new resource; 200 with the one that is there already when the condition finds it."""
    resource = await taken(request)
    condition = request.headers.get("if-none-exist")

    async def work(records: Records) -> tuple[Resource, bool]:
        if condition is not None:
            found = await records.find_one(request.type, condition)
            if found is not None:
                return await records.read(found.type, found.id), False
        return await records.create(resource, alone=condition is None), True

    stored, created = await request.write(work, Action.CREATE, request.type)
    return written(request, stored, created=created)
