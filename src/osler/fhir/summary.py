"""`_summary` and `_elements` (R4 search.html §3.1.1.5.8-9): parts of resources, tagged SUBSETTED."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from osler.fhir.definitions import definitions

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
_ALWAYS = frozenset({"resourceType", "id", "meta", "implicitRules"})


def elements_only(resource: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The named top-level elements, and those without which the resource is not valid."""
    type_ = resource.get("resourceType", "")
    kept = _mandatory(type_) | _named(type_, names)
    return _tagged({name: value for name, value in resource.items() if name.lstrip("_") in kept})


def summarized(resource: dict[str, Any], mode: str) -> dict[str, Any]:
    """`true`: the summary elements; `text`: narrative and what is mandatory; `data`: all but the narrative."""
    type_ = resource.get("resourceType", "")
    if mode == "data":
        return _tagged({name: value for name, value in resource.items() if name != "text"})
    if mode == "text":
        kept = _mandatory(type_) | {"text"}
        return _tagged({name: value for name, value in resource.items() if name.lstrip("_") in kept})
    return _tagged(_summary(resource, type_))


def _summary(node: dict[str, Any], path: str) -> dict[str, Any]:
    kept, inner = _summary_of(path)
    found: dict[str, Any] = {}
    for name, value in node.items():
        plain = name.lstrip("_")
        if plain in kept:
            found[name] = _inside(value, inner[name]) if name in inner else value
    return found


def _inside(value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [_inside(each, path) for each in value]
    return _summary(value, path) if isinstance(value, dict) else value


@lru_cache(maxsize=2048)
def _summary_of(path: str) -> tuple[frozenset[str], dict[str, str]]:
    """Names that a summary keeps of a structure, and which of those are backbone elements with a summary of their own."""
    elements = definitions().elements(path).values()
    root = path.partition(".")[0]
    kept = {element.name: element for element in elements if element.summary or element.min > 0}
    inner = {name: element.children for name, element in kept.items() if element.children.startswith(f"{root}.")}
    return frozenset(kept) | (_ALWAYS if path == root else {"id"}), inner


@lru_cache(maxsize=1024)
def _mandatory(type_: str) -> frozenset[str]:
    elements = definitions().elements(type_).values()
    choices = {element.choice for element in elements if element.choice and element.min > 0}
    names = {element.name for element in elements if element.min > 0 or element.choice in choices - {""}}
    return _ALWAYS | names | {"modifierExtension"}


@lru_cache(maxsize=1024)
def _named(type_: str, names: tuple[str, ...]) -> frozenset[str]:
    """JSON names of the elements asked for; `value` stands for every `value[x]`."""
    wanted = {name.removeprefix(f"{type_}.").removesuffix("[x]").partition(".")[0] for name in names}
    elements = definitions().elements(type_).values()
    return frozenset(element.name for element in elements if element.name in wanted or element.choice in wanted - {""})


def _tagged(resource: dict[str, Any]) -> dict[str, Any]:
    meta = resource.get("meta", {})
    tags = meta.get("tag", [])
    if not any(tag.get("code") == SUBSETTED["code"] for tag in tags):
        resource["meta"] = {**meta, "tag": [*tags, SUBSETTED]}
    return resource
