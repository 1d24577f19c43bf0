"""SearchParameter resources to rows per base type, R4 first, then what US Core adds to it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from compiling.expressions import base_of, follow, split
from compiling.structures import ANY, Row

ABSTRACT = ("Resource", "DomainResource")

CODED_EXTENSIONS = {
    ".extension.value.code": ".extension.value.as(Coding)",
    ".value.coding.code": ".value.as(CodeableConcept)",
}
"""US Core reads only the code of race, ethnicity and gender identity; the whole coding also answers `system|code`."""


def compile_search(
    published: Iterable[dict[str, Any]], structures: dict[str, list[Row]], resources: list[str]
) -> dict[str, list[list[Any]]]:
    """Rows `code, type, expression, targets, components, url` by base type.

    A later definition of the same code adds its alternatives and targets to the earlier one.
    """
    published = list(published)
    codes = {each["url"]: each["code"] for each in published}
    found: dict[str, dict[str, list[Any]]] = {}
    for definition in published:
        for base in definition["base"]:
            of_base = found.setdefault(base, {})
            if base not in ABSTRACT and definition["code"] in found.get("Resource", {}):
                continue  # US Core repeats _id for each type
            row = _row(definition, base, codes, structures, resources)
            earlier = of_base.get(definition["code"])
            of_base[definition["code"]] = _join(earlier, row) if earlier else row
    return {base: [of_base[code] for code in sorted(of_base)] for base, of_base in sorted(found.items())}


def _row(
    definition: dict[str, Any], base: str, codes: dict[str, str], structures: dict[str, list[Row]], resources: list[str]
) -> list[Any]:
    written = [_from_base(part, base) for part in split(definition.get("expression", ""))]
    parts = [_whole_coding(part) for part in written if base_of(part) == base]
    if not parts and definition.get("expression"):
        print(f"{definition['url']}: nothing for {base}", file=sys.stderr)
    components = [
        [codes[component["definition"]], " | ".join(split(component["expression"]))]
        for component in definition.get("component", ())
    ]
    targets = _targets(definition, parts, structures, resources)
    return [definition["code"], definition["type"], " | ".join(parts), targets, components, definition["url"]]


def _from_base(part: str, base: str) -> str:
    """`name` of InsurancePlan is published without the type in front."""
    return f"{base}.{part}" if part[0].islower() else part


def _whole_coding(part: str) -> str:
    for ending, replacement in CODED_EXTENSIONS.items():
        part = part.replace(ending, replacement)
    return part


def _targets(
    definition: dict[str, Any], parts: list[str], structures: dict[str, list[Row]], resources: list[str]
) -> list[str]:
    """Targets as published (for all bases at once), narrowed to what the elements of this base can hold."""
    ends = [row for part in parts for row in _ends(part, structures, definition["url"])]
    if definition["type"] != "reference":
        return []
    stated = set(definition.get("target", resources))
    possible = {target for row in ends for target in (resources if row[5] == [ANY] else row[5])}
    targets = (stated & possible) or possible or stated
    return [ANY] if targets >= set(resources) else sorted(targets)


def _ends(part: str, structures: dict[str, list[Row]], url: str) -> list[Row]:
    if " and " in part:
        return []
    try:
        return follow(part, structures)
    except ValueError as error:
        print(f"{url}: {error}", file=sys.stderr)
        return []


def _join(earlier: list[Any], later: list[Any]) -> list[Any]:
    code, type_, expression, targets, components, url = earlier
    parts = expression.split(" | ")
    added = [part for part in later[2].split(" | ") if part not in parts]
    if later[1] != type_:
        raise ValueError(f"{url} and {later[5]} differ in type")
    if added:
        print(f"{later[5]} adds {added} to {url}", file=sys.stderr)
    targets = [ANY] if [ANY] in (targets, later[3]) else sorted({*targets, *later[3]})
    return [code, type_, " | ".join([*parts, *added]), targets, components or later[4], url]
