"""`CodeSystem/$validate-code` (R4 codesystem-operation-validate-code.html)."""

from __future__ import annotations

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.code_system_lookup import asked_languages
from osler.interfaces.api.operations.terminology.given import given
from osler.interfaces.api.operations.terminology.recorded import Json, answered
from osler.interfaces.api.operations.terminology.validating import asked_codes
from osler.interfaces.api.request import Request
from osler.terminology.valuesets import Terminology

KNOWN = frozenset(
    ("url", "codeSystem", "code", "version", "display", "coding", "codeableConcept", "date", "abstract", "displayLanguage")
)  # fmt: skip


@permission(Permission.FHIR)
async def code_system_validate_code(request: Request) -> Answer:
    """Whether a code system has a code, by this name."""
    asked = await given(request, KNOWN, "$validate-code")
    codes = asked_codes(asked, asked.text("url"), asked.text("version"))
    languages, on, abstract = asked_languages(request, asked), asked.date("date"), asked.flag("abstract", default=True)

    def work(terminology: Terminology, resource: Json | None) -> Json:
        url = asked.text("url") or (resource or {}).get("url", "")
        if not url and resource is None and not all(each.system for each in codes):
            raise Invalid("Say which code system: url.", path="url")
        verdict = terminology.validate_in_system(
            codes, url, given=resource, abstract=abstract, on=on, languages=languages
        )
        return verdict.parameters()

    return await answered(request, "CodeSystem", work, asked.resource("codeSystem", "CodeSystem"))
