"""`GET /?_type=…` and `POST /_search`: searches over several types, or all (R4 http.html §3.1.0.9)."""

from __future__ import annotations

from dataclasses import replace

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.fhir.search.query import Query
from osler.fhir.search.terminology import Codes
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.terminology.searching import asks_terminology, with_terminology
from osler.interfaces.api.request import Params, Request
from osler.interfaces.api.search import answer_bundle, form_of, ignored_of, read_query
from osler.interfaces.api.shapes import shape_of

MOST = 200
"""Longest page: each type fills one before they are merged."""


@permission(Permission.FHIR)
async def search_everywhere(request: Request) -> Answer:
    """A page over the types that `_type` names; without it over all that the caller may search."""
    params = request.params() + (form_of(request) if request.method == "POST" else [])
    types = _types(params)
    rest = [pair for pair in params if pair[0] != "_type"]
    request.what = shape_of("", params)

    def read(codes: Codes | None) -> list[Query]:
        return [read_query(request, type_, rest, None, codes) for type_ in types or _every_type()]

    coded = asks_terminology(rest)
    queries = [] if coded else read(None)
    async with request.reading(Action.SEARCH, request.what) as records:
        if coded:
            queries = await with_terminology(request, records, read)
        queries = [replace(query, count=min(query.count or 0, MOST)) for query in queries]
        found = await records.search_types(queries, named=bool(types))
    told = replace(queries[0], params=(*(pair for pair in params if pair[0] == "_type"), *queries[0].params))
    return await answer_bundle(request, "", told, found, ignored_of(rest, queries[0]))


def _types(params: Params) -> list[str]:
    found = [word for name, value in params if name == "_type" for word in value.split(",") if word]
    if not set(found) <= definitions().resource_types:
        raise Invalid("_type names something that is no R4 resource type.", path="_type")
    return list(dict.fromkeys(found))


def _every_type() -> list[str]:
    return sorted(definitions().resource_types)
