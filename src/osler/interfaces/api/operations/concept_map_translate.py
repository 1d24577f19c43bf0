"""`ConceptMap/$translate` (R4 conceptmap-operation-translate.html)."""

from __future__ import annotations

from typing import Any

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.terminology.given import Given, given
from osler.interfaces.api.operations.terminology.recorded import Json, answered
from osler.interfaces.api.request import Request
from osler.terminology.valuesets import Terminology, Translating

KNOWN = frozenset((
    "url", "conceptMap", "conceptMapVersion", "code", "system", "version", "source", "coding", "codeableConcept", "target",
    "targetsystem", "dependency", "reverse",
))  # fmt: skip


@permission(Permission.FHIR)
async def concept_map_translate(request: Request) -> Answer:
    """The codes of another system that mean the same, more or less."""
    asked = await given(request, KNOWN, "$translate")
    wanted = [_translating(asked, system, code) for system, code in _codes(asked)]

    def work(terminology: Terminology, resource: Json | None) -> Json:
        url, version = asked.text("url"), asked.text("conceptMapVersion")
        return terminology.translate(wanted, resource or (f"{url}|{version}" if url and version else url))

    return await answered(request, "ConceptMap", work, asked.resource("conceptMap", "ConceptMap"))


def _codes(asked: Given) -> list[tuple[str, str]]:
    ways = [bool(asked.all(name)) for name in ("code", "coding", "codeableConcept")]
    if sum(ways) != 1:
        raise Invalid("Give one of: code with system, coding, codeableConcept.", path="code")
    if asked.text("code"):
        found = [(asked.text("system"), asked.text("code"))]
    else:
        coding = asked.coding("coding")
        codings = [coding] if coding else asked.concept("codeableConcept")
        found = [(each.get("system", ""), each.get("code", "")) for each in codings]
    if not found or not all(system and code for system, code in found):
        raise Invalid("A code is told by its system and its code.", path="system")
    return found


def _translating(asked: Given, system: str, code: str) -> Translating:
    return Translating(
        code,
        system,
        target_system=asked.text("targetsystem"),
        source=asked.text("source"),
        target=asked.text("target"),
        reverse=asked.flag("reverse"),
        dependencies=tuple(_dependency(each) for each in asked.all("dependency")),
    )


def _dependency(given: Any) -> tuple[str, str]:
    """`element` and the code of `concept`."""
    if not isinstance(given, dict):
        raise Invalid("dependency takes parts: element and concept.", path="dependency")
    concept = given.get("concept", {})
    codings = concept.get("coding", [concept]) if isinstance(concept, dict) else []
    code = next((each.get("code", "") for each in codings if isinstance(each, dict)), "")
    return str(given.get("element", "")), code
