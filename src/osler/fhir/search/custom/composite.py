"""Composite parameters of a site: two parameters of the standard that have to hold within one element."""

from __future__ import annotations

import re
from typing import Any, cast

from osler.core.errors import Invalid
from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.expressions import Path, paths_of
from osler.fhir.search.extract import composites
from osler.fhir.search.extract.sink import Emit
from osler.fhir.search.extract.walk import Node, compiled

FIRST = frozenset(("token", "reference", "uri"))
"""Types of the first part: rows of the second are found by its keys."""
SECOND = FIRST | {"number", "quantity", "date", "string"}
_HL7 = "http://hl7.org/fhir/"
_PLACE = "SearchParameter.component"
_CAST = re.compile(r"\(?\b([\w.]+) as (\w+)\)?")
_GROUPS = ("clinical", "individual", "conformance", "medications", "Resource", "DomainResource")
"""How R4's urls of parameters that several types share begin."""


def composite_param(resource: dict[str, Any], base: str, code: str, expression: str) -> SearchParam:
    """What a composite SearchParameter says for one type. Raises Invalid with the place of what cannot be answered."""
    expression = _CAST.sub(r"\1.as(\2)", expression)
    bases = _paths(expression, base, "SearchParameter.expression")
    given = cast("list[dict[str, Any]]", resource.get("component") or [])
    if len(given) != 2:
        raise Invalid("A composite has two components.", path=_PLACE)
    components = tuple(_component(each, n, base, bases) for n, each in enumerate(given))
    return SearchParam(code, "composite", base, expression, (), components, resource.get("url", ""))


def emit_of(param: SearchParam) -> Emit:
    """What is indexed of a whole resource."""
    root = Node()
    for path in paths_of(param.expression, param.base):
        root.add(path.steps, composites.emitter(param.base, param, path))
    return compiled(root)


def _component(given: dict[str, Any], n: int, base: str, bases: tuple[Path, ...]) -> tuple[str, str]:
    place, expression = f"{_PLACE}[{n}]", _CAST.sub(r"\1.as(\2)", str(given.get("expression", "")))
    code = _code_of(str(given.get("definition", "")).partition("|")[0], base)
    if code is None:
        words = f"The definition is no search parameter that R4 or US Core has for {base}."
        raise Invalid(words, path=f"{place}.definition")
    found = [path for each in bases for path in _paths(expression, each.structure, f"{place}.expression")]
    kind = composites.component_kind(base, code, {path.datatype for path in found})
    allowed = SECOND if n else FIRST
    if kind not in allowed:
        words = f"A {kind} parameter cannot be this part of a composite; it is one of {', '.join(sorted(allowed))}."
        raise Invalid(words, path=f"{place}.definition")
    if {path.datatype for path in found}.isdisjoint(composites.readable(kind)):
        raise Invalid(f"A {kind} parameter reads nothing of what this expression gives.", path=f"{place}.expression")
    return code, expression


def _paths(expression: str, structure: str, place: str) -> tuple[Path, ...]:
    """Raises Invalid for what the parameters of the standard could not be written in."""
    try:
        found = paths_of(expression, structure)
    except (ValueError, KeyError):
        found = ()
    if not found:
        words = "Composites read plain paths: elements, as(Type), where(name = 'text'), joined by “ | ”."
        raise Invalid(words, path=place)
    return found


def _code_of(url: str, base: str) -> str | None:
    """The code of the standard's parameter with this url. US Core's stand in the place of some of R4's, whose urls end in
    the code all the same."""
    params = definitions().search_params(base)
    for param in params.values():
        if param.url == url:
            return param.code
    if not url.startswith(f"{_HL7}SearchParameter/"):
        return None
    group, _, code = url.removeprefix(f"{_HL7}SearchParameter/").partition("-")
    return code if group in (base, *_GROUPS) and code in params else None
