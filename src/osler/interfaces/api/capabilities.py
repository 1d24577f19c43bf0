"""`GET /metadata`."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.capability import capability_statement
from osler.fhir.definitions.profiles import Profiles
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.caching import caching
from osler.interfaces.api.operations.record_routes import RECORD
from osler.interfaces.api.operations.terminology.statement import terminology_statement
from osler.interfaces.api.operations.terminology_routes import TERMINOLOGY
from osler.interfaces.api.request import Request

OPERATIONS = (
    ("Patient", "everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything"),
    *TERMINOLOGY,
    *RECORD,
)
CORE = "hl7.fhir.r4.core"
_Key = tuple[str, int, frozenset[str]]
_kept: dict[_Key, bytes] = {}
"""Statements by address, validator (another one follows when guides are loaded) and the site's own search parameters."""
_MOST_KEPT = 16


@permission(Permission.PUBLIC)
async def metadata(request: Request) -> Answer:
    """The CapabilityStatement of this server, made once for each address that it is reached by."""
    mode = dict(request.params()).get("mode", "full")
    if mode == "terminology":
        return await terminology_statement(request)
    if mode not in ("full", "normative"):
        raise Invalid("mode takes one of: full, normative, terminology.", path="mode")
    body = _kept.get(_key(request)) or await asyncio.to_thread(_statement, request)
    return Answer(200, body, [caching(request)])


def _statement(request: Request) -> bytes:
    from osler.interfaces.api.dispatch import table

    validator, key = request.context.gate.rules.validator, _key(request)
    supported = _supported(validator.profiles)
    made = capability_statement(
        request.base,
        date=request.context.gate.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
        interactions={route.name for route in table().routes},
        cors=bool(request.context.settings.cors_origins),
        operations=OPERATIONS,
        profiles={type_: [each.canonical for each in profiles] for type_, profiles in supported.items()},
        guides=sorted({each.guide for profiles in supported.values() for each in profiles}),
        not_checked=list(validator.unchecked_value_sets()),
        custom=request.context.gate.store.custom.ready(),
    )
    body = json.encode(made)
    if len(_kept) >= _MOST_KEPT:  # the address comes from the client when the settings do not name it
        _kept.clear()
    _kept[key] = body
    return body


def _key(request: Request) -> _Key:
    gate = request.context.gate
    return request.base, id(gate.rules.validator), gate.store.custom.ready().prints


class _Supported(NamedTuple):
    canonical: str
    guide: str
    """Canonical of the implementation guide that it is from."""


def _supported(profiles: Profiles) -> dict[str, list[_Supported]]:
    """The guides' profiles by the type that they are of; R4's own go without saying."""
    found: dict[str, list[_Supported]] = {}
    for canonical in profiles.canonicals():
        profile = profiles.find(canonical)
        if profile is not None and not profile.package.startswith(f"{CORE}#") and profile.type != "Extension":
            base, (name, _, version) = profile.url.partition("/StructureDefinition/")[0], profile.package.partition("#")
            guide = f"{base}/ImplementationGuide/{name}|{version}"
            found.setdefault(profile.type, []).append(_Supported(canonical, guide))
    return found
