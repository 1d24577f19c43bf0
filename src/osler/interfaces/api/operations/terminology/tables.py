"""A closure table as a ConceptMap that can be stored, and back. Which version brought a row stands in an extension."""

from __future__ import annotations

from typing import Any

from osler.core.errors import Invalid
from osler.terminology.valuesets.operations.closure import Code, Row, Table

VERSION = "urn:osler:closure-version"


def write_table(table: Table) -> dict[str, Any]:
    targets: dict[Code, list[dict[str, Any]]] = {code: [] for code in table.codes}
    for row in table.rows:
        said = {"url": VERSION, "valueInteger": row.version}
        targets[row.below].append({"extension": [said], "code": row.above.code, "equivalence": "subsumes"})
    groups: dict[str, list[dict[str, Any]]] = {}
    for code, found in targets.items():
        element = {"code": code.code, "target": found} if found else {"code": code.code}
        groups.setdefault(code.system, []).append(element)
    made: dict[str, Any] = {
        "resourceType": "ConceptMap", "version": str(table.version), "title": table.name, "status": "draft", "experimental": True,
    }  # fmt: skip
    if groups:
        made["group"] = [{"source": system, "target": system, "element": each} for system, each in groups.items()]
    return made


def read_table(resource: dict[str, Any]) -> Table:
    """Raises Invalid for a ConceptMap that was not written here, or was changed since."""
    try:
        return _read(resource)
    except (LookupError, ValueError):
        message = "The closure table was changed by other means; begin it anew by sending its name alone."
        raise Invalid(message, path="name") from None


def _read(resource: dict[str, Any]) -> Table:
    codes: list[Code] = []
    rows: list[Row] = []
    for group in resource.get("group", ()):
        for element in group["element"]:
            below = Code(group["source"], element["code"])
            codes.append(below)
            rows += [
                Row(target["extension"][0]["valueInteger"], below, Code(group["source"], target["code"]))
                for target in element.get("target", ())
            ]
    return Table(resource.get("title", ""), int(resource.get("version", "0")), tuple(codes), tuple(rows))
