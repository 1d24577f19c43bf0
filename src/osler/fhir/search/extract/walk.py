"""Paths of many parameters joined into one tree, compiled so that a resource is walked once.

Only the properties that a resource has cost anything: each object's items are looked up in the tree, not the other
way round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from osler.fhir.search.expressions import Get, Step, WhereEquals, WhereRefersTo
from osler.fhir.search.extract.references import referred_type
from osler.fhir.search.extract.sink import Emit, Sink


@dataclass(slots=True)
class Node:
    """What to do with an element at one place of the tree."""

    emits: list[Emit] = field(default_factory=list[Emit])
    next: dict[Step, Node] = field(default_factory=dict[Step, "Node"])

    def add(self, steps: tuple[Step, ...], emit: Emit) -> None:
        """Let `emit` have every element that `steps` lead to."""
        node = self
        for step in steps:
            node = node.next.setdefault(step, Node())
        node.emits.append(emit)


def compiled(node: Node) -> Emit:
    """One function for everything at and below a node."""
    emits = list(node.emits)
    emits += [_kept(where, compiled(after)) for where, after in node.next.items() if not isinstance(where, Get)]
    gets = {step: compiled(after) for step, after in node.next.items() if isinstance(step, Get)}
    if gets:
        emits.append(_properties(gets))
    return _together(emits)


def condition(where: WhereEquals | WhereRefersTo) -> Callable[[Any], bool]:
    """A `where(…)` as a function of an element."""
    if isinstance(where, WhereRefersTo):
        type_ = where.type
        return lambda element: referred_type(element) == type_
    name, text = where.name, where.text
    return lambda element: element.get(name) == text


def _kept(where: WhereEquals | WhereRefersTo, emit: Emit) -> Emit:
    holds = condition(where)

    def emit_kept(element: Any, sink: Sink) -> None:
        if holds(element):
            emit(element, sink)

    return emit_kept


def _together(emits: list[Emit]) -> Emit:
    if len(emits) == 1:
        return emits[0]
    every = tuple(emits)

    def emit_all(element: Any, sink: Sink) -> None:
        for emit in every:
            emit(element, sink)

    return emit_all


def _properties(gets: dict[Get, Emit]) -> Emit:
    by_name: dict[str, list[Emit]] = {}
    for get, emit in gets.items():
        by_name.setdefault(get.name, []).append(_items(emit, get.index))
    table = {name: _together(emits) for name, emits in by_name.items()}
    if len(table) == 1:
        ((only, emit_only),) = table.items()

        def one(element: dict[str, Any], sink: Sink) -> None:
            value = element.get(only)
            if value is not None:
                emit_only(value, sink)

        return one
    find = table.get

    def walk(element: dict[str, Any], sink: Sink) -> None:
        for name, value in element.items():
            emit = find(name)
            if emit is not None and value is not None:
                emit(value, sink)

    return walk


def _items(emit: Emit, index: int | None) -> Emit:
    """Each item of a list, or only one of them; a single value for itself."""

    def emit_items(value: Any, sink: Sink) -> None:
        if type(value) is not list:
            emit(value, sink)
        elif index is None:
            for item in value:
                if item is not None:
                    emit(item, sink)
        elif len(value) > index:
            emit(value[index], sink)

    return emit_items
