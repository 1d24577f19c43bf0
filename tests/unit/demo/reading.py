"""Ways to ask generated resources things."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

TODAY = date(2026, 11, 21)
PATIENTS = 40


def of_type(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [resource for resource in resources if resource["resourceType"] == kind]


def patient_of(batch: list[dict[str, Any]]) -> dict[str, Any]:
    return of_type(batch, "Patient")[0]


def codings(node: Any) -> Iterator[dict[str, Any]]:
    """Every system and code pair anywhere in a resource."""
    if isinstance(node, dict):
        if "system" in node and "code" in node:
            yield node
        for value in node.values():
            yield from codings(value)
    elif isinstance(node, list):
        for value in node:
            yield from codings(value)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
