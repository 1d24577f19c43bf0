"""Composite parameters: pairs of values that belong to one element (R4 search, combining)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.expressions import Get, Path, paths_of
from osler.fhir.search.extract import dates, quantities, references, strings, tokens
from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.extract.walk import condition
from osler.fhir.search.keys import number_key
from osler.fhir.search.values import DateValue, NumberValue

Find = Callable[[Any], list[Any]]
Component = list[tuple[Path, Find]]


def component_kind(type: str, code: str, datatypes: set[str]) -> str:
    """The parameter type that one part of a composite is read as.

    R4's `DocumentReference.relationship` names its two parts the wrong way round; there the datatype decides.
    """
    kind = definitions().search_params(type)[code].type
    if kind == "token" and datatypes == {"Reference"}:
        return "reference"
    if kind == "reference" and not datatypes & {"Reference", "canonical", "uri"}:
        return "token"
    return kind


def emitter(type: str, param: SearchParam, base: Path) -> Emit:
    """What a composite indexes of one element it is defined on (`base`)."""
    parts = [(code, paths_of(relative, base.structure)) for code, relative in param.components]
    kinds = [component_kind(type, code, {path.datatype for path in paths}) for code, paths in parts]
    found = [[(path, finder(path)) for path in paths] for _, paths in parts]
    first = _keys_of(found[0], kinds[0])
    add_second = _SECOND[kinds[1]](param.code, found[1])
    if len(parts) == 2:
        return lambda element, sink: add_second(element, sink, first)
    add_third = _SECOND[kinds[2]](param.code, found[2])

    def emit(element: Any, sink: Sink) -> None:
        add_third(element, sink, lambda e, s: list(_with_numbers(first(e, s), found[1], e, s)))

    return emit


def finder(path: Path) -> Find:
    """A path as a function that gives the elements it leads to."""
    find: Find = lambda element: [element]  # noqa: E731
    for step in path.steps:
        find = _then_get(find, step) if isinstance(step, Get) else _then_keep(find, condition(step))
    return find


def _then_get(find: Find, get: Get) -> Find:
    name, index = get.name, get.index

    def read(element: Any) -> list[Any]:
        values: list[Any] = []
        for parent in find(element):
            value = parent.get(name)
            if isinstance(value, list):
                values += [item for item in (value if index is None else value[index : index + 1]) if item is not None]
            elif value is not None:
                values.append(value)
        return values

    return read


def _then_keep(find: Find, holds: Callable[[Any], bool]) -> Find:
    return lambda element: [found for found in find(element) if holds(found)]


Keys = Callable[[Any, Sink], list[str]]
AddRows = Callable[[Any, Sink, Keys], None]


def _elements(component: Component, element: Any, sink: Sink) -> Iterator[tuple[str, Any]]:
    for path, find in component:
        for value in find(sink.resource if path.from_resource else element):
            yield path.datatype, value


def _keys_of(component: Component, kind: str) -> Keys:
    """Keys of one part, all but those for any code of a system."""

    def keys(element: Any, sink: Sink) -> list[str]:
        found: list[str] = []
        for datatype, value in _elements(component, element, sink):
            if kind == "reference" and datatype == "Reference":
                found += references.literal_keys(value, sink.base_url)
            elif read := _READERS[kind].get(datatype):
                found += [key for key in read(value) if kind != "token" or key[-1:] != "|"]
        return found

    return keys


_READERS = {"token": tokens.READERS, "reference": references.OTHER_READERS, "uri": references.URI_READERS}


def _with_keys(kind: str) -> Callable[[str, Component], AddRows]:
    def adder(param: str, component: Component) -> AddRows:
        second = _keys_of(component, kind)

        def add(element: Any, sink: Sink, first: Keys) -> None:
            keys = second(element, sink)
            if keys:
                for left in first(element, sink):
                    sink.tokens.update(f"{param}={left}${right}" for right in keys)

        return add

    return adder


def _with_amounts(readers: dict[str, quantities.Amounts]) -> Callable[[str, Component], AddRows]:
    def adder(param: str, component: Component) -> AddRows:
        def add(element: Any, sink: Sink, first: Keys) -> None:
            for datatype, value in _elements(component, element, sink):
                read = readers.get(datatype)
                amount = read(value) if read else None
                if amount is not None:
                    sink.numbers += [NumberValue(param, *amount, comp=key) for key in first(element, sink)]

        return add

    return adder


def _with_dates(param: str, component: Component) -> AddRows:
    def add(element: Any, sink: Sink, first: Keys) -> None:
        for datatype, value in _elements(component, element, sink):
            read = dates.READERS.get(datatype)
            span = read(value, sink.zone) if read else None
            if span is not None:
                sink.dates += [DateValue(param, span[0], span[1], key) for key in first(element, sink)]

    return add


def _with_strings(param: str, component: Component) -> AddRows:
    def add(element: Any, sink: Sink, first: Keys) -> None:
        for datatype, value in _elements(component, element, sink):
            read = strings.READERS.get(datatype)
            for text in read(value) if read else ():
                sink.strings.update(((param, strings.normalized(text), key), None) for key in first(element, sink))

    return add


def readable(kind: str) -> frozenset[str]:
    """Datatypes that a part of this kind has values of."""
    own: dict[str, Iterable[str]] = {
        **_READERS,
        "reference": ("Reference", *references.OTHER_READERS),
        "number": quantities.NUMBER_READERS,
        "quantity": quantities.QUANTITY_READERS,
        "date": dates.READERS,
        "string": strings.READERS,
    }
    return frozenset(own[kind])


_SECOND: dict[str, Callable[[str, Component], AddRows]] = {
    "token": _with_keys("token"),
    "reference": _with_keys("reference"),
    "uri": _with_keys("uri"),
    "number": _with_amounts(quantities.NUMBER_READERS),
    "quantity": _with_amounts(quantities.QUANTITY_READERS),
    "date": _with_dates,
    "string": _with_strings,
}


def _with_numbers(keys: list[str], component: Component, element: Any, sink: Sink) -> Iterator[str]:
    """Keys of a first part with an exact number behind each: three-part composites of coordinates."""
    for _, value in _elements(component, element, sink):
        amount = quantities.number_amount(value)
        if amount is not None and amount.lo is not None:
            yield from (f"{key}${number_key(amount.lo)}" for key in keys)
