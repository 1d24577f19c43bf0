"""The CapabilityStatement, made from the definitions that the search works with."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.parse.reading import facts_of
from osler.core.errors import OslerError


def capability_statement(base_url: str) -> dict[str, Any]:
    return {"resourceType": "CapabilityStatement", "url": base_url}
