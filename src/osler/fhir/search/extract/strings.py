"""String parameters (R4 search §3.1.1.4.8): the texts of an element, normalised, and whole for `:exact`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from osler.fhir.search.extract.sink import Emit, Sink
from osler.fhir.search.keys import present
from osler.fhir.search.text import LONGEST, exact_text, further_words, normalize_text
from osler.fhir.search.values import FURTHER_WORDS

Texts = Callable[[Any], Iterable[str]]

_NAME_LISTS = ("given", "prefix", "suffix")
_ADDRESS_PARTS = ("text", "city", "district", "state", "postalCode", "country")


def name_texts(name: dict[str, Any]) -> Iterator[str]:
    for part in ("text", "family"):
        if value := name.get(part):
            yield value
    for part in _NAME_LISTS:
        yield from filter(None, name.get(part) or ())


def address_texts(address: dict[str, Any]) -> Iterator[str]:
    yield from filter(None, address.get("line") or ())
    for part in _ADDRESS_PARTS:
        if value := address.get(part):
            yield value


def concept_texts(concept: dict[str, Any]) -> Iterator[str]:
    if text := concept.get("text"):
        yield text
    for coding in concept.get("coding") or ():
        if display := coding.get("display"):
            yield display


def _one(text: str) -> tuple[str, ...]:
    return (text,)


READERS: dict[str, Texts] = {
    "HumanName": name_texts,
    "Address": address_texts,
    "CodeableConcept": concept_texts,
    "string": _one,
    "markdown": _one,
    "code": _one,
    "uri": _one,
    "id": _one,
}


def emitter(param: str, datatype: str, path: str = "") -> Emit | None:
    """What a string parameter indexes of a datatype. `path` ends in `family` where the element is a family name."""
    read = READERS.get(datatype)
    if read is None:
        return None
    here, exact = present(param), param + ":exact="
    family = path.endswith("name.family")

    def emit(element: Any, sink: Sink) -> None:
        add = sink.tokens.add
        add(here)
        for text in read(element):
            add(exact + exact_text(text))
            sink.strings[param, normalized(text), ""] = None
        name = element if family else element.get("family") if datatype == "HumanName" else None
        if name:
            for words in family_words(name):
                sink.strings[param, words, FURTHER_WORDS] = None

    return emit


@lru_cache(maxsize=8_192)
def normalized(text: str) -> str:
    """As indexed: normalised, and no longer than an index can hold."""
    return normalize_text(text)[:LONGEST]


@lru_cache(maxsize=8_192)
def family_words(name: str) -> tuple[str, ...]:
    """A family name of several words from each further word on, so that either part finds it (§3.1.1.4.8)."""
    text = normalized(name)
    return tuple(further_words(text)) if " " in text else ()
