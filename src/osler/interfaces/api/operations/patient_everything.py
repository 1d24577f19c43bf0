"""`Patient/{id}/$everything` (R4 patient-operation-everything.html)."""

from __future__ import annotations

from datetime import datetime, tzinfo

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Everything, Resource
from osler.core.errors import Invalid
from osler.fhir.datatypes.dates import parse_date, parse_date_time
from osler.fhir.definitions import definitions
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.sent import sent
from osler.interfaces.api.request import Params, Request
from osler.interfaces.api.searchset import MATCH, Entry, link, searchset
from osler.interfaces.api.shapes import shape_of
from osler.interfaces.api.shaping import Shaping, shaping_of

_KNOWN = {"_since", "_type", "_count", "start", "end", "_cursor", "_format", "_pretty", "_summary", "_elements"}


@permission(Permission.FHIR)
async def patient_everything(request: Request) -> Answer:
    """A page of the record; `next` links lead through all of it."""
    return await answer_everything(request, request.params() + await sent(request), "$everything")


async def answer_everything(request: Request, params: Params, name: str) -> Answer:
    """`name` is `$everything`, or `*` for the compartment alone (R4 http.html, search in a compartment)."""
    shaping, wanted = shaping_of(request), _wanted(request, params, around=name != "*")
    async with request.reading(Action.SEARCH, shape_of(f"Patient/{name}", params)) as records:
        found = await records.everything(wanted)
    address = f"{request.base}/Patient/{wanted.patient}/{name}"
    kept = [pair for pair in params if pair[0] in _KNOWN and pair[0] != "_cursor"]
    links = [link("self", address, [pair for pair in params if pair[0] in _KNOWN])]
    if found.next is not None:
        links.append(link("next", address, [*kept, ("_cursor", found.next)]))
    total = len(found.matches) if found.next is None and not wanted.cursor else None
    return Answer(200, await searchset(request.base, _entries(found.matches, shaping), total=total, links=links))


def _entries(matches: list[Resource], shaping: Shaping | None) -> list[Entry]:
    return [Entry(each, MATCH, shaping) for each in matches]


def _wanted(request: Request, params: Params, *, around: bool) -> Everything:
    given: dict[str, str] = {}
    for name, value in params:
        if name not in _KNOWN and request.prefer.get("handling") != "lenient":
            raise Invalid("$everything takes start, end, _since, _type and _count.", path="Parameters")
        if value:
            given[name] = f"{given[name]},{value}" if name == "_type" and "_type" in given else value
    most, zone = request.context.settings.max_count, request.context.gate.store.zone
    count = given.get("_count", str(most))
    if not (count.isascii() and count.isdigit() and 0 < len(count) < 10):
        raise Invalid("_count takes a number.", path="_count")
    lo = _date(given["start"], "start", zone)[0] if "start" in given else None
    hi = _date(given["end"], "end", zone)[1] if "end" in given else None
    return Everything(
        request.id, _types(given.get("_type", "")), _since(given.get("_since"), zone), lo, hi, given.get("_cursor", ""),
        max(1, min(int(count), most)), around,
    )  # fmt: skip


def _types(text: str) -> tuple[str, ...]:
    types = tuple(word.strip() for word in text.split(",") if word.strip())
    if not set(types) <= definitions().resource_types:
        raise Invalid("_type names something that is no R4 resource type.", path="_type")
    return types


def _date(text: str, name: str, zone: tzinfo) -> tuple[datetime, datetime]:
    try:
        return parse_date(text).span(zone)
    except ValueError:
        raise Invalid(f"{name} takes a date.", path=name) from None


def _since(text: str | None, zone: tzinfo) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_date_time(text.replace(" ", "+")).span(zone)[0]
    except ValueError:
        raise Invalid("_since takes a date or a date with a time.", path="_since") from None
