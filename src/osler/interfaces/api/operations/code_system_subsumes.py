"""`CodeSystem/$subsumes` (R4 codesystem-operation-subsumes.html)."""

from __future__ import annotations

from typing import Any

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.terminology.given import Given, given
from osler.interfaces.api.operations.terminology.recorded import Json, answered
from osler.interfaces.api.request import Request
from osler.terminology.valuesets import Terminology

KNOWN = frozenset(("codeA", "codeB", "system", "version", "codingA", "codingB"))


@permission(Permission.FHIR)
async def code_system_subsumes(request: Request) -> Answer:
    """How code A stands to code B."""
    asked = await given(request, KNOWN, "$subsumes")
    one, other = (_coding(asked, letter) for letter in "AB")

    def work(terminology: Terminology, resource: Json | None) -> Json:
        named = resource or {}
        system = named.get("url") or one.get("system", "")
        if not system or other.get("system", system) != system:
            raise Invalid("Both codes must be of one system, which must be named.", path="system")
        version = named.get("version") or one.get("version", "")
        outcome = terminology.subsumes(one["code"], other["code"], system, version)
        return {"resourceType": "Parameters", "parameter": [{"name": "outcome", "valueCode": outcome}]}

    return await answered(request, "CodeSystem", work)


def _coding(asked: Given, letter: str) -> dict[str, Any]:
    coding = asked.coding(f"coding{letter}")
    if coding is None:
        coding = {"code": asked.text(f"code{letter}")}
        for name in ("system", "version"):
            if text := asked.text(name):
                coding[name] = text
    if not coding.get("code"):
        raise Invalid(f"Give code{letter} with system, or coding{letter}.", path=f"code{letter}")
    return coding
