"""Reference and uri parameters (R4 search §3.1.1.4.12, §3.1.1.4.9): local references, URLs, canonicals."""

from __future__ import annotations

from typing import Any

from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.extract.tokens import Keys, identifier_keys, keys_emitter
from osler.fhir.search.keys import canonical_keys, is_path, literal, present


def emitter(param: str, datatype: str) -> Emit | None:
    """What a reference parameter indexes of a datatype; None when it has nothing to follow."""
    if datatype == "Reference":
        return _reference_emitter(param)
    read = OTHER_READERS.get(datatype)
    return _with_phrases(param, keys_emitter(param, read), read) if read else None


def uri_emitter(param: str, datatype: str) -> Emit | None:
    """What a uri parameter indexes of a datatype."""
    read = URI_READERS.get(datatype)
    return _with_phrases(param, keys_emitter(param, read), read) if read else None


def _with_phrases(param: str, emit: Emit, read: Keys) -> Emit:
    """URLs can be looked up by their beginning (`:below`)."""
    equals = param + "="

    def emit_urls(element: Any, sink: Sink) -> None:
        emit(element, sink)
        sink.phrases.update(equals + key for key in read(element) if is_path(key))

    return emit_urls


def literal_keys(reference: dict[str, Any], base_url: str) -> list[str]:
    """The key of a literal reference: `Type/id` or a URL; none for a fragment or a logical reference."""
    text = reference.get("reference")
    if not text or text[0] == "#":
        return []
    return [literal(text, base_url).key]


def referred_type(reference: dict[str, Any]) -> str | None:
    """The type a reference says it points at: by its literal form, else by `Reference.type`."""
    text = reference.get("reference")
    return (literal(text).type if text else "") or reference.get("type")


def resource_keys(resource: dict[str, Any]) -> list[str]:
    """The key of an inline resource, as if it were pointed at."""
    type_, id_ = resource.get("resourceType"), resource.get("id")
    return [f"{type_}/{id_}"] if type_ and id_ else []


def _uri_keys(uri: str) -> list[str]:
    return [uri]


OTHER_READERS: dict[str, Keys] = {"canonical": canonical_keys, "uri": canonical_keys, "Resource": resource_keys}
URI_READERS: dict[str, Keys] = {"canonical": canonical_keys, "uri": _uri_keys, "url": _uri_keys}


def _reference_emitter(param: str) -> Emit:
    here, equals, of_type, identified = present(param), param + "=", param + ":type=", param + ":identifier="

    def emit(reference: dict[str, Any], sink: Sink) -> None:
        add = sink.tokens.add
        add(here)
        text = reference.get("reference")
        if text and text[0] != "#":
            key, type_, id_ = literal(text, sink.base_url)
            add(equals + key)
            if id_:
                add(of_type + type_)
                sink.references[param, type_, id_] = None
        identifier = reference.get("identifier")
        if identifier:
            for key in identifier_keys(identifier):
                add(identified + key)

    return emit
