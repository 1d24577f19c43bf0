"""`$closure` (R4 conceptmap-operation-closure.html).

A client's table is kept as a ConceptMap of the record, under an id made of who asks and the table's name: every worker
and every backup has it, and its history shows how it grew.
"""

from __future__ import annotations

import hashlib
from typing import Any

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records
from osler.core.errors import Forbidden, Invalid, NotFound
from osler.fhir import json
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.terminology.given import given
from osler.interfaces.api.operations.terminology.recorded import may_read, work_out
from osler.interfaces.api.operations.terminology.tables import read_table, write_table
from osler.interfaces.api.request import Request
from osler.terminology.valuesets.operations.closure import Code, Table, as_concept_map, since

KNOWN = frozenset(("name", "concept", "version"))
MOST_AT_ONCE = 1000


@permission(Permission.FHIR)
async def concept_map_closure(request: Request) -> Answer:
    """Begins a table, adds codes to it, or tells again what came after a version."""
    asked = await given(request, KNOWN, "$closure")
    name, version = asked.text("name"), asked.text("version")
    codes = [_code(each) for each in asked.codings("concept")]
    if not name or len(name) > 200:
        raise Invalid("Give the table a name of up to 200 characters.", path="name")
    if codes and version:
        raise Invalid("Give codes to add, or a version to go on from; not both.", path="version")
    if len(codes) > MOST_AT_ONCE:
        raise Invalid(f"Add up to {MOST_AT_ONCE:,} codes at a time.", path="concept")

    async def work(records: Records) -> dict[str, Any]:
        may_read(records, "ConceptMap") if version else _may_keep(records)
        if not codes and not version:
            await _keep(records, request, Table(name))
            return _answer(request, Table(name), 0)
        table, stored = await _need(records, request, name)
        if version:
            return _answer(request, table, _number(version))
        grown = await work_out(request, records, lambda terminology: terminology.extend_closure(table, codes))
        if grown is not table:
            await _keep(records, request, grown, if_match=stored)
        return _answer(request, grown, table.version)

    return Answer(200, json.encode(await request.write(work, Action.UPDATE, request.what)))


def _code(coding: dict[str, Any]) -> Code:
    if not coding.get("system") or not coding.get("code"):
        raise Invalid("A code is told by its system and its code.", path="concept")
    return Code(coding["system"], coding["code"])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("version is the number that an answer gave.", path="version")
    return int(text)


def _answer(request: Request, table: Table, version: int) -> dict[str, Any]:
    return as_concept_map(table, since(table, version), now=request.context.gate.clock())


def _id(request: Request, name: str) -> str:
    whole = f"{request.actor.kind}\n{request.actor.id}\n{name}".encode()
    return f"closure-{hashlib.blake2b(whole, digest_size=16).hexdigest()}"


def _may_keep(records: Records) -> None:
    """Raises Forbidden unless the actor may keep a table in the record, as a ConceptMap under an id of Osler's making."""
    if not (records.may("update", "ConceptMap") and records.may_choose_id("ConceptMap")):
        raise Forbidden("A closure table is kept as a ConceptMap; your role or token does not let you write these.")


async def _need(records: Records, request: Request, name: str) -> tuple[Table, int]:
    """The table, and the version of the resource that it is kept in."""
    found = await records.find("ConceptMap", _id(request, name))
    if found is None:
        raise NotFound("There is no such closure table of yours; begin it by sending its name alone.", path="name")
    return read_table(json.decode(found.body)), found.version


async def _keep(records: Records, request: Request, table: Table, *, if_match: int | None = None) -> None:
    id_ = _id(request, table.name)
    await records.update({**write_table(table), "id": id_}, id_, if_match=if_match)
