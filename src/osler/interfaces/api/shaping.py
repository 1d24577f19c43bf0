"""`_summary` and `_elements`: how much of each resource goes out."""

from __future__ import annotations

from dataclasses import dataclass

from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.search.query import Query
from osler.fhir.summary import elements_only, summarized
from osler.interfaces.api.request import Params, Request

_READ_SUMMARIES = ("true", "text", "data", "false")


@dataclass(frozen=True, slots=True)
class Shaping:
    """What is to be kept of each resource. Without either there is no Shaping, and bodies leave as they are stored."""

    summary: str = ""
    elements: tuple[str, ...] = ()

    def apply(self, body: bytes) -> bytes:
        if not body:
            return body
        resource = json.decode(body)
        if self.elements:
            return json.encode(elements_only(resource, self.elements))
        return json.encode(summarized(resource, self.summary))


def shaping_of(request: Request) -> Shaping | None:
    """What the parameters of a read ask for."""
    return _from_params(request.params()) if request.query else None


def _from_params(params: Params) -> Shaping | None:
    given = {name: value for name, value in params if value}
    summary = given.get("_summary", "false")
    if summary not in _READ_SUMMARIES:
        raise Invalid(f"_summary of a read takes one of: {', '.join(_READ_SUMMARIES)}.", path="_summary")
    elements = tuple(word.strip() for word in given.get("_elements", "").split(",") if word.strip())
    return Shaping("" if summary == "false" else summary, elements) if elements or summary != "false" else None


def shaping_of_query(query: Query) -> Shaping | None:
    """What a search asks for its matches; `_elements` goes over `_summary`."""
    summary = query.summary if query.summary not in (None, "false", "count") else ""
    return Shaping(summary or "", query.elements) if summary or query.elements else None
