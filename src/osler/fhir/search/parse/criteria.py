"""One parameter of a search, name and value, as a criterion."""

from __future__ import annotations

from osler.core.errors import Invalid, Unsupported
from osler.fhir.definitions import definitions
from osler.fhir.search.keys import present
from osler.fhir.search.parse import composites, concepts, ranges, references, strings, tokens
from osler.fhir.search.parse.pieces import alternatives, unescaped
from osler.fhir.search.parse.reading import Facts, Reading, UnknownParameter, facts_of, modifier_refused
from osler.fhir.search.parse.special import SPECIAL
from osler.fhir.search.query import Chain, Criterion, Dates, Has, Ids, Numbers, Query, Tokens

_ONE_BY_ONE = frozenset(("text", "of-type", "below", "above"))
"""Modifiers of tokens and references whose values are not looked up together."""
DEEPEST = 6
"""Links that one chain may have."""


def read_criterion(
    reading: Reading, type: str, name: str, value: str, *, path: str = "", depth: int = 0
) -> Criterion | None:
    """The criterion that `name=value` sets for resources of a type; None when the value is empty.

    `path` is the whole name as the client wrote it, for messages. Raises Invalid (UnknownParameter among them),
    Unsupported and TooCostly.
    """
    path = path or name
    if depth > DEEPEST:
        raise Invalid(f"A chain has at most {DEEPEST} links.", path=path)
    if name.startswith("_has:"):
        return _has(reading, type, name, value, path, depth)
    head, dot, rest = name.partition(".")
    code, colon, modifier = head.partition(":")
    if colon and not modifier:
        raise Invalid("A modifier is missing after the colon.", path=path)
    if code in SPECIAL and (code != "near" or type == "Location") and modifier != "missing":
        return _special(reading, type, name, value, path, depth)
    facts = facts_of(type, code, path, reading.custom)
    if dot:
        return _chain(reading, type, facts, modifier, rest, value, path, depth)
    items = alternatives(value, path)
    if not items:
        return None
    reading.used.add(f"{type}.{code}")
    return _plain(reading, type, facts, modifier, items, path)


def _special(reading: Reading, type: str, name: str, value: str, path: str, depth: int) -> Criterion | None:
    if name not in SPECIAL:
        raise Invalid(f"{name.partition('.')[0].partition(':')[0]} takes no modifier and begins no chain.", path=path)
    if depth and name in ("_text", "_content"):
        raise Unsupported(f"{name} is not answered at the end of a chain.", path=path)
    return SPECIAL[name](reading, type, value, path) if alternatives(value, path) else None


def _plain(reading: Reading, type: str, facts: Facts, modifier: str, items: list[str], path: str) -> Criterion:
    code, kind = facts.code, facts.param.type
    together = code == "_id" or (kind in ("token", "reference") and modifier not in _ONE_BY_ONE)
    (reading.look_up if together else reading.compare)(len(items), path)
    if code == "_id" and not modifier:
        return Ids(tuple(dict.fromkeys(unescaped(item, path) for item in items)))
    if code in ("_id", "_lastUpdated") and modifier:
        raise Unsupported(f"{code} takes no modifier.", path=path)
    if modifier == "missing" and kind != "composite":
        return _missing(code, items, path)
    match kind:
        case "token" if modifier in concepts.MODIFIERS:
            return concepts.criterion(reading, facts, modifier, items, path)
        case "token":
            return tokens.criterion(facts, modifier, items, path)
        case "reference":
            return references.criterion(reading, facts, modifier, items, path)
        case "uri":
            return references.uri_criterion(facts, modifier, items, path)
        case "string":
            return strings.criterion(facts, modifier, items, path)
        case _ if modifier:
            raise modifier_refused(facts, modifier, path)
        case "composite":
            return composites.criterion(reading, type, facts, items, path)
        case "date":
            return Dates(code, tuple(ranges.date_range(reading, item, path) for item in items))
        case "quantity":
            return Numbers(code, tuple(ranges.quantity_range(item, path) for item in items))
        case _:
            return Numbers(code, tuple(ranges.number_range(item, path) for item in items))


def _missing(code: str, items: list[str], path: str) -> Tokens:
    if items not in (["true"], ["false"]):
        raise Invalid(f"{path} takes true or false.", path=path)
    return Tokens(code, (present(code),), negated=items == ["true"])


def _chain(
    reading: Reading, type: str, facts: Facts, modifier: str, rest: str, value: str, path: str, depth: int
) -> Chain | None:
    """`param[:Type].rest=value`."""
    if facts.param.type != "reference":
        raise Invalid(f"{facts.code} is no reference; nothing can be chained to it.", path=path)
    if not facts.literal:
        raise Unsupported(f"Chains over {facts.code} are not supported yet.", path=path)
    if modifier:
        if modifier not in definitions().resource_types:
            raise modifier_refused(facts, modifier, path)
        references.check_target(facts, modifier, path)
    if not alternatives(value, path):
        return None
    reading.used.add(f"{type}.{facts.code}")
    found = _targets(reading, (modifier,) if modifier else facts.param.targets, rest, value, path, depth)
    return Chain(facts.code, found)


def _targets(
    reading: Reading, types: tuple[str, ...], rest: str, value: str, path: str, depth: int
) -> tuple[Query, ...]:
    """One query for each type that can have `rest=value`; the first fault when none can."""
    queries: list[Query] = []
    fault: Invalid | Unsupported | None = None
    for type_ in types:
        try:
            criterion = read_criterion(reading, type_, rest, value, path=path, depth=depth + 1)
        except (Invalid, Unsupported) as error:
            # What a type that has the parameter says is worth more than that another has none.
            fault = error if fault is None or isinstance(fault, UnknownParameter) else fault
            continue
        if criterion is not None:
            reading.branch(path)
            queries.append(Query(type_, (criterion,)))
    if fault and not queries:
        raise fault
    return tuple(queries)


def _has(reading: Reading, type: str, name: str, value: str, path: str, depth: int) -> Has | None:
    """`_has:Type:param:rest=value`."""
    parts = name.split(":", 3)
    if len(parts) != 4 or not all(parts):
        raise Invalid("Reverse chains are written _has:Type:reference:parameter.", path=path)
    _, source, code, rest = parts
    if source not in definitions().resource_types:
        raise Invalid("_has names a resource type that does not exist.", path=path)
    facts = facts_of(source, code, path, reading.custom)
    if facts.param.type != "reference":
        raise Invalid(f"{code} is no reference of {source}.", path=path)
    if not facts.literal:
        raise Unsupported(f"Reverse chains over {code} are not supported yet.", path=path)
    references.check_target(facts, type, path)
    criterion = read_criterion(reading, source, rest, value, path=path, depth=depth + 1)
    if criterion is None:
        return None
    reading.used.add(f"{source}.{code}")
    return Has(code, Query(source, (criterion,)))
