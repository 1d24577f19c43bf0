"""What has changed from one version of a resource to another, as a FHIRPath Patch that makes the one from the other
(https://hl7.org/fhir/R4/fhirpatch.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from osler.fhir import json
from osler.fhir.definitions import Element, definitions

MOST_COMPARED = 400
"""Items of a list that are matched to each other; longer lists are compared place by place."""
_PARAMETER = "Parameters.parameter"
_RESERVED = frozenset(("div", "mod", "and", "or", "xor", "implies", "true", "false"))
_ALONE = ("resourceType", "id")


def diff(old: dict[str, Any], new: dict[str, Any], *, meta: bool = False) -> dict[str, Any]:
    """A Parameters resource with one `operation` a change; none when the two are alike. Without `meta` that is left out.

    Both are structurally sound and of one type.
    """
    left_out = _ALONE if meta else (*_ALONE, "meta")
    kind = old["resourceType"]
    before, after = ({k: v for k, v in each.items() if k.lstrip("_") not in left_out} for each in (old, new))
    found = list(_within(kind, kind, before, after))
    made: dict[str, Any] = {"resourceType": "Parameters"}
    return made | {"parameter": found} if found else made


def _within(path: str, structure: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Changes below one object. Elements that go, go first: a choice can only be added where there is none."""
    elements = definitions().elements(structure)
    names = dict.fromkeys(name.removeprefix("_") for name in (*old, *new))
    for name in names:
        element = elements.get(name)
        if element is not None:
            yield from _element(path, element, _held(old, name), _held(new, name), old, new)


Held = tuple[Any, Any]
"""The value and the sibling of an element; None for none."""


def _held(holder: dict[str, Any], name: str) -> Held:
    return holder.get(name), holder.get(f"_{name}")


def _element(
    parent: str, element: Element, old: Held, new: Held, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    if _same(old, new):
        return
    name = element.choice or element.name
    path = f"{parent}.{_quoted(name)}"
    if element.repeats:
        yield from _list(parent, path, element, _items(old), _items(new))
    elif new == (None, None):
        if not _replaced(element, after):
            yield _operation("delete", path)
    elif old == (None, None):
        if _replaced(element, before):
            yield _operation("replace", path, value=_value(element, new))
        else:
            yield _operation("add", parent, name=name, value=_value(element, new))
    else:
        yield from _changed(path, element, old, new)


def _replaced(element: Element, other: dict[str, Any]) -> bool:
    """Whether the other version has another form of the same choice."""
    if not element.choice:
        return False
    start = element.choice
    names = (name.removeprefix("_") for name in other)
    return any(name != element.name and name.startswith(start) and name[len(start) :][:1].isupper() for name in names)


def _changed(path: str, element: Element, old: Held, new: Held) -> Iterator[dict[str, Any]]:
    """An element that is there before and after."""
    inside = isinstance(old[0], dict) and isinstance(new[0], dict) and "resourceType" not in new[0]
    # With nothing in common the element would be without content on the way, and gone.
    if not inside or not element.children or old[0].keys().isdisjoint(new[0]):
        yield _operation("replace", path, value=_value(element, new))
    else:
        yield from _within(path, element.children, old[0], new[0])


def _items(held: Held) -> list[Held]:
    values, siblings = held[0] or [], held[1] or []
    count = max(len(values), len(siblings))
    return [(values[n] if n < len(values) else None, siblings[n] if n < len(siblings) else None) for n in range(count)]


def _list(parent: str, path: str, element: Element, old: list[Held], new: list[Held]) -> Iterator[dict[str, Any]]:
    """From the last change to the first, so that earlier places stay where they are."""
    if not old:
        for item in new:
            yield _operation("add", parent, name=element.name, value=_value(element, item))
        return
    if not new:
        for place in range(len(old) - 1, -1, -1):
            yield _operation("delete", f"{path}[{place}]")
        return
    for _, a, b, c, d in reversed([code for code in _matched(old, new) if code[0] != "equal"]):
        both = min(b - a, d - c)
        for place in range(b - 1, a + both - 1, -1):
            yield _operation("delete", f"{path}[{place}]")
        for n in range(both, d - c):
            yield _operation("insert", path, index=a + n, value=_value(element, new[c + n]))
        for n in range(both):
            if not _same(old[a + n], new[c + n]):
                yield from _changed(f"{path}[{a + n}]", element, old[a + n], new[c + n])


def _matched(old: list[Held], new: list[Held]) -> Sequence[tuple[str, int, int, int, int]]:
    if max(len(old), len(new)) > MOST_COMPARED:
        return [("replace", 0, len(old), 0, len(new))]
    left, right = ([json.encode(list(item)) for item in items] for items in (old, new))
    return SequenceMatcher(None, left, right, autojunk=False).get_opcodes()


def _same(old: Held, new: Held) -> bool:
    return old == new and json.encode(list(old)) == json.encode(list(new))  # 1.0 is not 1.00


def _operation(
    kind: str, path: str, *, name: str = "", value: dict[str, Any] | None = None, index: int | None = None
) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    if name:
        parts.append({"name": "name", "valueString": name})
    if index is not None:
        parts.append({"name": "index", "valueInteger": index})
    if value is not None:
        parts.append({"name": "value", **value})
    return {"name": "operation", "part": parts}


def _value(element: Element, held: Held) -> dict[str, Any]:
    """What a parameter holds for an element: value[x] where its type may stand there, else its parts."""
    value, extra = held
    if isinstance(value, dict) and "resourceType" in value:
        return {"resource": value}
    kind = element.type
    name = f"value{kind[:1].upper()}{kind[1:]}"
    if name not in _values():
        if isinstance(value, dict) and element.children:
            return {"part": list(_parts(element.children, value))}
        name = "valueString"
    return {key: each for key, each in ((name, value), (f"_{name}", extra)) if each is not None}


def _parts(structure: str, holder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    elements = definitions().elements(structure)
    for name in dict.fromkeys(name.removeprefix("_") for name in holder):
        element = elements.get(name)
        if element is None:
            continue
        held = _held(holder, name)
        for item in _items(held) if element.repeats else [held]:
            yield {"name": element.choice or name, **_value(element, item)}


@cache
def _values() -> frozenset[str]:
    return frozenset(name for name in definitions().elements(_PARAMETER) if name.startswith("value"))


def _quoted(name: str) -> str:
    return f"`{name}`" if name in _RESERVED else name
