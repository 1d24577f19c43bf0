"""Composite values, `first$second`, both of one element (R4 search, combining)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from osler.core.errors import Invalid, Unsupported
from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.expressions import paths_of
from osler.fhir.search.extract.composites import component_kind
from osler.fhir.search.keys import number_key
from osler.fhir.search.parse import ranges, references, strings, tokens
from osler.fhir.search.parse.pieces import split, unescaped
from osler.fhir.search.parse.reading import Facts, Reading
from osler.fhir.search.query import Criterion, Dates, Either, Numbers, Strings, Tokens

Part = tuple[str, Facts]
"""Kind and facts of one component, its datatypes those that the composite reads."""


@lru_cache(maxsize=512)
def parts_of(type: str, param: SearchParam) -> tuple[Part, ...]:
    """The components of a composite parameter."""
    known = definitions().search_params(type)
    every_target = tuple(target for component, _ in param.components for target in known[component].targets)
    found: list[Part] = []
    for component, relative in param.components:
        bases = paths_of(param.expression, type)
        read = {path.datatype for base in bases for path in paths_of(relative, base.structure)}
        # Where R4 has the two parts the wrong way round, the targets stand at the other one.
        part = replace(known[component], targets=known[component].targets or every_target)
        found.append((component_kind(type, component, read), Facts(part, frozenset(read))))
    return tuple(found)


def criterion(reading: Reading, type: str, facts: Facts, items: list[str], name: str) -> Criterion:
    code, parts = facts.code, parts_of(type, facts.param)
    pairs = [_apart(item, len(parts), name) for item in items]
    firsts = [(_first(reading, parts, values, name), values[-1]) for values in pairs]
    kind, last = parts[-1]
    match kind:
        case "number":
            return Numbers(code, tuple(ranges.number_range(v, name, comp=k) for keys, v in firsts for k in keys))
        case "quantity":
            return Numbers(code, tuple(ranges.quantity_range(v, name, comp=k) for keys, v in firsts for k in keys))
        case "date":
            return Dates(code, tuple(ranges.date_range(reading, v, name, comp=k) for keys, v in firsts for k in keys))
        case "string":
            return _strings(code, firsts, name)
        case _:
            pairs_of_keys = (
                (left, right) for keys, v in firsts for left in keys for right in _keys(reading, kind, last, v, name)
            )
            return Tokens(code, tuple(f"{code}={left}${right}" for left, right in pairs_of_keys))


def _apart(item: str, parts: int, name: str) -> list[str]:
    values = split(item, "$")
    if len(values) != parts or not all(values):
        raise Invalid(f"{name} takes {parts} values with $ between them.", path=name)
    return values


def _first(reading: Reading, parts: tuple[Part, ...], values: list[str], name: str) -> list[str]:
    """Keys of everything but the last part."""
    kind, facts = parts[0]
    keys = _keys(reading, kind, facts, values[0], name)
    if len(parts) == 3:
        number = ranges.number_range(values[1], name)
        if number.prefix != "eq":
            raise Unsupported(f"{name} takes no prefix on its second value yet.", path=name)
        keys = [f"{key}${number_key(number.exact or Decimal(0))}" for key in keys]
    return keys


def _keys(reading: Reading, kind: str, facts: Facts, value: str, name: str) -> list[str]:
    if kind == "reference":
        return references.keys_for(reading, facts, value, name)
    if kind == "uri":
        return [unescaped(value, name)]
    key = tokens.key_for(facts, value, name)
    if key.endswith("|"):
        raise Invalid(f"{name} needs a code with its system.", path=name)
    return [key]


def _strings(code: str, firsts: list[tuple[list[str], str]], name: str) -> Criterion:
    """One criterion for each first part; usually there is one."""
    texts: dict[str, list[str]] = {}
    for keys, value in firsts:
        for key in keys:
            texts.setdefault(key, []).append(strings.text_for(value, name))
    options = tuple(Strings(code, tuple(values), comp=key) for key, values in texts.items())
    return options[0] if len(options) == 1 else Either(options)
