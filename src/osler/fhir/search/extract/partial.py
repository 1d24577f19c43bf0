"""What a patient is found by when a record or telephone number is typed in part."""

from __future__ import annotations

from typing import Any

from osler.fhir.definitions import definitions
from osler.fhir.search.expressions import paths_of
from osler.fhir.search.extract.sink import Sink
from osler.fhir.search.extract.walk import Node
from osler.fhir.search.partial import BEGINNING, beginnings, identifier_ends, phone_ends


def add_partial(root: Node) -> None:
    """Reads the same elements as the parameters `identifier` and `phone` of Patient do."""
    params = definitions().search_params("Patient")
    for code, emit in (("identifier", _identifier), ("phone", _phone)):
        for path in paths_of(params[code].expression, "Patient"):
            root.add(path.steps, emit)


def _identifier(identifier: dict[str, Any], sink: Sink) -> None:
    if value := identifier.get("value"):
        for text in beginnings(value):
            sink.strings[BEGINNING, text, ""] = None
        sink.tokens.update(identifier_ends(value))


def _phone(contact: dict[str, Any], sink: Sink) -> None:
    if value := contact.get("value"):
        sink.tokens.update(phone_ends(value))
