"""From a query string's parameters to a typed Query.

docs/reference/search-semantics.md says what each form means.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from osler.core.errors import Invalid, TooCostly
from osler.fhir.definitions import definitions
from osler.fhir.search.custom import NONE, CustomParams
from osler.fhir.search.parse.criteria import read_criterion
from osler.fhir.search.parse.reading import MOST_CRITERIA, Reading, UnknownParameter
from osler.fhir.search.parse.results import IGNORED, Shape, read_result
from osler.fhir.search.parse.special import SPECIAL
from osler.fhir.search.query import Criterion, FullText, InCompartment, Query
from osler.fhir.search.terminology import Codes

__all__ = ["parse_query"]


def parse_query(
    type: str,
    params: Iterable[tuple[str, str]],
    *,
    zone: tzinfo,
    now: datetime,
    base_url: str = "",
    strict: bool = True,
    compartment: tuple[str, str] | None = None,
    codes: Codes | None = None,
    custom: CustomParams = NONE,
) -> Query:
    """The query that decoded parameters ask of one resource type, within a (kind, id) compartment if given.

    `zone` is where dates without a zone are read, `base_url` the address under which references are local. An unknown
    parameter is Invalid when `strict`, else left out of the query and of `Query.params`. `codes` answers `:in` and the like; `custom` are the
    site's own parameters. Raises Invalid, Unsupported
    and TooCostly, each naming the parameter.
    """
    if type not in definitions().resource_types:
        raise Invalid("There is no such resource type.")
    reading = Reading(zone, now, base_url, codes, custom)
    where: list[Criterion] = []
    if compartment:
        membership = _compartment(type, *compartment)
        where.append(membership)
        reading.used.update(f"{type}.{param}" for param in membership.params if param != "{def}")
    shape: Shape = {}
    understood: list[tuple[str, str]] = []
    for name, value in params:
        if name in IGNORED or not value:
            continue
        try:
            if not read_result(shape, type, name, value, custom):
                criterion = read_criterion(reading, type, name, value)
                if criterion is None and name not in SPECIAL:
                    continue
                where += [criterion] if criterion is not None else []
                if len(where) > MOST_CRITERIA:
                    raise TooCostly(f"A search takes up to {MOST_CRITERIA} parameters; ask in parts.", path=name)
        except UnknownParameter as error:
            if strict:
                raise Invalid(error.message, path=name) from None
            continue
        if name != "_cursor":
            understood.append((name, value))
    scored = any(isinstance(criterion, FullText) for criterion in where)
    if not scored and any(sort.kind == "score" for sort in shape.get("sort", ())):
        raise Invalid("_score is of searches by _text or _content.", path="_sort")
    reading.used.update(f"{type}.{sort.param}" for sort in shape.get("sort", ()) if sort.kind != "score")
    return Query(type, tuple(where), params=tuple(understood), used=frozenset(reading.used), **shape)


def _compartment(type: str, kind: str, id: str) -> InCompartment:
    try:
        members = definitions().compartment(kind)
    except KeyError:
        raise Invalid("There is no such compartment.") from None
    params = members.get(type, ())
    if type == kind:
        params = ("{def}", *(param for param in params if param != "{def}"))
    if not params:
        raise Invalid(f"{type} is never in the compartment of a {kind}.")
    return InCompartment(kind, id, params)
