"""Every reference in a resource: to keep what is pointed at, and to rewrite bundles' temporary names.

R4 https://hl7.org/fhir/R4/http.html §3.1.0.11.2 says what a transaction replaces: references, and also uri, url, oid
and uuid elements and links in the narrative, but never canonicals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from osler.fhir.definitions import definitions
from osler.fhir.search.keys import literal

_PARTS_OF_REFERENCE = frozenset({"reference", "type", "identifier", "display", "id", "extension"})
_URI_TYPES = frozenset({"uri", "url", "oid", "uuid"})
_LINK = re.compile(r"""(\b(?:href|src)\s*=\s*)(["'])(.*?)\2""", re.DOTALL)


def references_in(resource: dict[str, Any], text: bytes = b"") -> list[str]:
    """Every literal `Reference.reference` of a resource but `#fragments`, as written, each once.

    Also in extensions and contained resources; not in the resources of a Bundle's entries. `text`, the resource as
    `json.encode` writes it, makes this many times as fast.
    """
    if text and not _needs_care(resource, text):
        found: list[bytes] = _WRITTEN.findall(text)
        if b"\\" not in b"".join(found):
            return [reference.decode() for reference in dict.fromkeys(found) if reference[:1] != b"#"]
    return list(dict.fromkeys(_literals(resource)))


_WRITTEN = re.compile(rb'"reference":"([^"]*)"')


def _needs_care(resource: dict[str, Any], text: bytes) -> bool:
    """Whether a text called `reference` may be something else (in an Expression, a DetectedIssue, an education of an
    Immunization) or may stand inside another resource."""
    kind = resource.get("resourceType")
    if kind in ("Bundle", "Parameters", "DetectedIssue") or b"xpression" in text or b'"contained":' in text:
        return True
    return kind == "Immunization" and b'"education":' in text


def local_references(resource: dict[str, Any], base_url: str = "", text: bytes = b"") -> list[tuple[str, str]]:
    """Type and id of every literal local reference of a known type; what must stay while the resource points there."""
    found = (literal(reference, base_url) for reference in references_in(resource, text))
    return list(dict.fromkeys((read.type, read.id) for read in found if read.id))


def rewrite_references(resource: dict[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """The resource with each reference that is a key of `mapping` replaced; the same object when there is none.

    Keys are whole texts: `urn:uuid:…`, a full URL, a conditional reference. URNs and URLs are replaced in uri, url, oid
    and uuid elements and in the narrative's links too.
    """
    return _rewritten(resource, str(resource["resourceType"]), mapping) if mapping else resource


def _literals(resource: dict[str, Any]) -> list[str]:
    # A stack and few calls: this runs for every write, over every element.
    found: list[str] = []
    bundle = resource.get("resourceType") == "Bundle"
    stack: list[Any] = [{name: child for name, child in resource.items() if name != "entry"} if bundle else resource]
    while stack:
        here = stack.pop()
        for child in here.values() if type(here) is dict else here:
            if type(child) is dict:
                text = child.get("reference")
                if type(text) is str and text[:1] != "#" and _is_reference(child):
                    found.append(text)
                stack.append(child)
            elif type(child) is list:
                stack.append(child)
    return found


def _is_reference(value: dict[str, Any]) -> bool:
    """Tells a Reference from the few other structures with a text called `reference`."""
    return all(name.lstrip("_") in _PARTS_OF_REFERENCE for name in value)


def _rewritten(value: dict[str, Any], structure: str, mapping: Mapping[str, str]) -> dict[str, Any]:
    table = _rewriting(structure)
    changes: dict[str, Any] = {}
    for name, child in value.items():
        way = table.get(name)
        if way is None:
            continue
        after = _rewritten_items(child, way, mapping)
        if after is not child:
            changes[name] = after
    return {**value, **changes} if changes else value


def _rewritten_items(child: Any, way: str, mapping: Mapping[str, str]) -> Any:
    if isinstance(child, list):
        items = [_rewritten_items(item, way, mapping) for item in child]
        return items if any(after is not before for after, before in zip(items, child, strict=True)) else child
    if isinstance(child, dict):
        return _rewritten(child, str(child.get("resourceType", "")) if way == "Resource" else way, mapping)
    if not isinstance(child, str):
        return child
    if way == _NARRATIVE:
        after = _LINK.sub(lambda link: f"{link[1]}{link[2]}{mapping.get(link[3], link[3])}{link[2]}", child)
        return child if after == child else after
    if way == _LITERAL or ":" in child:
        return mapping.get(child, child)
    return child


_LITERAL, _URI, _NARRATIVE = "*reference", "*uri", "*narrative"


@cache
def _rewriting(structure: str) -> dict[str, str]:
    """For each property that can hold something to rewrite: how, or the structure to go on with."""
    if structure == "Reference":
        return {"reference": _LITERAL, "type": _URI, "identifier": "Identifier", "extension": "Extension"}
    try:
        elements = definitions().elements(structure)
    except KeyError:
        return {}
    ways = {name: _way(structure, name, element.type, element.children) for name, element in elements.items()}
    return {name: way for name, way in ways.items() if way}


def _way(structure: str, name: str, datatype: str, children: str) -> str:
    if structure == "Narrative" and name == "div":
        return _NARRATIVE
    if structure == "Bundle" and name == "entry":
        return ""
    return _URI if datatype in _URI_TYPES else children
