"""Token parameters (R4 search §3.1.1.4.10): from elements to keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.extract.strings import concept_texts, normalized
from osler.fhir.search.keys import escaped, fold_contact, of_type_key, present, token_keys

Keys = Callable[[Any], list[str]]


def coding_keys(coding: dict[str, Any]) -> list[str]:
    return token_keys(coding.get("system"), coding.get("code"))


def concept_keys(concept: dict[str, Any]) -> list[str]:
    codings = concept.get("coding")
    if not codings:
        return []
    if len(codings) == 1:
        return coding_keys(codings[0])
    return [key for coding in codings for key in coding_keys(coding)]


def identifier_keys(identifier: dict[str, Any]) -> list[str]:
    return token_keys(identifier.get("system"), identifier.get("value"))


def _text_keys(value: str) -> list[str]:
    value = escaped(value)
    return [value, "|" + value]


def _boolean_keys(value: bool) -> list[str]:
    return ["true", "|true"] if value else ["false", "|false"]


def _contact_keys(contact: dict[str, Any]) -> list[str]:
    value = contact.get("value")
    return _text_keys(fold_contact(value)) if value else []


READERS: dict[str, Keys] = {
    "Coding": coding_keys,
    "CodeableConcept": concept_keys,
    "Identifier": identifier_keys,
    "ContactPoint": _contact_keys,
    "boolean": _boolean_keys,
    "code": _text_keys,
    "id": _text_keys,
    "string": _text_keys,
    "uri": _text_keys,
}


def _coding_texts(coding: dict[str, Any]) -> tuple[str, ...]:
    display = coding.get("display")
    return (display,) if display else ()


def _identifier_texts(identifier: dict[str, Any]) -> tuple[str, ...]:
    text = (identifier.get("type") or {}).get("text")
    return (text,) if text else ()


TEXTS: dict[str, Callable[[Any], Iterable[str]]] = {
    "Coding": _coding_texts,
    "CodeableConcept": concept_texts,
    "Identifier": _identifier_texts,
}
"""The words beside a code, for `:text` (§3.1.1.4.10)."""


def keys_emitter(param: str, read: Keys) -> Emit:
    """Adds every key of an element, and that there is one."""
    here, equals = present(param), param + "="

    def emit(element: Any, sink: Sink) -> None:
        add = sink.tokens.add
        add(here)
        for key in read(element):
            add(equals + key)

    return emit


def emitter(param: str, datatype: str) -> Emit | None:
    """What a token parameter indexes of a datatype; None when it has no tokens."""
    read = READERS.get(datatype)
    if read is None:
        return None
    emit = keys_emitter(param, read)
    if datatype in TEXTS:
        emit = _with_texts(param, emit, TEXTS[datatype])
    return _with_types(param, emit) if datatype == "Identifier" else emit


def _with_texts(param: str, emit: Emit, texts: Callable[[Any], Iterable[str]]) -> Emit:
    """`:text` beside the plain keys."""
    text_key = param + ":text="

    def emit_texts(element: Any, sink: Sink) -> None:
        emit(element, sink)
        for text in texts(element):
            if words := normalized(text):
                key = text_key + words
                sink.tokens.add(key)
                sink.phrases.add(key)

    return emit_texts


def _with_types(param: str, emit: Emit) -> Emit:
    """`:of-type` beside the plain keys."""
    of_type = param + ":of-type="

    def emit_typed(identifier: dict[str, Any], sink: Sink) -> None:
        emit(identifier, sink)
        kind, value = identifier.get("type"), identifier.get("value")
        if kind and value:
            for coding in kind.get("coding") or ():
                system, code = coding.get("system"), coding.get("code")
                if system and code:
                    sink.tokens.add(of_type + of_type_key(system, code, value))

    return emit_typed
