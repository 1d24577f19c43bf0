"""`GET /{type}?…`, `POST /{type}/_search`, and the same inside a compartment."""

from __future__ import annotations

from dataclasses import replace

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Answer as Found
from osler.core.errors import Unsupported
from osler.core.ids import is_id
from osler.fhir.search.parse import parse_query
from osler.fhir.search.parse.results import IGNORED
from osler.fhir.search.query import Query
from osler.fhir.search.terminology import Codes
from osler.interfaces.api import media
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.patient_everything import answer_everything
from osler.interfaces.api.operations.terminology.searching import asks_terminology, with_terminology
from osler.interfaces.api.outcome import HttpError, note
from osler.interfaces.api.request import Params, Request, read_params
from osler.interfaces.api.searchset import INCLUDE, MATCH, Entry, link, searchset
from osler.interfaces.api.shapes import shape_of
from osler.interfaces.api.shaping import shaping_of_query

_FORM = frozenset({media.FORM})


@permission(Permission.FHIR)
async def search(request: Request) -> Answer:
    return await answer_search(request, request.type, request.params())


@permission(Permission.FHIR)
async def search_by_post(request: Request) -> Answer:
    """Parameters in the body and in the address count alike (R4 http.html §3.1.0.9)."""
    return await answer_search(request, request.type, request.params() + form_of(request))


@permission(Permission.FHIR)
async def search_compartment(request: Request) -> Answer:
    params = request.params() + (form_of(request) if request.method == "POST" else [])
    kind, id_, type_ = request.parts[:3]
    if type_ == "*":
        if kind != "Patient":
            raise Unsupported("Only a patient's whole compartment can be searched at once; name a type.")
        return await answer_everything(request, params, "*")
    return await answer_search(request, type_, params, compartment=(kind, id_))


def form_of(request: Request) -> Params:
    body = request.body
    if not body:
        return []
    media.check_sent(request.header("content-type"), allowed=_FORM)
    if len(body) > 1_000_000:
        raise HttpError(413, "Search parameters may take a million bytes.", code="too-long")
    return read_params(body.decode("latin-1"))


async def answer_search(
    request: Request, type_: str, params: Params, *, compartment: tuple[str, str] | None = None
) -> Answer:
    """A page of matches as a searchset."""
    request.what = shape_of(type_, params) if compartment is None else f"{compartment[0]}/*/{shape_of(type_, params)}"
    coded = asks_terminology(params)
    query = None if coded else read_query(request, type_, params, compartment)
    async with request.reading(Action.SEARCH, request.what) as records:
        if query is None:
            query = await with_terminology(
                request, records, lambda codes: read_query(request, type_, params, compartment, codes)
            )
        patient = compartment[1] if compartment and compartment[0] == "Patient" else patient_of(type_, query)
        if patient:
            records.about_patient(patient)
        found = await records.search(query)
    path = type_ if compartment is None else f"{compartment[0]}/{compartment[1]}/{type_}"
    return await answer_bundle(request, path, query, found, ignored_of(params, query))


def read_query(
    request: Request, type_: str, params: Params, compartment: tuple[str, str] | None, codes: Codes | None = None
) -> Query:
    """The typed query, with this installation's page size. Unknown parameters are refused unless `handling=lenient`."""
    store, settings = request.context.gate.store, request.context.settings
    lenient = request.prefer.get("handling") == "lenient"
    while True:
        try:
            query = parse_query(
                type_, params, zone=store.zone, now=request.context.gate.clock(), base_url=request.base,
                strict=not lenient, compartment=compartment, codes=codes,
                custom=store.custom.params,
            )  # fmt: skip
            break
        except Unsupported as error:
            name = error.faults[0].path
            fewer = [each for each in params if each[0] != name]
            if not lenient or len(fewer) == len(params):
                raise HttpError(400, error.message, code="not-supported", path=name) from None
            params = fewer
    count = settings.default_count if query.count is None else min(query.count, settings.max_count)
    return query if count == query.count else replace(query, count=count)


def ignored_of(params: Params, query: Query) -> list[str]:
    """Names of parameters that a lenient search left out."""
    used = {name for name, _ in query.params} | IGNORED | {"_cursor"}
    return sorted({name for name, value in params if value.strip(",") and name not in used})


def patient_of(type_: str, query: Query) -> str:
    """The id of the one patient that a search names, or nothing."""
    for name, value in query.params:
        if name == "_id" and type_ == "Patient" and is_id(value):
            return value
        if name in ("patient", "subject", "patient:Patient", "subject:Patient"):
            reference = value if "/" in value else f"Patient/{value}" if name != "subject" else ""
            if reference.startswith("Patient/") and is_id(reference[8:]):
                return reference[8:]
    return ""


async def answer_bundle(request: Request, path: str, query: Query, found: Found, ignored: list[str]) -> Answer:
    """The searchset of what was found; `ignored` are the names of parameters that were left out."""
    shaping = shaping_of_query(query)
    entries = [Entry(each, MATCH, shaping, found.scores.get(each.rid)) for each in found.matches]
    entries += [Entry(each, INCLUDE) for each in found.included]
    address = f"{request.base}/{path}"
    first = list(query.params)
    as_written = request.query if request.method == "GET" and not ignored else ""
    links = [link("self", address, _going_on(first, query.cursor), written=as_written)]
    if query.cursor is not None:
        links.append(link("first", address, first))
    if found.previous is not None:
        links.append(link("previous", address, _going_on(first, found.previous)))
    if found.next is not None:
        links.append(link("next", address, _going_on(first, found.next)))
    said = None
    if ignored:
        names = ", ".join(name for name in ignored if name.replace("-", "").replace("_", "").replace(":", "").isalnum())
        said = note(f"Left out, as not known: {names or 'a parameter'}.", severity="warning", code="not-supported")
    total = None if query.total == "none" else found.total
    body = await searchset(request.base, entries, total=total, links=links, said=said)
    return Answer(200, body)


def _going_on(params: Params, cursor: str | None) -> Params:
    return params if cursor is None else [*params, ("_cursor", cursor)]
