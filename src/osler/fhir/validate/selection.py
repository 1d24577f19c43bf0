"""The restricted FHIRPath of discriminators: names, extension(url), resolve() and ofType(type), followed in an item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from osler.fhir.definitions import Element, definitions
from osler.fhir.definitions.profiles.places import elements_named
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Item, items_of
from osler.fhir.validate.references import target_type
from osler.fhir.validate.run import Run

_STEP = re.compile(
    r"(?:extension\('([^']{1,500})'\)|(?:ofType|as)\((\w{1,64})\)|(resolve)\(\)|(\w{1,64}(?:\[x\])?))(?:\.|$)"
)
_UNKNOWN = "?"


class Step(NamedTuple):
    kind: str
    """name, extension, type or resolve"""
    name: str


class Found(NamedTuple):
    value: Any
    """None for a resource that is not at hand, and for a primitive with only extensions."""
    sibling: Any
    path: Path
    element: Element
    type: str


def steps_of(path: str) -> list[Step]:
    """A step of a name that no element has, where the path is not one that discriminators may have."""
    if path == "$this":
        return []
    path = path.removeprefix("$this.")
    found, position = list[Step](), 0
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            return [Step("name", _UNKNOWN)]
        url, type_, resolve, name = step.groups()
        found.append(
            Step("extension", url)
            if url
            else Step("type", type_)
            if type_
            else Step("resolve", "")
            if resolve
            else Step("name", name)
        )
        position = step.end()
    return found


def plain_names(steps: list[Step], elements: tuple[Element, ...]) -> tuple[str, ...] | None:
    """The steps as JSON names, where they are nothing but that: then values are found by a walk that knows no types."""
    for step in steps:
        if step.kind != "name" or len(elements) != 1 or elements[0].children in ("", "Resource"):
            return None
        elements = elements_named(elements[0].children, step.name)
    return tuple(step.name for step in steps) if len(elements) == 1 else None


def values_at(value: Any, names: tuple[str, ...]) -> list[Any]:
    """What lies at the end of the names, however often anything repeats on the way."""
    values = [value]
    for name in names:
        found: list[Any] = []
        for each in values:
            inside = each.get(name) if each is not None else None
            if type(inside) is list:
                found += inside
            elif inside is not None:
                found.append(inside)
        values = found
    return values


def select(item: Item, steps: list[Step], run: Run) -> Iterator[Found]:
    """What a path leads to, starting at an item."""
    found = iter([Found(item.value, item.sibling, item.path, item.element, _type(item.value, item.element))])
    for step in steps:
        found = _stepped(found, step, run)
    return found


def _stepped(found: Iterator[Found], step: Step, run: Run) -> Iterator[Found]:
    for each in found:
        if step.kind == "type":
            if each.type == step.name:
                yield each
        elif step.kind == "resolve":
            yield from _resolved(each, run)
        elif step.kind == "extension":
            yield from (one for one in _named(each, "extension") if one.value.get("url") == step.name)
        else:
            yield from _named(each, step.name)


def _named(found: Found, name: str) -> Iterator[Found]:
    owner = found.value if isinstance(found.value, dict) else found.sibling
    if not owner:
        return
    structure = found.type if found.element.children == "Resource" else found.element.children or "Element"
    elements = elements_named(structure, name) or elements_named(structure, f"{name}[x]")
    for item in items_of(owner, elements, found.path):
        yield Found(item.value, item.sibling, item.path, item.element, _type(item.value, item.element))


def _resolved(found: Found, run: Run) -> Iterator[Found]:
    """What a reference leads to; only its type, where it is not at hand."""
    if not isinstance(found.value, dict):
        return
    text = found.value.get("reference")
    target = run.resolve(text) if isinstance(text, str) else None
    type_ = target_type(found.value, target)
    if type_ in definitions().resource_types:
        yield Found(target, None, found.path, _inline(), type_)


def _inline() -> Element:
    return definitions().elements("DomainResource")["contained"]


def _type(value: Any, element: Element) -> str:
    return value.get("resourceType", "") if element.children == "Resource" and value else element.type
