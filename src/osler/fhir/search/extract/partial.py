"""What a patient is found by when a name, a record number or a telephone number is typed in part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from osler.fhir.search.extract.sink import Sink
from osler.fhir.search.extract.strings import family_words, name_texts, normalized
from osler.fhir.search.partial import BEGINNING, WORDS, beginnings, identifier_ends, phone_ends

_MOST = 20
"""Numbers of each kind that are read of one patient: nobody has more, and an index has to have a bound."""


def emit_partial(patient: dict[str, Any], sink: Sink) -> None:
    """Reads the elements that the parameters `name`, `identifier` and `phone` of Patient do."""
    for word in _words_within(patient.get("name") or []):
        sink.strings[WORDS, word, ""] = None
    for number in _values(patient.get("identifier")):
        for text in beginnings(number):
            sink.strings[BEGINNING, text, ""] = None
        sink.tokens.update(identifier_ends(number))
    phones = [each for each in patient.get("telecom") or () if each.get("system") == "phone"]
    for number in _values(phones):
        sink.tokens.update(phone_ends(number))


def _words_within(names: list[dict[str, Any]]) -> Iterator[str]:
    """Words of names with which none of the texts begins that `name` has already."""
    texts = [normalized(text) for name in names for text in name_texts(name)]
    if not any(" " in text for text in texts):
        return iter(())
    begin = [*texts, *(tail for name in names for tail in family_words(name.get("family") or ""))]
    known = {text.partition(" ")[0] for text in begin}
    return (word for text in texts for word in text.split(" ") if word and word not in known)


def _values(elements: list[dict[str, Any]] | None) -> Iterator[str]:
    return (value for each in (elements or ())[:_MOST] if (value := each.get("value")))
