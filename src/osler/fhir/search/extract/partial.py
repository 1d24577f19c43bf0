"""What a patient is found by when a record or telephone number is typed in part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from osler.fhir.search.extract.sink import Sink
from osler.fhir.search.partial import BEGINNING, beginnings, identifier_ends, phone_ends

_MOST = 20
"""Numbers of each kind that are read of one patient: nobody has more, and an index has to have a bound."""


def emit_partial(patient: dict[str, Any], sink: Sink) -> None:
    """Reads the elements that the parameters `identifier` and `phone` of Patient do."""
    for number in _values(patient.get("identifier")):
        for text in beginnings(number):
            sink.strings[BEGINNING, text, ""] = None
        sink.tokens.update(identifier_ends(number))
    phones = [each for each in patient.get("telecom") or () if each.get("system") == "phone"]
    for number in _values(phones):
        sink.tokens.update(phone_ends(number))


def _values(elements: list[dict[str, Any]] | None) -> Iterator[str]:
    return (value for each in (elements or ())[:_MOST] if (value := each.get("value")))
