"""`Observation/$lastn`: the newest observations of each kind (R4 observation-operation-lastn.html)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

from osler.access.audit.entry import Action
from osler.access.permissions import Permission, permission
from osler.access.records import Records, Resource
from osler.core.errors import Invalid, TooCostly
from osler.fhir import json
from osler.fhir.search.query import Query, Sort
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.sent import sent
from osler.interfaces.api.operations.terminology.searching import asks_terminology, with_terminology
from osler.interfaces.api.request import Params, Request
from osler.interfaces.api.search import read_query
from osler.interfaces.api.searchset import MATCH, Entry, link, searchset
from osler.interfaces.api.shapes import shape_of
from osler.interfaces.api.shaping import shaping_of_query

MOST = 10_000
"""Observations that are looked through."""
MOST_OF_A_KIND = 1_000
_PAGE = 1_000


@permission(Permission.FHIR)
async def observation_lastn(request: Request) -> Answer:
    """The newest `max` (1) observations for each code, newest first; those with a coding in common are of one kind."""
    params = request.params() + await sent(request)
    most, rest = _most(params), [pair for pair in params if pair[0] != "max"]
    _check(rest)
    async with request.reading(Action.SEARCH, shape_of("Observation/$lastn", params)) as records:
        if asks_terminology(rest):
            query = await with_terminology(
                request, records, lambda codes: read_query(request, "Observation", rest, None, codes)
            )
        else:
            query = read_query(request, "Observation", rest, None)
        found = [each async for each in _newest(records, query, most)]
    links = [link("self", f"{request.base}/Observation/$lastn", params)]
    shown = [] if query.summary == "count" else found
    entries = [Entry(each, MATCH, shaping_of_query(query)) for each in shown]
    return Answer(200, await searchset(request.base, entries, total=len(found), links=links))


def _most(params: Params) -> int:
    given = [value for name, value in params if name == "max" and value]
    if not given:
        return 1
    if len(given) > 1 or not (given[0].isascii() and given[0].isdigit() and 0 < int(given[0][:9]) <= MOST_OF_A_KIND):
        raise Invalid(f"max takes a number from 1 to {MOST_OF_A_KIND:,}, once.", path="max")
    return int(given[0])


def _check(params: Params) -> None:
    """A patient has to be named, and a category or code."""
    names = {name.partition(":")[0].partition(".")[0] for name, value in params if value}
    if not names & {"patient", "subject"} or not names & {"category", "code"}:
        raise Invalid("$lastn takes patient or subject, and category or code.", path="Parameters")
    if names & {"_sort", "_include", "_revinclude", "_cursor", "_count", "_total"}:
        raise Invalid("$lastn takes no result parameters but _summary and _elements.", path="Parameters")


async def _newest(records: Records, query: Query, most: int) -> AsyncIterator[Resource]:
    """The newest of each kind, in order. The sorting puts undated ones last. Who does not see code and date is refused."""
    kinds = _Kinds()
    read = 0
    used = query.used | {"Observation.code", "Observation.date"}
    query = replace(query, sort=(Sort("date", "date", descending=True),), count=_PAGE, summary=None, used=used)
    while True:
        page = await records.search(query)
        for each in page.matches:
            if kinds.count(_codes(each)) <= most:
                yield each
        read += len(page.matches)
        if page.next is None:
            return
        if read >= MOST:
            raise TooCostly(f"More than {MOST:,} observations match; narrow the search.", path="Parameters")
        query = replace(query, cursor=page.next)


def _codes(stored: Resource) -> list[str]:
    """What tells of which kind it is: its codings, without any its text."""
    code = json.decode(stored.body).get("code", {})
    codings = [f"{c.get('system', '')}|{c['code']}" for c in code.get("coding", ()) if c.get("code")]
    return codings or [f"text:{code.get('text', '')}"]


class _Kinds:
    """Codes that have occurred together count together, from then on."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, int]] = {}

    def count(self, codes: list[str]) -> int:
        """How many of this kind there are, this one among them."""
        groups = list({id(group): group for group in self._known(codes)}.values())
        whole = groups[0] if groups else {"count": 0}
        whole["count"] = sum(group["count"] for group in groups) + 1
        for code, group in list(self._groups.items()):
            if len(groups) > 1 and any(group is other for other in groups):
                self._groups[code] = whole
        self._groups.update(dict.fromkeys(codes, whole))
        return whole["count"]

    def _known(self, codes: list[str]) -> Iterator[dict[str, int]]:
        return (self._groups[code] for code in codes if code in self._groups)
