"""CompartmentDefinition resources to member types and their parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Members = dict[str, list[str]]


def compile_compartments(definitions: Iterable[dict[str, Any]]) -> dict[str, Members]:
    """Later definitions of the same compartment add to the earlier ones."""
    found: dict[str, Members] = {}
    for definition in definitions:
        members = found.setdefault(definition["code"], {})
        for member in definition["resource"]:
            params = members.setdefault(member["code"], [])
            params.extend(param for param in member.get("param", ()) if param not in params)
    return {kind: {code: params for code, params in sorted(found[kind].items()) if params} for kind in sorted(found)}


def unknown_params(compartments: dict[str, Members], search: dict[str, list[list[Any]]]) -> list[str]:
    """Compartment parameters that their type does not define, such as a slip in the published data."""
    known = {(type_, row[0]) for type_, rows in search.items() for row in rows}
    return [
        f"{kind}: {type_}.{param}"
        for kind, members in compartments.items()
        for type_, params in members.items()
        for param in params
        if param != "{def}" and (type_, param) not in known
    ]
