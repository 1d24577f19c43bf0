"""Parameters that shape the answer rather than choose it: sorting, paging, summaries, includes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.core.errors import Invalid, TooCostly, Unsupported
from osler.fhir.definitions import definitions
from osler.fhir.search.custom import NONE, CustomParams
from osler.fhir.search.parse.pieces import alternatives
from osler.fhir.search.parse.reading import Facts, facts_of
from osler.fhir.search.parse.references import check_target
from osler.fhir.search.query import Include, Sort

NOT_YET = frozenset({"_query"})
IGNORED = frozenset({"_format", "_pretty"})

ANY = "*"
"""In an Include: every type of resource."""

MOST_SORTED = 10
"""Parameters that one search sorts by: each is one more look at every match."""

Shape = dict[str, Any]
"""Fields of Query that result parameters set."""


def read_result(shape: Shape, type: str, name: str, value: str, custom: CustomParams = NONE) -> bool:
    """Take in a result parameter; False when it is none. Raises Invalid and Unsupported."""
    word, colon, modifier = name.partition(":")
    if word in NOT_YET:
        raise Unsupported(f"The search parameter {word} is not supported yet.", path=name)
    if word not in _READERS and word not in _OF_PARAMETERS:
        return False
    if colon and modifier in ("iterate", "recurse") and word in ("_include", "_revinclude"):
        _iterate(shape, word, value, custom)
        return True
    if colon:
        raise Invalid(f"{word} takes no modifier.", path=word)
    if word in _READERS:
        _READERS[word](shape, type, value)
    else:
        _OF_PARAMETERS[word](shape, type, value, custom)
    return True


def _once(shape: Shape, field: str, name: str, value: object) -> None:
    if field in shape:
        raise Invalid(f"{name} is given more than once.", path=name)
    shape[field] = value


def _count(shape: Shape, type: str, value: str) -> None:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Invalid("_count takes a number, 0 or more.", path="_count")
    _once(shape, "count", "_count", int(value))


def _one_of(field: str, *words: str) -> Callable[[Shape, str, str], None]:
    def read(shape: Shape, type: str, value: str) -> None:
        if value not in words:
            raise Invalid(f"_{field} takes one of: {', '.join(words)}.", path=f"_{field}")
        _once(shape, field, f"_{field}", value)

    return read


def _cursor(shape: Shape, type: str, value: str) -> None:
    _once(shape, "cursor", "_cursor", value)


def _elements(shape: Shape, type: str, value: str) -> None:
    known = definitions().elements(type)
    choices = definitions().choices(type)
    for word in alternatives(value, "_elements"):
        if word not in known and word not in choices and word != "resourceType":
            raise Invalid(f"{type} has no element of a name that _elements gives.", path="_elements")
        shape["elements"] = (*shape.get("elements", ()), word)


def _sort(shape: Shape, type: str, value: str, custom: CustomParams) -> None:
    for word in alternatives(value, "_sort"):
        code = word.removeprefix("-")
        if any(each.param == code for each in shape.get("sort", ())):
            continue  # it is in order by this already
        if len(shape.get("sort", ())) == MOST_SORTED:
            raise TooCostly(f"A search is sorted by up to {MOST_SORTED} parameters.", path="_sort")
        if code == "_score":
            # The best first, unless asked otherwise: a score ascending would begin with the worst.
            shape["sort"] = (*shape.get("sort", ()), Sort(code, "score", descending=word == code))
            continue
        facts = facts_of(type, code, "_sort", custom)
        if facts.param.type in ("composite", "special"):
            raise Invalid(f"Nothing is sorted by {code}: it has several values.", path="_sort")
        kind = {"_id": "id", "_lastUpdated": "lastUpdated"}.get(code, facts.param.type)
        shape["sort"] = (*shape.get("sort", ()), Sort(code, kind, descending=word != code))


def _include(shape: Shape, type: str, value: str, custom: CustomParams) -> None:
    source, param, target = _link(type, value, "_include")
    if source != type:
        raise Invalid(f"_include begins at the searched type, {type}.", path="_include")
    facts = _followed(source, param, "_include", custom)
    if target and facts:
        check_target(facts, target, "_include")
    shape["include"] = (*shape.get("include", ()), Include(source, param, target))


def _iterate(shape: Shape, name: str, value: str, custom: CustomParams) -> None:
    """`:iterate` (in STU3 `:recurse`): the link may begin, or end, at any type."""
    source, param, target = _link("", value, name)
    facts = _followed(source, param, name, custom)
    if target and facts:
        check_target(facts, target, name)
    field = name.removeprefix("_")
    shape[field] = (*shape.get(field, ()), Include(source, param, target, iterate=True))


def _revinclude(shape: Shape, type: str, value: str, custom: CustomParams) -> None:
    source, param, target = _link("", value, "_revinclude")
    facts = _followed(source, param, "_revinclude", custom)
    if target not in (None, type):
        raise Invalid(f"_revinclude ends at the searched type, {type}.", path="_revinclude")
    if facts:
        check_target(facts, type, "_revinclude")
    shape["revinclude"] = (*shape.get("revinclude", ()), Include(source, param, target))


def _link(type: str, value: str, name: str) -> tuple[str, str, str | None]:
    """Source type, parameter and target type of `Type:param[:Type]`; `*` alone is every reference of `type`, or of every type."""
    if value == "*":
        return type or ANY, "*", None
    source, colon, rest = value.partition(":")
    param, _, target = rest.partition(":")
    known = definitions().resource_types
    if not colon or source not in known or (target and target not in known):
        raise Invalid(f"{name} is written Type:parameter or Type:parameter:Type.", path=name)
    return source, param, target or None


def _followed(source: str, param: str, name: str, custom: CustomParams) -> Facts | None:
    """Facts of the reference parameter to follow; None for `*`."""
    if param == "*":
        return None
    facts = facts_of(source, param, name, custom)
    if facts.param.type != "reference":
        raise Invalid(f"{param} is no reference of {source}.", path=name)
    if not facts.literal:
        raise Unsupported(f"Canonicals such as {param} are not followed yet.", path=name)
    return facts


_READERS: dict[str, Callable[[Shape, str, str], None]] = {
    "_count": _count,
    "_total": _one_of("total", "none", "estimate", "accurate"),
    "_summary": _one_of("summary", "true", "text", "data", "count", "false"),
    "_cursor": _cursor,
    "_elements": _elements,
}
_OF_PARAMETERS: dict[str, Callable[[Shape, str, str, CustomParams], None]] = {
    "_sort": _sort,
    "_include": _include,
    "_revinclude": _revinclude,
}
"""Those that name search parameters."""
