"""`$meta`, `$meta-add` and `$meta-delete` of one resource (R4 resource-operation-meta.html)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records, Resource
from osler.core.errors import Invalid
from osler.fhir import json
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.sent import parameters
from osler.interfaces.api.request import Request

_LISTS = ("profile", "security", "tag")
Meta = dict[str, Any]


@permission(Permission.FHIR)
async def meta(request: Request) -> Answer:
    """The profiles, labels and tags of the resource, with its version."""
    async with request.reading(Action.READ, f"{request.type}/$meta") as records:
        return _answer(await records.read(request.type, request.id))


@permission(Permission.FHIR)
async def meta_add(request: Request) -> Answer:
    """The meta after what was sent has been added. Unlike R4 suggests, that is a new version: nothing changes unseen."""
    given = await _given(request)
    return await _changed(request, "$meta-add", lambda held: _with(held, given))


@permission(Permission.FHIR)
async def meta_delete(request: Request) -> Answer:
    """The meta after what was sent has been taken out; what is not there need not be."""
    given = await _given(request)
    return await _changed(request, "$meta-delete", lambda held: _without(held, given))


async def _changed(request: Request, name: str, change: Callable[[Meta], Meta]) -> Answer:
    """Without a difference there is no new version."""

    async def work(records: Records) -> Resource:
        def new(resource: dict[str, Any]) -> dict[str, Any]:
            return {**resource, "meta": change(resource.get("meta", {}))}

        current = await records.read(request.type, request.id)
        before = current.json().get("meta", {})
        if change(before) == before:
            return current
        return await records.patch(request.type, request.id, new, if_match=request.if_match())

    return _answer(await request.write(work, Action.UPDATE, f"{request.type}/{name}"))


async def _given(request: Request) -> Meta:
    found = [each for each in await parameters(request) if each.get("name") == "meta"]
    if len(found) != 1 or not isinstance(found[0].get("valueMeta"), dict):
        raise Invalid("Send one parameter named meta with a valueMeta.", path="Parameters.parameter")
    given: Meta = found[0]["valueMeta"]
    if not set(given) & set(_LISTS):
        raise Invalid("The meta names no profile, security label or tag.", path="Parameters.parameter")
    return given


def _with(held: Meta, given: Meta) -> Meta:
    made = dict(held)
    for name in _LISTS:
        items = list(made.get(name, []))
        known = {_key(each) for each in items}
        for each in given.get(name, []):
            if _key(each) not in known:
                known.add(_key(each))
                items.append(each)
        if items:
            made[name] = items
    return made


def _without(held: Meta, given: Meta) -> Meta:
    made = dict(held)
    for name in _LISTS:
        gone = {_key(each) for each in given.get(name, [])}
        left = [each for each in made.get(name, []) if _key(each) not in gone]
        made.pop(name, None)
        if left:
            made[name] = left
    return made


def _key(item: Any) -> object:
    """A coding is the same by system and code, whatever its display; a profile by its address."""
    return (item.get("system", ""), item.get("code", "")) if isinstance(item, dict) else item


def _answer(stored: Resource) -> Answer:
    found = stored.json().get("meta", {})
    return Answer(
        200, json.encode({"resourceType": "Parameters", "parameter": [{"name": "return", "valueMeta": found}]})
    )
