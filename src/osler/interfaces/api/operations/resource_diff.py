"""`$diff`: what changed between two versions, or two resources of one type, as a FHIRPath Patch."""

from __future__ import annotations

import asyncio
from typing import Any

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records
from osler.core.errors import Invalid, NotFound
from osler.fhir import json
from osler.fhir.datatypes.references import parse_reference
from osler.fhir.diff import diff
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.sent import sent
from osler.interfaces.api.request import Request
from osler.interfaces.api.shapes import shape_of

_NAMES = {"fromVersion", "from", "to", "includeMeta", "_format", "_pretty"}


@permission(Permission.FHIR)
async def diff_of_versions(request: Request) -> Answer:
    """From the version before, or `fromVersion`, to the current one."""
    given = await _given(request, {"fromVersion", "includeMeta"})
    async with request.reading(Action.HISTORY, shape_of(f"{request.type}/$diff", list(given.items()))) as records:
        current = await records.read(request.type, request.id)
        wanted = given.get("fromVersion", str(current.version - 1))
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
            raise Invalid("fromVersion takes the number of a version.", path="fromVersion")
        if wanted == "0":
            raise NotFound("This resource has no version before its first.")
        before = await records.read_version(request.type, request.id, int(wanted))
    return await _answer(before.json(), current.json(), given)


@permission(Permission.FHIR)
async def diff_of_resources(request: Request) -> Answer:
    """From one resource to another, `Type/id` or `Type/id/_history/version`."""
    given = await _given(request, {"from", "to", "includeMeta"})
    async with request.reading(Action.HISTORY, shape_of("$diff", list(given.items()))) as records:
        old, new = [await _named(request, records, given.get(name, ""), name) for name in ("from", "to")]
    if old["resourceType"] != new["resourceType"]:
        raise Invalid("from and to are resources of one type.", path="to")
    return await _answer(old, new, given)


async def _named(request: Request, records: Records, text: str, name: str) -> dict[str, Any]:
    read = parse_reference(text.removeprefix(f"{request.base}/")) if text else None
    if read is None or read.kind != "relative":
        raise Invalid(f"{name} takes Type/id or Type/id/_history/version.", path=name)
    if not read.version:
        return (await records.read(read.type, read.id)).json()
    if not (read.version.isascii() and read.version.isdigit() and len(read.version) < 10):
        raise NotFound(f"There is no such version of this {read.type}.")
    return (await records.read_version(read.type, read.id, int(read.version))).json()


async def _given(request: Request, known: set[str]) -> dict[str, str]:
    given = {name: value for name, value in request.params() + await sent(request) if value}
    if not set(given) <= known | {"_format", "_pretty"} and request.prefer.get("handling") != "lenient":
        raise Invalid(f"$diff takes here: {', '.join(sorted(known))}.", path="Parameters")
    return given


async def _answer(old: dict[str, Any], new: dict[str, Any], given: dict[str, str]) -> Answer:
    with_meta = given.get("includeMeta", "false")
    if with_meta not in ("true", "false"):
        raise Invalid("includeMeta takes true or false.", path="includeMeta")
    found = await asyncio.to_thread(lambda: diff(old, new, meta=with_meta == "true"))
    return Answer(200, json.encode(found))
